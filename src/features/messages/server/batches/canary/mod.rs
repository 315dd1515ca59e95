//! The first few of a batch, whose receipts decide about the others; and batches that stop by themselves.

pub(in super::super) mod store;

use super::store::{Live, halt};
use crate::features::{
    audit::{
        model::{Act, Actor},
        server::record_in,
    },
    messages::{
        model::{BatchState, Omen, Trial, reasons},
        server::Messages,
    },
};

/// Whether a batch stands still because of its first few: whoever resumes it decides against them.
pub(super) fn is_omen(reason: &str) -> bool {
    matches!(reason, reasons::CANARY_FAILED | reasons::CANARY_SILENT)
}

impl Messages {
    /// Where the first few of a batch stand.
    ///
    /// # Errors
    /// The database.
    pub async fn trial(&self, batch_id: &str, last: &str) -> Result<Trial, sqlx::Error> {
        store::trial(self.core.db.read(), batch_id, last).await
    }

    /// Looks at the first few of every running batch: lets the others follow, or stops the batch. Says whether one is still being waited
    /// for.
    ///
    /// # Errors
    /// The database.
    pub(in super::super) async fn judge_canaries(&self, live: &mut [Live], now: i64) -> Result<bool, sqlx::Error> {
        let mut waits = false;
        for batch in live.iter_mut().filter(|batch| batch.state == BatchState::Running.word()) {
            let Some(last) = batch.canary_last.as_deref() else { continue };
            let trial = self.trial(&batch.id, last).await?;
            let percent = batch.canary_percent.unwrap_or(100);
            let reason = match trial.omen(percent, now) {
                Omen::Wait => {
                    waits = true;
                    continue;
                }
                Omen::Go => {
                    self.let_follow(&batch.id, trial, now).await?;
                    batch.canary_last = None;
                    continue;
                }
                Omen::Stop => reasons::CANARY_FAILED,
                Omen::Silent => reasons::CANARY_SILENT,
            };
            self.stop_by_itself(&batch.id, reason, now).await?;
            batch.state = BatchState::Paused.word().to_owned();
        }
        Ok(waits)
    }

    async fn let_follow(&self, id: &str, trial: Trial, now: i64) -> Result<(), sqlx::Error> {
        let facts = serde_json::json!({ "received": trial.delivered });
        let (id, act) = (id.to_owned(), Act::new(Actor::System, "batch.canary_passed", format!("batch:{id}")).detail(facts.to_string()));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                if store::end(connection, &id, now).await? {
                    record_in(connection, now, &act).await?;
                }
                Ok(())
            })
        });
        unit.await
    }

    async fn stop_by_itself(&self, id: &str, reason: &'static str, now: i64) -> Result<(), sqlx::Error> {
        self.gate.turned(id, BatchState::Paused);
        let owned = id.to_owned();
        let unit = self.core.db.write(move |connection| Box::pin(async move { stop(connection, &owned, reason, now).await }));
        unit.await
    }
}

/// Pauses a running batch without anybody's hand, and leaves a trace.
///
/// # Errors
/// The database.
pub(in super::super) async fn stop(
    connection: &mut sqlx::SqliteConnection,
    id: &str,
    reason: &'static str,
    now: i64,
) -> Result<(), sqlx::Error> {
    if halt(connection, id, reason, None, None).await? {
        let facts = serde_json::json!({ "reason": reason });
        record_in(connection, now, &Act::new(Actor::System, "batch.stopped", format!("batch:{id}")).detail(facts.to_string())).await?;
    }
    Ok(())
}
