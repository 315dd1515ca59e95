//! Judgements that were given together: one act, undone as one (`server/acts`).

use super::{Line, changed, store, word};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            review::Verdict,
            server::{Media, acts::Came},
        },
    },
    shared::error::AppError,
};

/// Judgements given or taken back in one transaction: nothing else waits longer for the writer.
pub(in crate::features::media::server) const GROUP: i64 = 100;

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

    /// Undoes an act, a group at a time: each picture stands again where it stood before, but for those that somebody judged since.
    ///
    /// # Errors
    /// 409 `review_changed` if that are all of them.
    pub(in crate::features::media::server) async fn undo_act(&self, act: &str) -> Result<Came, AppError> {
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
        if undone == 0 { Err(changed()) } else { Ok(Came { done: undone, all: undone + left }) }
    }
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
