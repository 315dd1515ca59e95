//! What is done with selected pictures, or with all that a filter showed at a moment: they are judged, deleted, or their senders written to.
//!
//! What was done together (`server/acts`) is undone together (`review/acts.rs`, `bin`).

pub(super) mod forms;
mod recent;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Media,
    acts::{self, Begun, Came},
    bin,
    board::Listed,
    bundle::Source,
    review::{GROUP, Line, Verdicts, store as reviews},
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
        review::Judged,
    },
};
use crate::shared::error::AppError;

/// The most pictures of one act.
const MOST: i64 = 100_000;
/// Desks that are looked at to say how many pictures of a filter lie on one.
const DESKS: usize = 50;

/// Which pictures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Chosen {
    /// These, by id.
    Picked(Vec<String>),
    /// All that a filter shows.
    All(Filter),
}

/// What the page of judging says of the pictures that were chosen.
#[derive(Default)]
struct Looked {
    /// The first that can be judged, newest first.
    first: Vec<Picture>,
    /// How many can be.
    count: i64,
    /// How many of those have a verdict.
    judged: i64,
    /// How many are not stored.
    absent: i64,
    /// How many lie on other people's desks.
    taken: i64,
}

impl Media {
    /// How many pictures were chosen; no more than one beyond [`MOST`] are counted.
    async fn count(&self, app_id: &str, chosen: &Chosen) -> Result<i64, sqlx::Error> {
        match chosen {
            Chosen::Picked(ids) => Ok(i64::try_from(self.named_by(app_id, ids).await?.len()).unwrap_or(i64::MAX)),
            Chosen::All(filter) => store::counted(self.core.db.read(), filter, &Span::of(filter), MOST + 1).await,
        }
    }

    /// Those of these pictures that the account has, newest first.
    async fn named_by(&self, app_id: &str, ids: &[String]) -> Result<Vec<Picture>, sqlx::Error> {
        let found = store::among(self.core.db.read(), &json!(ids).to_string()).await?;
        Ok(found.into_iter().filter(|picture| picture.account == app_id).collect())
    }

    /// The pictures that were chosen, a group at a time, newest first.
    async fn walk(&self, app_id: &str, chosen: &Chosen) -> Result<Source, sqlx::Error> {
        match chosen {
            Chosen::Picked(ids) => Ok(Source::Picked(self.named_by(app_id, ids).await?)),
            Chosen::All(filter) => Ok(Source::Listed(filter.clone(), Span::of(filter))),
        }
    }

    /// What there is to judge of what was chosen; no more than `shown` pictures of it.
    async fn look_at(&self, app_id: &str, chosen: &Chosen, actor: &Actor, shown: i64) -> Result<Looked, sqlx::Error> {
        let desks = self.desks(app_id, actor).await?;
        let filter = match chosen {
            Chosen::Picked(ids) => return Ok(looked(self.named_by(app_id, ids).await?, &desks, shown)),
            Chosen::All(filter) => filter,
        };
        let pool = self.core.db.read();
        let all = store::counted(pool, filter, &Span::of(filter), MOST).await?;
        let stored = Filter { state: Some(State::Stored), ..filter.clone() };
        if filter.state.is_some_and(|state| state != State::Stored) {
            return Ok(Looked { absent: all, ..Looked::default() });
        }
        let span = Span::of(&stored);
        let count = store::counted(pool, &stored, &span, MOST).await?;
        let waiting = match filter.review {
            Some(Judged::Unreviewed) => count,
            Some(_) => 0,
            None => store::counted(pool, &Filter { review: Some(Judged::Unreviewed), ..stored.clone() }, &span, MOST).await?,
        };
        let mut taken = 0;
        for (id, _) in desks.iter().take(DESKS) {
            taken += store::counted(pool, &stored, &Span::of(&stored).only(id), 1).await?;
        }
        let first = store::list(pool, &stored, &span, shown).await?;
        Ok(Looked { first, count, judged: count - waiting, absent: all - count, taken })
    }

    /// Whoever sent what was chosen, each once for each title, as the lists of the titles have them; and of how many pictures.
    async fn senders(&self, app_id: &str, chosen: &Chosen) -> Result<(Vec<Listed>, usize), sqlx::Error> {
        let mut by_title: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let (mut source, mut pictures) = (self.walk(app_id, chosen).await?, 0);
        loop {
            let batch = source.next(self).await?;
            if batch.is_empty() {
                break;
            }
            pictures += batch.len();
            for picture in batch {
                by_title.entry(picture.answer_title).or_default().insert(picture.user_id);
            }
        }
        let mut found = Vec::new();
        for (title, users) in by_title {
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            found.extend(self.named(app_id, &title, &users).await?);
        }
        Ok((found, pictures))
    }

    /// Moves what was chosen into the bin, all at one time, by which it can be restored together.
    pub(super) async fn delete_each(&self, act: &Begun, chosen: &Chosen) -> Result<Came, AppError> {
        let (mut source, mut came) = (self.walk(&act.app_id, chosen).await?, Came { done: 0, all: 0 });
        loop {
            let group = source.next(self).await?;
            if group.is_empty() {
                return Ok(came);
            }
            came.all += group.len();
            for few in group.chunks(usize::try_from(bin::GROUP).unwrap_or(1)) {
                let Some(done) = self.delete_group(few, act).await? else { return Ok(came) };
                came.done += done;
            }
        }
    }

    /// How many went; none where the act was stopped.
    async fn delete_group(&self, group: &[Picture], act: &Begun) -> Result<Option<usize>, sqlx::Error> {
        let ids: Vec<String> = group.iter().map(|picture| picture.id.clone()).collect();
        let (id, actor, address, at, now) = (act.id.clone(), act.actor.clone(), act.address.clone(), act.at, self.core.now());
        let unit = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                if !acts::store::goes_on(c, &id).await? {
                    return Ok(None);
                }
                let (by, mut gone) = (actor.tag(), 0);
                for id in &ids {
                    if bin::store::put_in(c, id, &by, at, at + KEPT).await? {
                        let act = Act::new(actor.clone(), "media.deleted", format!("media:{id}")).from_address(address.clone());
                        record_in(c, now, &act).await?;
                        gone += 1;
                    }
                }
                Ok(Some(gone))
            })
        });
        let gone = unit.await?;
        if gone.is_some() {
            group.iter().for_each(|picture| self.moved(picture));
        }
        Ok(gone)
    }

    /// Judges what was chosen, as one act, until it is stopped. Those that were judged since they were shown (also by this very act), lie on
    /// a colleague's desk or, unless wanted otherwise, have a verdict already are left.
    pub(super) async fn judge_each(&self, act: &Begun, chosen: &Chosen, verdicts: &Verdicts) -> Result<Came, AppError> {
        let (mut source, mut came) = (self.walk(&act.app_id, chosen).await?, Came { done: 0, all: 0 });
        loop {
            let group = source.next(self).await?;
            if group.is_empty() {
                return Ok(came);
            }
            came.all += group.len();
            for few in group.chunks(usize::try_from(GROUP).unwrap_or(1)) {
                let Some(done) = self.judge_group(few, act, verdicts).await? else { return Ok(came) };
                came.done += done;
            }
        }
    }

    /// How many were judged; none where the act was stopped.
    async fn judge_group(&self, group: &[Picture], act: &Begun, verdicts: &Verdicts) -> Result<Option<usize>, sqlx::Error> {
        let Verdicts { said, seen, over } = verdicts;
        let desks = self.desks(&act.app_id, &act.actor).await?;
        let free = |picture: &Picture| {
            let at = picture.review.as_ref().map_or(0, |review| review.at);
            let shown = picture.stored_at.is_some_and(|stored| stored <= *seen) && at <= *seen;
            picture.state == State::Stored && shown && (*over || at == 0) && desks.iter().all(|(id, _)| *id != picture.id)
        };
        let line = |picture: &Picture| Line { act: Some(act.id.clone()), ..Line::new(&picture.id, said.clone(), &act.actor, act.at) };
        let before = |picture: &Picture| picture.review.as_ref().map_or(0, |review| review.at);
        let lines: Vec<(Line, i64)> =
            group.iter().filter(|picture| free(picture)).map(|picture| (line(picture), before(picture))).collect();
        if lines.is_empty() {
            return Ok(Some(0));
        }
        let (app_id, id) = (act.app_id.clone(), act.id.clone());
        let written = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                if !acts::store::goes_on(c, &id).await? {
                    return Ok(None);
                }
                let mut done = 0;
                for (line, before) in &lines {
                    if reviews::set(c, line, Some(*before)).await? {
                        reviews::note(c, &app_id, line).await?;
                        done += 1;
                    }
                }
                Ok(Some(done))
            })
        });
        written.await
    }
}

/// The same for pictures that are all known.
fn looked(found: Vec<Picture>, desks: &[(String, String)], shown: i64) -> Looked {
    let (mut stored, absent): (Vec<Picture>, Vec<Picture>) = found.into_iter().partition(|picture| picture.state == State::Stored);
    let count = |some: &dyn Fn(&Picture) -> bool| i64::try_from(stored.iter().filter(|one| some(one)).count()).unwrap_or(i64::MAX);
    let (all, judged) = (count(&|_| true), count(&|one| one.review.is_some()));
    let taken = count(&|one| desks.iter().any(|(id, _)| *id == one.id));
    stored.truncate(usize::try_from(shown).unwrap_or(0));
    Looked { first: stored, count: all, judged, absent: i64::try_from(absent.len()).unwrap_or(i64::MAX), taken }
}
