//! Judging pictures: pass, reject, take back, undo; and a desk on which each picture lies before one person at a time.

mod acts;
pub(super) mod api;
pub(super) mod forms;
pub(super) mod store;

use serde::{Deserialize, Serialize};

use self::store::Lease;
pub(super) use self::{
    acts::{GROUP, Together, Undone},
    forms::{checked_comment, missing_reason},
    store::Line,
};
use super::{
    Media,
    acts::Deed,
    store::{self as pictures, Span},
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            model::{Filter, Picture, State},
            review::{Judged, REASONS, Verdict, name_of, parse_reasons},
        },
    },
    infra::settings,
    shared::{
        error::AppError,
        lang::{Said, Text},
        time::{HOUR, MINUTE, day_number, day_start},
    },
    ui::texts::review as w,
};

/// How long (milliseconds) a picture lies on a desk that nobody touches.
const LEASE: i64 = 2 * MINUTE;
/// How far back (milliseconds) one's own last judgement can be undone.
const UNDO_WITHIN: i64 = HOUR;
/// Counting what waits stops here.
pub(super) const COUNTED: i64 = 1000;
/// Candidates looked at at once for the next picture.
const CANDIDATES: i64 = 20;

/// What somebody says of a picture; no verdict takes an earlier one back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Judgement {
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    pub comment: Option<String>,
}

/// A judgement of many pictures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Verdicts {
    pub said: Judgement,
    /// When they were shown (Unix milliseconds): what was judged later stays as it is.
    pub seen: i64,
    /// Whether verdicts given before are changed as well.
    pub over: bool,
}

/// A judgement of one's own that can be undone.
pub(super) struct Last {
    pub picture: Picture,
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    /// Of how many pictures it was the judgement; one as a rule.
    pub together: i64,
}

fn word(verdict: Option<Verdict>) -> String {
    verdict.map_or(Judged::Unreviewed.kept(), Verdict::word).to_owned()
}

impl Line {
    /// A judgement as it is kept: only a rejection has a reason, only a verdict a comment.
    pub fn new(media_id: &str, said: Judgement, actor: &Actor, now: i64) -> Self {
        let rejects = said.verdict == Some(Verdict::Reject);
        Self {
            id: 0,
            media_id: media_id.to_owned(),
            verdict: word(said.verdict),
            reason: said.reason.filter(|_| rejects),
            comment: said.comment.filter(|_| said.verdict.is_some()),
            reviewer: actor.tag(),
            at: now,
            act: None,
        }
    }
}

impl Media {
    /// Judges a picture. `seen` is the moment of the judgement that was shown to whoever judges (0 for none), where a page showed one.
    ///
    /// # Errors
    /// 409 `not_stored` while there is nothing to look at, 409 `review_changed` if somebody else was faster.
    pub(super) async fn review(&self, picture: &Picture, said: Judgement, actor: &Actor, seen: Option<i64>) -> Result<(), AppError> {
        if picture.state != State::Stored {
            let detail = Text::new("图片还没有保存，没法判断。", "The picture is not stored; there is nothing to judge yet.");
            return Err(AppError::conflict("not_stored", detail));
        }
        let line = Line::new(&picture.id, said, actor, self.core.now());
        let app_id = picture.account.clone();
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let set = store::set(c, &line, seen).await?;
                if set {
                    store::note(c, &app_id, &line).await?;
                }
                Ok(set)
            })
        });
        if written.await? { Ok(()) } else { Err(changed()) }
    }

    /// Undoes somebody's own last judgement: the picture stands again where it stood before. One of many pictures is undone as a whole.
    ///
    /// # Errors
    /// 409 `nothing_to_undo`, or `review_changed` if somebody judged it since.
    pub(super) async fn undo(&self, app_id: &str, actor: &Actor) -> Result<Undone, AppError> {
        let (now, me, app_id) = (self.core.now(), actor.tag(), app_id.to_owned());
        let last = store::last_by(self.core.db.read(), &app_id, &me, now - UNDO_WITHIN).await?.ok_or_else(nothing)?;
        if let Some(act) = &last.act {
            let came = self.act(&app_id, actor.clone(), String::new(), Deed::Undo { act: act.clone() }).await?;
            return Ok(came.map_or(Undone::Going, |came| Undone::Many(came.done, came.all - came.done)));
        }
        let undone = self.core.db.write(move |c| {
            Box::pin(async move {
                let Some(last) = store::last_by(&mut *c, &app_id, &me, now - UNDO_WITHIN).await? else { return Ok(Err(nothing())) };
                let id = last.media_id.clone();
                Ok(if acts::take_back(c, last, now).await? { Ok(Undone::One(id)) } else { Err(changed()) })
            })
        });
        undone.await?
    }

    /// Somebody's own last judgement, while it can be undone.
    pub(super) async fn last_judged(&self, app_id: &str, actor: &Actor) -> Result<Option<Last>, sqlx::Error> {
        let pool = self.core.db.read();
        let Some(line) = store::last_by(pool, app_id, &actor.tag(), self.core.now() - UNDO_WITHIN).await? else { return Ok(None) };
        let together = match &line.act {
            Some(act) => store::count_act(pool, act).await?,
            None => 1,
        };
        let picture = pictures::get(pool, &line.media_id).await?;
        Ok(picture.map(|picture| Last { picture, verdict: Verdict::parse(&line.verdict), reason: line.reason, together }))
    }

    /// How many pictures wait to be judged (at most [`COUNTED`] are counted), and how many somebody has judged today.
    pub(super) async fn desk_figures(&self, app_id: &str, actor: &Actor) -> Result<(i64, i64), sqlx::Error> {
        let pool = self.core.db.read();
        let today = day_start(day_number(self.core.now()));
        Ok((store::waiting(pool, app_id, COUNTED).await?, store::count_by(pool, app_id, &actor.tag(), today).await?))
    }

    /// How many pictures wait to be judged; at most [`COUNTED`] are counted.
    pub(super) async fn waiting(&self, app_id: &str) -> Result<i64, sqlx::Error> {
        store::waiting(self.core.db.read(), app_id, COUNTED).await
    }

    /// Lays a picture on somebody's desk, off which everything else goes. The name of whoever has it already, if somebody has.
    pub(super) async fn lay(&self, picture: &Picture, actor: &Actor) -> Result<Option<String>, sqlx::Error> {
        let (now, me, app_id, id) = (self.core.now(), actor.tag(), picture.account.clone(), picture.id.clone());
        self.core
            .db
            .write(move |c| {
                Box::pin(async move {
                    store::clear_desk(c, &app_id, &me, now).await?;
                    let wanted = Lease { media_id: id, reviewer: me };
                    if store::lease(c, &app_id, &wanted, now + LEASE).await? {
                        return Ok(None);
                    }
                    let others = store::leases(&mut *c, &app_id, &wanted.reviewer, now).await?;
                    Ok(others.into_iter().find(|lease| lease.media_id == wanted.media_id).map(|lease| name_of(&lease.reviewer).to_owned()))
                })
            })
            .await
    }

    /// What lies on other people's desks: ids with names.
    pub(super) async fn desks(&self, app_id: &str, actor: &Actor) -> Result<Vec<(String, String)>, sqlx::Error> {
        let leases = store::leases(self.core.db.read(), app_id, &actor.tag(), self.core.now()).await?;
        Ok(leases.into_iter().map(|lease| (lease.media_id, name_of(&lease.reviewer).to_owned())).collect())
    }

    /// On whose desk a picture lies, if on somebody else's.
    pub(super) async fn holder(&self, picture: &Picture, actor: &Actor) -> Result<Option<String>, sqlx::Error> {
        let taken = self.desks(&picture.account, actor).await?;
        Ok(taken.into_iter().find(|(id, _)| *id == picture.id).map(|(_, name)| name))
    }

    /// The oldest unreviewed picture under a filter that is newer than `after` and on nobody's desk; at the end it starts again.
    pub(super) async fn next_unreviewed(&self, filter: &Filter, after: Option<&str>, actor: &Actor) -> Result<Option<String>, sqlx::Error> {
        let filter = Filter { review: Some(Judged::Unreviewed), state: Some(State::Stored), ..filter.clone() };
        let taken = self.desks(&filter.app_id, actor).await?;
        let free = |id: &str| taken.iter().all(|(other, _)| other != id);
        let whole = Span::of(&filter);
        let starts = after.map(|id| whole.clone().after(id)).into_iter().chain([whole]);
        for mut span in starts {
            loop {
                let rows = pictures::list_up(self.core.db.read(), &filter, &span, CANDIDATES).await?;
                if let Some(found) = rows.iter().find(|picture| free(&picture.id)) {
                    return Ok(Some(found.id.clone()));
                }
                let Some(last) = rows.last() else { break };
                span = span.after(&last.id);
            }
        }
        Ok(None)
    }

    /// Lays the next unreviewed picture on somebody's desk: its id. Of two who go for the same one, the second gets another.
    pub(super) async fn take_next(&self, filter: &Filter, after: Option<&str>, actor: &Actor) -> Result<Option<String>, AppError> {
        let mut after = after.map(str::to_owned);
        while let Some(id) = self.next_unreviewed(filter, after.as_deref(), actor).await? {
            if self.lay(&self.get(&id).await?, actor).await?.is_none() {
                return Ok(Some(id));
            }
            after = Some(id);
        }
        Ok(None)
    }

    /// The reasons an account offers for rejecting.
    pub(super) async fn reasons(&self, app_id: &str) -> Result<Vec<String>, sqlx::Error> {
        let kept = settings::get(self.core.db.read(), &reasons_key(app_id)).await?;
        let kept = kept.and_then(|text| parse_reasons(&text).ok());
        Ok(kept.unwrap_or_else(|| REASONS.map(|reason| reason.zh.to_owned()).into()))
    }

    /// Changes these reasons. What was said with the old ones stays said.
    pub(super) async fn set_reasons(&self, app_id: &str, reasons: &[String], actor: Actor, address: String) -> Result<(), sqlx::Error> {
        let (now, key, text) = (self.core.now(), reasons_key(app_id), reasons.join("\n"));
        let act = Act::new(actor, "media.reasons_saved", format!("account:{app_id}")).from_address(address);
        let act = act.detail(serde_json::json!({ "reasons": reasons }).to_string());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                settings::put(c, &key, &text).await?;
                record_in(c, now, &act).await
            })
        });
        written.await
    }
}

fn reasons_key(app_id: &str) -> String {
    format!("review_reasons/{app_id}")
}

fn nothing() -> AppError {
    let detail = Text::new("一小时内没有可以撤销的判断。", "Within the last hour there is no judgement of yours to undo.");
    AppError::conflict("nothing_to_undo", detail)
}

/// Somebody else looks at it.
fn on_a_desk(name: &str) -> AppError {
    let told = |text: &str| text.replace("{name}", name);
    AppError::conflict("on_a_desk", Said::new(told(w::TAKEN.zh), told(w::TAKEN.en)))
}

/// Somebody was faster.
pub(super) fn changed() -> AppError {
    let detail = Text::new("这张图片刚刚被别人判断过，请再看一眼。", "Somebody else judged this picture meanwhile. Look again.");
    AppError::conflict("review_changed", detail)
}
