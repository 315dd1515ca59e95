//! The worker that knows the templates before somebody asks: without the list no value can be checked against its kind's rule.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Messages;
use crate::{
    features::audit::model::Actor,
    jobs::{Next, Worker},
    shared::time::{DAY, MINUTE},
};

/// How often accounts are looked at; new ones are seen within this.
const LOOK: Duration = Duration::from_secs(2);
/// How old a list may grow.
const FRESH: i64 = DAY;
/// How long WeChat is left alone after a fetch that failed.
const PAUSE: i64 = 10 * MINUTE;

/// Fetches the templates of accounts that have none yet or an old list.
pub struct Syncing {
    messages: Messages,
    /// When each account was last tried.
    tried: Mutex<HashMap<String, i64>>,
}

impl Syncing {
    /// The worker for all accounts.
    pub fn new(messages: Messages) -> Self {
        Self { messages, tried: Mutex::default() }
    }

    fn may_try(&self, app_id: &str, now: i64) -> bool {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let free = tried.get(app_id).is_none_or(|at| (now - at).abs() >= PAUSE);
        if free {
            tried.insert(app_id.to_owned(), now);
        }
        free
    }
}

impl Worker for Syncing {
    fn name(&self) -> &'static str {
        "templates"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let now = self.messages.core.now();
        for account in self.messages.accounts.all().iter() {
            let old = account.templates_synced_at.is_none_or(|at| now - at > FRESH);
            if old
                && self.may_try(&account.app_id, now)
                && let Err(error) = self.messages.sync_templates(account, Actor::System).await
            {
                tracing::info!(app_id = account.app_id, error = %error, "The templates could not be fetched; the page offers to try again");
            }
        }
        Ok(Next::In(LOOK))
    }
}
