//! The worker that asks WeChat ahead of time, so that callers never have to.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::Tokens;
use crate::{
    jobs::{Next, Worker},
    shared::time::SECOND,
};

/// How often the plans are looked at; new accounts are seen within this.
const LOOK: Duration = Duration::from_secs(1);

/// Refreshes tokens and tickets of all accounts ahead of their end.
pub struct Keeping {
    tokens: Tokens,
    /// The latest moment seen; a clock that shows less was set back.
    seen: AtomicI64,
}

impl Keeping {
    /// The worker for a keeper.
    pub fn new(tokens: Tokens) -> Self {
        Self { tokens, seen: AtomicI64::new(i64::MIN) }
    }
}

impl Worker for Keeping {
    fn name(&self) -> &'static str {
        "tokens"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let now = self.tokens.core.now();
        let seen = self.seen.swap(now, Ordering::Relaxed);
        let keepers: Vec<_> = self.tokens.accounts.all().iter().map(|account| self.tokens.keeper(&account.app_id)).collect();
        for keeper in &keepers {
            if now.saturating_add(SECOND) < seen {
                keeper.clock_set_back(seen - now).await;
            }
            keeper.mind();
        }
        self.tokens.forget_gone();
        Ok(Next::In(LOOK))
    }
}

impl Tokens {
    /// Drops the keepers of accounts that are gone.
    fn forget_gone(&self) {
        let all = self.accounts.all();
        if self.read().len() > all.len() {
            let mut keepers = self.keepers.write().unwrap_or_else(|broken| broken.into_inner());
            keepers.retain(|app_id, _| all.iter().any(|account| account.app_id == *app_id));
        }
    }
}
