//! What is done with selected pictures, or with all that a filter shows: they are judged, or their senders written to.

pub(super) mod forms;

use serde_json::json;

use super::{
    Media, bin,
    review::{Judgement, Line, store as reviews},
    store::{self, Span},
};
use crate::features::{
    audit::{
        model::{Act, Actor},
        server::record_in,
    },
    media::{
        bin::KEPT,
        model::{Filter, Picture, State},
    },
};
use crate::shared::error::AppError;

/// The most pictures judged at once: they share one transaction.
const MOST_JUDGED: usize = 1000;
/// The most pictures whose senders are looked for.
const MOST_SENDERS: usize = 20_000;
/// Pictures read from the database at once.
const BATCH: i64 = 500;

/// Which pictures.
#[derive(Clone, Debug)]
enum Chosen {
    /// These, by id.
    Picked(Vec<String>),
    /// All that a filter shows.
    All(Filter),
}

/// A judgement of many pictures.
struct Verdicts {
    said: Judgement,
    actor: Actor,
    address: String,
    /// When they were shown (Unix milliseconds): what was judged later stays as it is.
    seen: i64,
    /// Whether verdicts given before are changed as well.
    over: bool,
}

impl Media {
    /// The pictures that were chosen, newest first; `None` for more than `most`.
    async fn chosen(&self, app_id: &str, chosen: &Chosen, most: usize) -> Result<Option<Vec<Picture>>, AppError> {
        let pool = self.core.db.read();
        let mut found: Vec<Picture> = Vec::new();
        match chosen {
            Chosen::Picked(ids) => {
                for id in ids.iter().take(most) {
                    match self.of_account(app_id, id).await {
                        Ok(picture) => found.push(picture),
                        Err(error) if error.status == 404 => {}
                        Err(error) => return Err(error),
                    }
                }
                found.sort_unstable_by(|a, b| b.id.cmp(&a.id));
            }
            Chosen::All(filter) => {
                let mut span = Span::of(filter);
                loop {
                    let rows = store::list(pool, filter, &span, BATCH).await?;
                    let Some(last) = rows.last() else { break };
                    span = span.before(Some(&last.id));
                    found.extend(rows);
                    if found.len() > most {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(found))
    }

    /// Moves pictures into the bin, all in one transaction and at one time, by which they can be restored together: how many.
    async fn delete_all(&self, pictures: Vec<Picture>, actor: Actor, address: String) -> Result<usize, sqlx::Error> {
        let (now, by) = (self.core.now(), actor.tag());
        let ids: Vec<String> = pictures.iter().map(|picture| picture.id.clone()).collect();
        let unit = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                let mut gone = 0;
                for id in &ids {
                    if bin::store::put_in(c, id, &by, now, now + KEPT).await? {
                        let act = Act::new(actor.clone(), "media.deleted", format!("media:{id}")).from_address(address.clone());
                        record_in(c, now, &act).await?;
                        gone += 1;
                    }
                }
                Ok(gone)
            })
        });
        let gone = unit.await?;
        pictures.iter().for_each(|picture| self.moved(picture));
        Ok(gone)
    }

    /// Judges pictures in one transaction: how many, of these. Those that were judged since they were shown, lie on a colleague's desk or,
    /// unless wanted otherwise, have a verdict already are left.
    async fn judge_all(&self, app_id: &str, pictures: Vec<Picture>, verdicts: Verdicts) -> Result<usize, sqlx::Error> {
        let Verdicts { said, actor, address, seen, over } = verdicts;
        let (now, app_id) = (self.core.now(), app_id.to_owned());
        let desks = self.desks(&app_id, &actor).await?;
        let free = |picture: &Picture| {
            let at = picture.review.as_ref().map_or(0, |review| review.at);
            let shown = picture.stored_at.is_some_and(|stored| stored <= seen) && at <= seen;
            picture.state == State::Stored && shown && (over || at == 0) && desks.iter().all(|(id, _)| *id != picture.id)
        };
        let lines: Vec<(Line, i64)> = pictures
            .iter()
            .filter(|picture| free(picture))
            .map(|picture| (Line::new(&picture.id, said.clone(), &actor, now), picture.review.as_ref().map_or(0, |review| review.at)))
            .collect();
        let word = said.verdict.map(|verdict| verdict.word());
        let written = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                let mut done = 0;
                for (line, before) in &lines {
                    if reviews::set(c, line, Some(*before)).await? {
                        reviews::note(c, &app_id, line).await?;
                        done += 1;
                    }
                }
                if done > 0 {
                    let act = Act::new(actor, "media.judged", format!("account:{app_id}")).from_address(address);
                    record_in(c, now, &act.detail(json!({ "verdict": word, "pictures": done }).to_string())).await?;
                }
                Ok(done)
            })
        });
        written.await
    }
}
