//! The worker that writes reports and counts down, and forgets what is old.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{DAYS, MOST_ROWS, store};
use crate::{
    features::jssdk::{failure::Tally, server::Signer},
    jobs::{Next, Worker},
    shared::time::{HOUR, day_number},
};

/// How often it writes; the list on the page is that much behind.
const EVERY: Duration = Duration::from_secs(2);

/// Writes reports and counts down.
pub struct Writing {
    signer: Arc<Signer>,
    /// When old rows were last looked for (Unix milliseconds).
    swept_at: AtomicI64,
}

impl Writing {
    /// The worker for a signer.
    pub fn new(signer: Arc<Signer>) -> Self {
        Self { signer, swept_at: AtomicI64::new(0) }
    }
}

impl Worker for Writing {
    fn name(&self) -> &'static str {
        "failures"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.signer.write_failures().await?;
        let now = self.signer.core.now();
        if (now - self.swept_at.load(Ordering::Relaxed)).abs() >= HOUR {
            let oldest = day_number(now) - DAYS + 1;
            self.signer.core.db.write(move |c| Box::pin(async move { store::forget(c, oldest).await })).await?;
            self.swept_at.store(now, Ordering::Relaxed);
        }
        Ok(Next::In(EVERY))
    }
}

impl Signer {
    /// Writes down what came in since the last time, in one group.
    ///
    /// # Errors
    /// The database; everything is kept for the next time but for signatures by page and phone.
    pub async fn write_failures(&self) -> Result<(), sqlx::Error> {
        let (taken, signed, today) = (self.intake.take(), self.tokens.take_signed(), day_number(self.core.now()));
        let served = self.served.take();
        if taken.counts.is_empty() && signed.is_empty() && served.is_empty() {
            return Ok(());
        }
        let mut tallies: HashMap<(String, i64), Tally> = HashMap::new();
        for (day, failures) in &taken.counts {
            tallies.entry(day.clone()).or_default().failures += failures;
        }
        for (app_id, count) in &signed {
            tallies.entry((app_id.clone(), today)).or_default().signatures += i64::try_from(*count).unwrap_or(i64::MAX);
        }
        let lines: Vec<_> = taken.lines.iter().map(|(key, line)| (key.clone(), line.clone())).collect();
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                for (key, line) in &lines {
                    store::add(&mut *c, key, line).await?;
                }
                for ((app_id, day), tally) in &tallies {
                    store::count(&mut *c, app_id, *day, *tally).await?;
                }
                for (sort, signatures) in &served {
                    store::serve(&mut *c, today, sort, *signatures).await?;
                }
                for app_id in served.iter().map(|(sort, _)| sort.app_id.as_str()).collect::<BTreeSet<_>>() {
                    store::trim_served(&mut *c, app_id, MOST_ROWS).await?;
                }
                for app_id in lines.iter().map(|(key, _)| key.app_id.as_str()).collect::<BTreeSet<_>>() {
                    store::trim(&mut *c, app_id, MOST_ROWS).await?;
                }
                Ok(())
            })
        });
        let written = written.await;
        if written.is_err() {
            self.intake.give_back(taken);
            signed.iter().for_each(|(app_id, count)| self.tokens.count_signed(app_id, *count));
        }
        written
    }
}
