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

/// Calls of one key not yet written down.
#[derive(Default)]
pub(super) struct Calls {
    count: AtomicI64,
    last: AtomicI64,
}

impl Calls {
    pub fn count(&self, now: i64) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.last.store(now, Ordering::Relaxed);
    }

    /// What a page adds to the written count, and the last use (Unix milliseconds).
    pub fn waiting(&self, today: i64) -> (i64, Option<i64>) {
        let (count, last) = (self.count.load(Ordering::Relaxed), self.last.load(Ordering::Relaxed));
        if count > 0 && day_number(last) == today { (count, Some(last)) } else { (0, None) }
    }
}

impl Keys {
    /// Writes counted calls down.
    ///
    /// # Errors
    /// The database; the counts are kept for the next time.
    pub async fn write_counts(&self) -> Result<(), sqlx::Error> {
        let known = self.snapshot();
        let taken: Vec<_> = known
            .values()
            .map(|known| (known.id.clone(), Arc::clone(&known.calls), known.calls.count.swap(0, Ordering::Relaxed)))
            .filter(|(_, _, count)| *count > 0)
            .collect();
        if taken.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = taken.iter().map(|(id, calls, count)| (id.clone(), *count, calls.last.load(Ordering::Relaxed))).collect();
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                for (id, count, last) in &rows {
                    store::count(c, id, *count, day_number(*last), *last).await?;
                }
                Ok(())
            })
        });
        let written = written.await;
        if written.is_err() {
            for (_, calls, count) in taken {
                calls.count.fetch_add(count, Ordering::Relaxed);
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
