//! What must not go out right now, known without asking the database.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::features::messages::model::BatchState;

/// Accounts that are held and batches that do not run. The database has the truth; this is for what was claimed a moment before.
#[derive(Default)]
pub struct Gate(Mutex<Closed>);

#[derive(Default)]
struct Closed {
    accounts: HashSet<String>,
    batches: HashSet<String>,
    /// Everything: an administrator locked all sending.
    all: bool,
}

impl Gate {
    /// Notes how a batch stands now.
    pub(in super::super) fn turned(&self, batch_id: &str, state: BatchState) {
        let mut closed = self.closed();
        if state == BatchState::Running {
            closed.batches.remove(batch_id);
        } else {
            closed.batches.insert(batch_id.to_owned());
        }
    }

    pub(super) fn lock(&self, locked: bool) {
        self.closed().all = locked;
    }

    pub(super) fn hold(&self, app_id: &str, held: bool) {
        let mut closed = self.closed();
        if held {
            closed.accounts.insert(app_id.to_owned());
        } else {
            closed.accounts.remove(app_id);
        }
    }

    /// Whether a message of this account and batch may be called now. A probe goes through a hold: it is to find out.
    pub(super) fn lets(&self, app_id: &str, batch_id: Option<&str>, probe: bool) -> bool {
        let closed = self.closed();
        !closed.all && (probe || !closed.accounts.contains(app_id)) && batch_id.is_none_or(|id| !closed.batches.contains(id))
    }

    fn closed(&self) -> MutexGuard<'_, Closed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
