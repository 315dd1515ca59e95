//! Effects that a push is still owed: after a failure of ours, now or before the last start.

use std::time::Duration;

use super::Callback;
use crate::jobs::{Next, Worker};

/// Has owed effects; rung when one failed, and looks by itself each minute.
pub struct Debts(pub Callback);

impl Worker for Debts {
    fn name(&self) -> &'static str {
        "callback"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.0.settle_owed().await?;
        Ok(Next::In(Duration::from_secs(60)))
    }
}
