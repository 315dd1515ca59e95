//! Counting calls without a write per call.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
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
    relayed: Mutex<Relayed>,
    /// Held while a count of calls handed on is written down, so that of two the later stays.
    gate: Arc<tokio::sync::Mutex<()>>,
}

/// Calls of one key that were handed on to WeChat, on one day (China's).
#[derive(Clone, Copy, Debug, Default)]
struct Relayed {
    day: i64,
    count: i64,
    /// Up to which count the disk knows, where there is a limit: after a kill the day goes on from there.
    ahead: i64,
    /// Whether it grew since it was last written down.
    fresh: bool,
}

/// What a call that is to be handed on needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing; it is counted.
    Taken,
    /// More room on disk; it is not counted yet.
    Short,
}

/// How many calls are taken ahead on disk: a twentieth of the day's, 500 at most.
const fn block(most: i64) -> i64 {
    match most / 20 {
        ..1 => 1,
        part @ 1..500 => part,
        500.. => 500,
    }
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
    /// Of a key that had so many calls handed on, on that day.
    pub fn known(day: i64, count: i64) -> Self {
        Self { relayed: Mutex::new(Relayed { day, count, ahead: count, fresh: false }), ..Self::default() }
    }

    /// Counts a call that is about to be handed on, if that is not over the limit of a day. One lock, held for an addition.
    ///
    /// # Errors
    /// How many there were already; then nothing was counted.
    pub fn hand_on(&self, today: i64, most: Option<i64>) -> Result<Turn, i64> {
        let mut relayed = self.tally();
        if relayed.day != today {
            *relayed = Relayed { day: today, ..Relayed::default() };
        }
        if most.is_some_and(|most| relayed.count >= most) {
            return Err(relayed.count);
        }
        if most.is_some() && relayed.count >= relayed.ahead {
            return Ok(Turn::Short);
        }
        relayed.count += 1;
        relayed.fresh = true;
        Ok(Turn::Taken)
    }

    /// The day, and the count to write down for it: with a limit a block ahead of what there was.
    fn wanted(&self, most: Option<i64>) -> (i64, i64) {
        let relayed = self.tally();
        (relayed.day, most.map_or(relayed.count, |most| (relayed.count + block(most)).min(most.max(relayed.count))))
    }

    /// The disk knows of so many.
    fn written(&self, (day, ahead): (i64, i64)) {
        let mut relayed = self.tally();
        if relayed.day == day {
            relayed.ahead = ahead;
        }
    }

    /// How many calls were handed on today.
    pub fn relayed(&self, today: i64) -> i64 {
        Some(*self.tally()).filter(|relayed| relayed.day == today).map_or(0, |relayed| relayed.count)
    }

    fn take_fresh(&self) -> bool {
        std::mem::take(&mut self.tally().fresh)
    }

    /// Ends what was taken ahead: the count itself is to be written, and who calls from now on waits for room.
    fn end_ahead(&self) -> (i64, i64) {
        let mut relayed = self.tally();
        relayed.ahead = relayed.count;
        (relayed.day, relayed.count)
    }

    fn tally(&self) -> MutexGuard<'_, Relayed> {
        self.relayed.lock().unwrap_or_else(PoisonError::into_inner)
    }

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
    /// Makes room on disk for more calls of a key, unless another caller has meanwhile.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn reserve(&self, id: &str, calls: &Calls, most: Option<i64>) -> Result<(), sqlx::Error> {
        let _gate = calls.gate.lock().await;
        {
            let relayed = calls.tally();
            if relayed.count < relayed.ahead {
                return Ok(());
            }
        }
        let (wanted, id) = (calls.wanted(most), id.to_owned());
        self.core.db.write(move |c| Box::pin(async move { store::relayed(c, &id, wanted.0, wanted.1).await })).await?;
        calls.written(wanted);
        Ok(())
    }

    /// Writes counted calls down, those handed on under a limit a block ahead.
    ///
    /// # Errors
    /// The database; the counts are kept for the next time.
    pub async fn write_counts(&self) -> Result<(), sqlx::Error> {
        self.write_all(false).await
    }

    /// The same at an orderly end: nothing is written ahead.
    ///
    /// # Errors
    /// The database.
    pub async fn close_counts(&self) -> Result<(), sqlx::Error> {
        self.write_all(true).await
    }

    async fn write_all(&self, closing: bool) -> Result<(), sqlx::Error> {
        let (known, now) = (self.snapshot(), self.core.now());
        let (mut taken, mut gates) = (Vec::new(), Vec::new());
        for known in known.values() {
            let waiting = known.calls.take();
            let fresh = known.calls.take_fresh();
            let relayed = if fresh || closing && known.daily_calls.is_some() {
                gates.push(Arc::clone(&known.calls.gate).lock_owned().await);
                Some(if closing { known.calls.end_ahead() } else { known.calls.wanted(known.daily_calls) })
            } else {
                None
            };
            if waiting.count > 0 || relayed.is_some() {
                taken.push((known.id.clone(), Arc::clone(&known.calls), waiting, relayed));
            } else {
                known.calls.give_back(waiting);
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = taken.iter().map(|(id, _, waiting, relayed)| (id.clone(), *waiting, *relayed)).collect();
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                for (id, waiting, relayed) in &rows {
                    let latest = waiting.latest();
                    // A count whose moment was not stored yet when it was taken.
                    let day = day_number(if latest > 0 { latest } else { now });
                    if waiting.count > 0 {
                        store::count(&mut *c, id, waiting.count, day, (waiting.last, waiting.old_last)).await?;
                    }
                    if let Some((day, calls)) = relayed {
                        store::relayed(&mut *c, id, *day, *calls).await?;
                    }
                }
                Ok(())
            })
        });
        let written = written.await;
        for (_, calls, waiting, relayed) in taken {
            if written.is_err() {
                calls.give_back(waiting);
                calls.tally().fresh |= relayed.is_some();
            } else if let Some(relayed) = relayed {
                calls.written(relayed);
            }
        }
        drop(gates);
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
