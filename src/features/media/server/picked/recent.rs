//! What somebody has just done with many pictures at once, offered in the gallery to be undone.

use super::Media;
use crate::{
    features::{
        audit::model::Actor,
        media::{
            review::Verdict,
            selection::{Recent, Undoing},
            server::{bin, review::Together},
        },
    },
    shared::{error::AppError, rights::Right, time::MINUTE},
    ui::Frame,
};

/// How long (milliseconds) the gallery offers it. The desk's 撤销 does so for an hour, the bin for seven days.
const OFFERED: i64 = 10 * MINUTE;

impl Media {
    /// What the visitor did last with many pictures, if that is not long ago.
    pub(in crate::features::media::server) async fn recent(&self, frame: &Frame) -> Result<Option<Recent>, AppError> {
        let Some(person) = &frame.person else { return Ok(None) };
        let (actor, since) = (Actor::User(person.name.clone()), frame.now - OFFERED);
        let judged = if frame.may(Right::Review) { self.judged_together(frame.app_id(), &actor, since).await? } else { None };
        let deleted = if frame.may(Right::Retention) {
            bin::store::last_together(self.core.db.read(), frame.app_id(), &actor.tag(), since).await?
        } else {
            None
        };
        let judged = judged.map(|Together { at, count, verdict }| {
            let passed = verdict == Some(Verdict::Pass);
            Recent { at, count, undoing: if passed { Undoing::Passed } else { Undoing::Rejected } }
        });
        let deleted = deleted.map(|(at, count)| Recent { at, count, undoing: Undoing::Deleted { by: actor.tag() } });
        Ok(judged.into_iter().chain(deleted).max_by_key(|recent| recent.at))
    }
}
