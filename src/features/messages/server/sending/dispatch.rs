//! Letting claimed messages go: as many as there are free slots, no faster than the pace. Memory only.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use super::{Inner, SWEEP};
use crate::jobs::{Next, Worker};

/// The worker beside the sender that lets claimed messages go.
pub struct Dispatcher(pub(super) Arc<Inner>);

impl Worker for Dispatcher {
    fn name(&self) -> &'static str {
        "dispatcher"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let now = self.0.messages.core.now();
        let span = self.0.dispatch(now).unwrap_or(SWEEP);
        Ok(Next::In(Duration::from_millis(u64::try_from(span).unwrap_or(1).max(1))))
    }
}

impl Inner {
    /// Calls what may be called now; after how many milliseconds the pace gives the next, where it is the pace that stops it.
    pub(super) fn dispatch(self: &Arc<Self>, now: i64) -> Option<i64> {
        let (accounts, uptime) = (self.messages.accounts.all(), self.messages.core.clock.uptime_ms());
        let (mut wait, mut gone) = (None, false);
        // Accounts take turns, one message each.
        let mut going: Vec<_> = accounts.iter().collect();
        while !going.is_empty() {
            going.retain(|account| {
                let app_id = account.app_id.as_str();
                let Some(claimed) = self.ready.next(app_id) else { return false };
                if !self.messages.gate.lets(app_id, claimed.message.batch_id.as_deref(), claimed.probe) {
                    // The sender gives them back to the queue.
                    self.ready.undo(app_id, claimed);
                    self.messages.bell.ring();
                    return false;
                }
                if !self.lease.covers(&claimed.worker, uptime) {
                    // The sender renews the lease, or finds it lost.
                    self.ready.undo(app_id, claimed);
                    self.messages.bell.ring();
                    return false;
                }
                let Ok(permit) = self.slots.clone().try_acquire_owned() else {
                    self.ready.undo(app_id, claimed);
                    return false;
                };
                let paced = self.pace.lock().unwrap_or_else(PoisonError::into_inner).take(app_id, now);
                if let Err(span) = paced {
                    self.ready.undo(app_id, claimed);
                    wait = Some(wait.map_or(span, |least: i64| least.min(span)));
                    return false;
                }
                self.open.fetch_add(1, Ordering::AcqRel);
                gone = true;
                self.crew.spawn(self.clone().attempt((*account).clone(), claimed, permit));
                true
            });
        }
        if gone && accounts.iter().any(|account| self.ready.len(&account.app_id) * 2 <= self.ahead) {
            self.messages.bell.ring();
        }
        wait
    }
}
