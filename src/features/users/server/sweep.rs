//! The worker that throws out what is over: sessions and remembered answers.

use std::time::Duration;

use super::sessions::Sessions;
use crate::{
    infra::{Core, idempotency},
    jobs::{Next, Worker},
};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(120);

/// Throws out expired sessions and answers older than a day.
pub struct Sweeper {
    core: Core,
    sessions: Sessions,
}

impl Sweeper {
    /// A sweeper of this database.
    pub fn new(core: Core) -> Self {
        Self { sessions: Sessions::new(core.clone()), core }
    }
}

impl Worker for Sweeper {
    fn name(&self) -> &'static str {
        "sweep"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.sessions.sweep().await?;
        let more = idempotency::sweep(&self.core).await?;
        Ok(if more { Next::Now } else { Next::In(EVERY) })
    }
}
