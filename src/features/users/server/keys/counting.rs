//! Counting calls without a write per call.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{Keys, store};
use crate::{
    jobs::{Next, Worker},
    shared::time::day_number,
};

/// How often counts are written down.
const EVERY: Duration = Duration::from_secs(5);

/// Calls of one key not yet written down. Moments are Unix milliseconds, 0 for none.
#[derive(Default)]
pub(super) struct Calls {
    count: AtomicI64,
    last: AtomicI64,
    old_last: AtomicI64,
}

/// What waits to be written down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Waiting {
    pub count: i64,
    /// The last use of the present secret.
    pub last: Option<i64>,
    /// The last use of the one before it.
    pub old_last: Option<i64>,
}

impl Waiting {
    fn latest(&self) -> i64 {
        self.last.max(self.old_last).unwrap_or(0)
    }
}

impl Calls {
    /// Counts a call with the present secret, or with the old one.
    pub fn count(&self, now: i64, old: bool) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let last = if old { &self.old_last } else { &self.last };
        last.store(now, Ordering::Relaxed);
    }

    /// The present secret has become the old one.
    pub fn grow_old(&self) {
        self.old_last.fetch_max(self.last.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// What a page adds to what is written.
    pub fn waiting(&self, today: i64) -> Waiting {
        let moment = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at > 0);
        let waiting = Waiting { count: self.count.load(Ordering::Relaxed), last: moment(&self.last), old_last: moment(&self.old_last) };
        if waiting.count > 0 && day_number(waiting.latest()) == today { waiting } else { Waiting::default() }
    }

    fn take(&self) -> Waiting {
        let moment = |at: &AtomicI64| Some(at.swap(0, Ordering::Relaxed)).filter(|at| *at > 0);
        Waiting { count: self.count.swap(0, Ordering::Relaxed), last: moment(&self.last), old_last: moment(&self.old_last) }
    }

    fn give_back(&self, waiting: Waiting) {
        self.count.fetch_add(waiting.count, Ordering::Relaxed);
        self.last.fetch_max(waiting.last.unwrap_or(0), Ordering::Relaxed);
        self.old_last.fetch_max(waiting.old_last.unwrap_or(0), Ordering::Relaxed);
    }
}

impl Keys {
    /// Writes counted calls down.
    ///
    /// # Errors
    /// The database; the counts are kept for the next time.
    pub async fn write_counts(&self) -> Result<(), sqlx::Error> {
        let (known, now) = (self.snapshot(), self.core.now());
        let mut taken = Vec::new();
        for known in known.values() {
            let waiting = known.calls.take();
            if waiting.count > 0 {
                taken.push((known.id.clone(), Arc::clone(&known.calls), waiting));
            } else {
                known.calls.give_back(waiting);
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = taken.iter().map(|(id, _, waiting)| (id.clone(), *waiting)).collect();
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                for (id, waiting) in &rows {
                    let latest = waiting.latest();
                    // A count whose moment was not stored yet when it was taken.
                    let day = day_number(if latest > 0 { latest } else { now });
                    store::count(c, id, waiting.count, day, (waiting.last, waiting.old_last)).await?;
                }
                Ok(())
            })
        });
        let written = written.await;
        if written.is_err() {
            for (_, calls, waiting) in taken {
                calls.give_back(waiting);
            }
        }
        written
    }
}

/// The worker that writes counts down.
pub struct Counter(
    /// The keys whose calls are counted.
    pub Keys,
);

impl Worker for Counter {
    fn name(&self) -> &'static str {
        "keys"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.0.write_counts().await?;
        Ok(Next::In(EVERY))
    }
}
