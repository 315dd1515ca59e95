//! The brake on a batch that WeChat suddenly refuses. Memory only: after a restart it looks back afresh.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{outgoing_store::Outgoing, verdict::Verdict};
use crate::features::messages::{model::Brake, server::batches::store::Live};

/// The last answers of every batch under way, by account.
#[derive(Default)]
pub(super) struct Brakes(Mutex<HashMap<String, Account>>);

#[derive(Default)]
struct Account {
    /// How many percent of refusals it bears; 0 for all.
    percent: i64,
    batches: HashMap<String, Brake>,
}

impl Brakes {
    /// Notes how many refusals an account bears, and forgets batches of it that are not under way any more.
    pub(super) fn set(&self, app_id: &str, percent: i64, live: &[Live]) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.entry(app_id.to_owned()).or_default();
        account.percent = percent;
        account.batches.retain(|id, _| live.iter().any(|batch| batch.id == *id));
    }

    /// Takes a verdict in; says whether its batch must stop. What may be tried again says nothing about the list.
    pub(super) fn trips(&self, message: &Outgoing, verdict: &Verdict) -> bool {
        let Some(batch) = &message.batch_id else { return false };
        let refused = match verdict {
            Verdict::Accepted { .. } => false,
            Verdict::Failed { .. } => true,
            Verdict::Again { .. } | Verdict::Doubtful { .. } => return false,
        };
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.entry(message.app_id.clone()).or_default();
        let percent = account.percent;
        account.batches.entry(batch.clone()).or_default().trips(refused, percent)
    }
}
