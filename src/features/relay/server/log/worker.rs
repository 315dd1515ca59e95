//! The worker that writes lines down and forgets those that are old.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::{Relay, store};
use crate::{
    jobs::{Bell, Crew, Next, Worker},
    shared::time::{DAY, HOUR},
};

/// How often it writes; the page is that much behind.
const EVERY: Duration = Duration::from_secs(1);
/// How long a line is kept.
const KEPT: i64 = 30 * DAY;
/// How many rows one sweep drops: a unit of the writer stays short.
const SWEPT: i64 = 500;

/// Writes the log of calls.
pub(super) struct Logging {
    relay: Relay,
    /// When old lines were last looked for (Unix milliseconds).
    swept_at: AtomicI64,
}

impl Relay {
    /// Sets the writer of the log to work; an orderly stop writes what waits.
    pub fn hire(&self, crew: &Crew) {
        crew.hire(Logging { relay: self.clone(), swept_at: AtomicI64::new(0) }, self.bell());
        let (relay, stop) = (self.clone(), crew.stop().clone());
        crew.spawn(async move {
            stop.cancelled().await;
            if let Err(error) = relay.write_log().await {
                tracing::warn!(%error, "The last calls that were handed on could not be noted");
            }
        });
    }

    fn bell(&self) -> Bell {
        self.log.bell.clone()
    }

    /// Forgets some of the lines that are older than 30 days; says whether there may be more.
    ///
    /// # Errors
    /// The database.
    pub async fn sweep_log(&self) -> Result<bool, sqlx::Error> {
        let before = self.core.now() - KEPT;
        let dropped = self.core.db.write(move |c| Box::pin(async move { store::forget(c, before, SWEPT).await })).await?;
        Ok(dropped >= SWEPT.unsigned_abs())
    }
}

impl Worker for Logging {
    fn name(&self) -> &'static str {
        "calls"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.relay.write_log().await?;
        let now = self.relay.core.now();
        if (now - self.swept_at.load(Ordering::Relaxed)).abs() >= HOUR {
            if self.relay.sweep_log().await? {
                return Ok(Next::Now);
            }
            self.swept_at.store(now, Ordering::Relaxed);
        }
        Ok(Next::In(EVERY))
    }
}
