//! Messages whose intent is on disk and that wait a moment for a free slot: a claim for many costs one commit.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Claimed, gate::Gate};

/// Claimed messages by account, in the order they go out.
#[derive(Default)]
pub struct Ready(Mutex<HashMap<String, VecDeque<Claimed>>>);

impl Ready {
    pub(super) fn len(&self, app_id: &str) -> usize {
        self.all().get(app_id).map_or(0, VecDeque::len)
    }

    pub(super) fn put(&self, app_id: &str, claimed: Vec<Claimed>) {
        self.all().entry(app_id.to_owned()).or_default().extend(claimed);
    }

    pub(super) fn next(&self, app_id: &str) -> Option<Claimed> {
        self.all().get_mut(app_id)?.pop_front()
    }

    /// Puts one back to the front.
    pub(super) fn undo(&self, app_id: &str, claimed: Claimed) {
        self.all().entry(app_id.to_owned()).or_default().push_front(claimed);
    }

    /// Takes out everything of an account that may not go out any more.
    pub(super) fn shut_out(&self, app_id: &str, gate: &Gate) -> Vec<Claimed> {
        let mut all = self.all();
        let Some(row) = all.get_mut(app_id) else { return Vec::new() };
        let (kept, out) =
            std::mem::take(row).into_iter().partition(|claimed| gate.lets(app_id, claimed.message.batch_id.as_deref(), claimed.probe));
        *row = kept;
        out.into()
    }

    /// Takes out everything.
    pub(super) fn drain(&self) -> Vec<Claimed> {
        self.all().drain().flat_map(|(_, row)| row).collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Claimed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
