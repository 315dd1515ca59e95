//! What commands change beside a running server is seen within two seconds: triggers raise a number, and whoever sees it raised reads
//! people, keys and accounts again.

mod store;

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::app::App;
use crate::jobs::{Next, Worker};

/// How often the number is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// The worker that looks.
pub struct Watcher {
    app: App,
    seen: AtomicI64,
}

impl Watcher {
    /// A watcher that has seen nothing yet.
    pub fn new(app: App) -> Self {
        Self { app, seen: AtomicI64::new(-1) }
    }
}

impl Worker for Watcher {
    fn name(&self) -> &'static str {
        "watch"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let revision = store::revision(self.app.core.db.read()).await?;
        if self.seen.load(Ordering::Relaxed) != revision {
            self.app.users.reload().await?;
            self.app.users.keys.reload().await?;
            self.app.accounts.reload().await?;
            // Only now: what could not be read is read again at the next look.
            self.seen.store(revision, Ordering::Relaxed);
        }
        Ok(Next::In(EVERY))
    }
}
