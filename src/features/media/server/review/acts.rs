//! Judgements that were given together: one act, undone as one.
//!
//! An act is written down with its first verdicts, in the audit log as well; the line that says how it ended takes it off again. Each is one
//! transaction. What still stands there when a server starts was cut short, and is told as far as it came.

use serde_json::json;

use super::{Line, changed, store, word};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{review::Verdict, server::Media},
    },
    shared::error::AppError,
};

/// Judgements given or taken back in one transaction: nothing else waits longer for the writer.
pub(in crate::features::media::server) const GROUP: i64 = 100;

/// An act that is under way.
pub(super) struct UnderWay {
    pub act: String,
    pub app_id: String,
    pub actor: String,
    pub address: Option<String>,
    pub verdict: String,
}

/// What is written down where an act begins.
pub(in crate::features::media::server) struct Opening {
    act: UnderWay,
    line: Act,
}

impl Opening {
    /// Writes it down.
    pub async fn write(&self, c: &mut sqlx::SqliteConnection, now: i64) -> Result<(), sqlx::Error> {
        store::begin(c, &self.act, now).await?;
        record_in(c, now, &self.line).await
    }
}

/// A new act.
pub(in crate::features::media::server) struct Begun<'a> {
    pub app_id: &'a str,
    pub actor: &'a Actor,
    pub address: &'a str,
    pub verdict: Option<Verdict>,
}

/// What was undone.
#[derive(Debug)]
pub(in crate::features::media::server) enum Undone {
    /// A judgement of one picture: its id.
    One(String),
    /// An act of so many that it is not over yet.
    Going,
    /// An act: of how many pictures, and of how many not, because somebody judged them since.
    Many(usize, usize),
}

/// An act as it is told.
pub(in crate::features::media::server) struct Together {
    /// When (Unix milliseconds).
    pub at: i64,
    /// Of how many pictures it still stands.
    pub count: i64,
    /// What was said.
    pub verdict: Option<Verdict>,
}

impl Media {
    /// Somebody's last judgement, if it was of many pictures and is no older than `since`.
    pub(in crate::features::media::server) async fn judged_together(
        &self,
        app_id: &str,
        actor: &Actor,
        since: i64,
    ) -> Result<Option<Together>, sqlx::Error> {
        let pool = self.core.db.read();
        let Some(line) = store::last_by(pool, app_id, &actor.tag(), since).await? else { return Ok(None) };
        let Some(act) = &line.act else { return Ok(None) };
        let count = store::count_act(pool, act).await?;
        Ok((count > 1).then(|| Together { at: line.at, count, verdict: Verdict::parse(&line.verdict) }))
    }

    /// An act that begins, to be written down with its first verdicts.
    pub(in crate::features::media::server) fn opening(&self, act: &str, begun: Begun<'_>) -> Opening {
        let Begun { app_id, actor, address, verdict } = begun;
        self.acting().insert(act.to_owned());
        let verdict = word(verdict);
        let detail = json!({ "act": act, "verdict": verdict }).to_string();
        let line = Act::new(actor.clone(), "media.judging", format!("account:{app_id}")).from_address(address.to_owned()).detail(detail);
        let act = UnderWay { act: act.to_owned(), app_id: app_id.to_owned(), actor: actor.tag(), address: line.address.clone(), verdict };
        Opening { act, line }
    }

    /// Writes down that an act of so many verdicts ended.
    ///
    /// # Errors
    /// The database; it is written down at the next start then.
    pub(in crate::features::media::server) async fn end_act(&self, act: &str, done: usize) -> Result<(), sqlx::Error> {
        if done == 0 {
            self.acting().remove(act);
            return Ok(());
        }
        let (now, id) = (self.core.now(), act.to_owned());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let Some(act) = store::end(c, &id).await? else { return Ok(()) };
                let detail = json!({ "act": act.act, "verdict": act.verdict, "pictures": done });
                record_in(c, now, &told(act, &detail)).await
            })
        });
        let written = written.await;
        self.acting().remove(act);
        written
    }

    /// Tells of the acts that a process did not bring to their end how far they came. How many there were.
    ///
    /// # Errors
    /// The database.
    pub(in crate::features::media::server) async fn end_acts_cut_short(&self) -> Result<usize, sqlx::Error> {
        let left = store::under_way(self.core.db.read()).await?;
        let left: Vec<String> = left.into_iter().filter(|act| !self.acting().contains(act)).collect();
        let (now, count) = (self.core.now(), left.len());
        for id in left {
            let done = store::count_act(self.core.db.read(), &id).await?;
            let written = self.core.db.write(move |c| {
                Box::pin(async move {
                    let Some(act) = store::end(c, &id).await? else { return Ok(()) };
                    let detail = json!({ "act": act.act, "verdict": act.verdict, "pictures": done, "cut_short": true });
                    record_in(c, now, &told(act, &detail)).await
                })
            });
            written.await?;
        }
        Ok(count)
    }

    fn acting(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<String>> {
        self.acting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Undoes an act, a group at a time: each picture stands again where it stood before, but for those that somebody judged since.
    ///
    /// # Errors
    /// 409 `review_changed` if that are all of them.
    pub(super) async fn undo_act(&self, act: &str) -> Result<Undone, AppError> {
        let (now, mut after, mut undone, mut left) = (self.core.now(), 0, 0, 0);
        loop {
            let lines = store::of_act(self.core.db.read(), act, after, GROUP).await?;
            let Some(last) = lines.last() else { break };
            after = last.id;
            let count = lines.len();
            let unit = self.core.db.write_alone(move |c| {
                Box::pin(async move {
                    let mut undone = 0;
                    for line in lines {
                        undone += usize::from(take_back(c, line, now).await?);
                    }
                    Ok(undone)
                })
            });
            let of_group = unit.await?;
            undone += of_group;
            left += count - of_group;
        }
        if undone == 0 { Err(changed()) } else { Ok(Undone::Many(undone, left)) }
    }
}

/// The line of the audit log that says how an act ended.
fn told(act: UnderWay, detail: &serde_json::Value) -> Act {
    let line = Act::new(Actor::of_tag(&act.actor), "media.judged", format!("account:{}", act.app_id)).detail(detail.to_string());
    Act { address: act.address, ..line }
}

/// Takes a judgement back, if it is the last one of its picture. Whether it was.
pub(super) async fn take_back(c: &mut sqlx::SqliteConnection, line: Line, now: i64) -> Result<bool, sqlx::Error> {
    if store::last_of(c, &line.media_id).await?.map(|last| last.id) != Some(line.id) {
        return Ok(false);
    }
    store::undone(c, line.id, now).await?;
    let none = Line { verdict: word(None), reason: None, comment: None, ..line.clone() };
    let before = store::last_of(c, &line.media_id).await?.unwrap_or(none);
    store::set(c, &before, None).await?;
    Ok(true)
}
