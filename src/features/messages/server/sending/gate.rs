//! What must not go out right now, known without asking the database.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::features::messages::model::BatchState;

/// How many batches are remembered as standing still. Whatever was claimed before the last of so many turned was given back long ago.
const REMEMBERED: usize = 1000;

/// Accounts that are held and batches that do not run. The database has the truth; this is for what was claimed a moment before.
#[derive(Default)]
pub struct Gate(Mutex<Closed>);

#[derive(Default)]
struct Closed {
    accounts: HashSet<String>,
    batches: HashSet<String>,
    /// The same, the longest known first.
    order: VecDeque<String>,
    /// Everything: an administrator locked all sending.
    all: bool,
}

impl Gate {
    /// Notes how a batch stands now.
    pub(in super::super) fn turned(&self, batch_id: &str, state: BatchState) {
        let mut closed = self.closed();
        // Of one that is done nothing is left that could have been claimed.
        if matches!(state, BatchState::Running | BatchState::Done) {
            closed.batches.remove(batch_id);
            closed.order.retain(|id| id != batch_id);
        } else if closed.batches.insert(batch_id.to_owned()) {
            closed.order.push_back(batch_id.to_owned());
        }
        while closed.order.len() > REMEMBERED {
            if let Some(oldest) = closed.order.pop_front() {
                closed.batches.remove(&oldest);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_still_is_kept_and_what_ended_is_forgotten() {
        let gate = Gate::default();
        gate.turned("paused", BatchState::Paused);
        gate.turned("done", BatchState::Paused);
        gate.turned("done", BatchState::Done);
        assert!(!gate.lets("a", Some("paused"), false) && gate.lets("a", Some("done"), false));
        for number in 0..REMEMBERED * 2 {
            gate.turned(&number.to_string(), BatchState::Cancelled);
        }
        assert!(!gate.lets("a", Some(&(REMEMBERED * 2 - 1).to_string()), false));
        let kept = gate.closed().batches.len();
        assert_eq!((kept, gate.closed().order.len()), (REMEMBERED, REMEMBERED));
        gate.turned("1999", BatchState::Running);
        assert!(gate.lets("a", Some("1999"), false));
    }
}
