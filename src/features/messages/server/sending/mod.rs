//! Sending: the one worker that calls WeChat for messages.
//!
//! A message's intent is committed before the call and its outcome after it. What comes back in between a crash is told by the two:
//! an intent without an outcome is repeated with the same `client_msg_id` while WeChat remembers that (§6.3), and unknown afterwards.
//!
//! The road of a message: the [`Sender`] holds a lease (`lease`), claims a handful of each lane that may go (`claim`), they wait a moment in [`ready::Ready`],
//! leave as fast as [`pace::Pace`] and the free slots allow (`dispatch`), are called (`attempt`), and their outcomes share a commit
//! (`outcome`). A lane is a batch, or all single messages of an account; lanes take turns.

mod attempt;
mod brakes;
mod claim;
mod dispatch;
mod gate;
mod hold;
mod journal;
mod lease;
mod lease_store;
mod outcome;
pub(super) mod outgoing_store;
mod pace;
mod ready;
mod store;
mod verdict;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, Semaphore, mpsc};

use super::{Messages, batches, receipts};
use crate::{
    features::messages::model::Rules,
    infra::respond::disk_is_full,
    jobs::{Bell, Crew, Next, Worker},
    shared::time::{MINUTE, SECOND},
};

pub use dispatch::Dispatcher;
pub use gate::Gate;
pub use hold::{Hold, Standstill};
pub use lease::Company;
use outgoing_store::Outgoing;

/// How long a repeat with the same client_msg_id is safe: WeChat remembers one for about 10 minutes, and a call takes time.
pub const REPEAT_WITHIN: i64 = 9 * MINUTE;
/// How long an unknown message waits for a late receipt before somebody has to decide.
pub const WAITS_FOR_RECEIPT: i64 = 30 * MINUTE;
/// How often the queue is looked through for messages whose time is over, and the longest sleep.
const SWEEP: i64 = 30 * SECOND;

/// The worker that sends. Hire it once, and its [`Sender::dispatcher`] beside it.
pub struct Sender(Arc<Inner>);

/// Looks at each message before it is called.
type Eye = Box<dyn Fn(&Outgoing) + Send + Sync>;

struct Inner {
    messages: Messages,
    crew: Crew,
    /// One permit a call under way.
    slots: Arc<Semaphore>,
    parallel: usize,
    /// How many messages of an account are claimed ahead.
    ahead: usize,
    pace: Mutex<pace::Pace>,
    ready: ready::Ready,
    brakes: brakes::Brakes,
    outcomes: mpsc::Sender<outcome::Unwritten>,
    /// Claimed and not settled yet, the called ones.
    open: AtomicUsize,
    settled: Notify,
    /// Answers that hold an account and are not on disk yet: until then the database does not know of the hold.
    holding: AtomicUsize,
    dispatch: Bell,
    /// Accounts told to slow down (45011), and until when.
    slow: Mutex<HashMap<String, i64>>,
    lease: lease::Lease,
    eye: Eye,
    swept_at: AtomicI64,
    /// Whose turn it is among the lanes.
    turn: AtomicUsize,
}

/// A message whose intent is on disk.
struct Claimed {
    message: Outgoing,
    /// Under which lease it was claimed.
    worker: Arc<str>,
    /// Where its call is noted.
    journal: Option<Arc<journal::Journal>>,
    doubt_since: Option<i64>,
    at: i64,
    /// Whether a call without an answer is left to a person.
    ask_unsure: bool,
    /// Whether it goes out to find out if the cause of a hold is gone.
    probe: bool,
}

impl Sender {
    /// A sender with the rate and parallelism of the settings; calls run as tasks of the crew, so that an orderly stop waits for them.
    pub fn new(messages: Messages, crew: Crew, company: Company) -> Self {
        Self::watched(messages, crew, company, |_| ())
    }

    /// The same with somebody who looks at each message before its call; one over which that panics is what a faulty row would be.
    pub fn watched(messages: Messages, crew: Crew, company: Company, eye: impl Fn(&Outgoing) + Send + Sync + 'static) -> Self {
        let settings = &messages.core.settings;
        let parallel = usize::try_from(settings.send_parallel).unwrap_or(1).max(1);
        // Two rounds of calls, or half a second's worth: what waits with an intent on disk is in doubt after a power cut.
        let ahead = match usize::try_from(settings.send_rate).unwrap_or(0) {
            0 => parallel * 2,
            rate => (parallel * 2).min(rate.div_ceil(2)),
        };
        let queued = parallel.max(16);
        let (outcomes, queue) = mpsc::channel(queued);
        let inner = Arc::new(Inner {
            slots: Arc::new(Semaphore::new(parallel)),
            parallel,
            ahead: ahead.max(1),
            pace: Mutex::new(pace::Pace::new(settings.send_rate)),
            ready: ready::Ready::default(),
            brakes: brakes::Brakes::default(),
            outcomes,
            open: AtomicUsize::new(0),
            settled: Notify::new(),
            holding: AtomicUsize::new(0),
            dispatch: Bell::default(),
            slow: Mutex::default(),
            lease: lease::Lease::new(company, parallel + queued + outcome::GROUP),
            eye: Box::new(eye),
            swept_at: AtomicI64::new(0),
            turn: AtomicUsize::new(0),
            crew: crew.clone(),
            messages,
        });
        crew.spawn(inner.clone().write_outcomes(queue));
        Self(inner)
    }

    /// The part that lets claimed messages go, and its bell.
    pub fn dispatcher(&self) -> (Dispatcher, Bell) {
        (Dispatcher(self.0.clone()), self.0.dispatch.clone())
    }

    /// Waits until every call that was begun is settled on disk; for tests and for whoever stops sending.
    pub async fn idle(&self) {
        loop {
            let settled = self.0.settled.notified();
            if self.0.open.load(Ordering::Acquire) == 0 {
                return;
            }
            settled.await;
        }
    }
}

impl Worker for Sender {
    fn name(&self) -> &'static str {
        "sender"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let renewed = self.0.lease.renewed_at();
        let looked = self.look().await;
        match &looked {
            Err(error) if error.downcast_ref().is_some_and(disk_is_full) => self.0.messages.disk_full.store(true, Ordering::Relaxed),
            // A tick need not have written anything; renewing the lease does.
            _ if self.0.lease.renewed_at() != renewed => self.0.messages.disk_full.store(false, Ordering::Relaxed),
            _ => {}
        }
        looked
    }
}

impl Sender {
    async fn look(&self) -> anyhow::Result<Next> {
        let inner = &self.0;
        let now = inner.messages.core.now();
        if let Some(wait) = inner.keep_lease().await? {
            return Ok(Next::In(wait));
        }
        let next_end = inner.sweep(now).await?;
        let locked = inner.messages.is_locked().await?;
        inner.messages.gate.lock(locked);
        let mut look_again = next_end.min(now + if locked { 5 * SECOND } else { lease::RENEW });
        for account in inner.messages.accounts.all().iter() {
            look_again = look_again.min(inner.fill(account, now, locked).await?);
        }
        // Claiming took its time.
        let _ = inner.dispatch(inner.messages.core.now());
        inner.dispatch.ring();
        match u64::try_from(look_again - now) {
            Ok(span @ 1..) => Ok(Next::In(Duration::from_millis(span))),
            _ => Ok(Next::Now),
        }
    }
}

impl Inner {
    fn calls_under_way(&self) -> usize {
        self.parallel - self.slots.available_permits().min(self.parallel)
    }

    /// Renews the lease, and takes over from workers that are gone; how long to wait where this one may not send yet.
    async fn keep_lease(&self) -> anyhow::Result<Option<Duration>> {
        let core = &self.messages.core;
        let kept = self.lease.keep(core).await?;
        if kept.lost {
            let dropped = self.ready.drain().len();
            tracing::warn!(dropped, "The lease of this sender ran out and another took over; it begins anew");
        }
        if kept.others_had > 0 {
            let lease::Kept { others_had, ended, not_called, repeated, unknown, .. } = kept;
            tracing::warn!(others_had, ended, not_called, repeated, unknown, "Messages were being sent when their sender ended");
        }
        let part = self.lease.part_of(core.settings.send_rate);
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).keep_to(part.unwrap_or(1));
        let wait = match (part, self.lease.opens_in(core.clock.uptime_ms())) {
            (Some(_), 0) => return Ok(None),
            (None, _) => lease::RENEW,
            (Some(_), wait) => wait.min(lease::RENEW),
        };
        Ok(Some(Duration::from_millis(u64::try_from(wait).unwrap_or(1000))))
    }

    /// Ends messages whose time is over and doubts that are too old: every half minute, and when the next end is due. Says when that is.
    async fn sweep(&self, now: i64) -> anyhow::Result<i64> {
        let mut next_end = i64::MAX;
        for account in self.messages.accounts.all().iter() {
            let end = store::next_end(self.messages.core.db.read(), &account.app_id).await?;
            next_end = next_end.min(end.unwrap_or(i64::MAX));
        }
        if next_end > now && (now - self.swept_at.load(Ordering::Relaxed)).abs() < SWEEP {
            return Ok(next_end);
        }
        let mut more = false;
        for account in self.messages.accounts.all().iter() {
            let app_id = account.app_id.clone();
            let safe_since = safe_since(&self.messages.rules(&app_id).await?, now);
            let ended = self.messages.core.db.write(move |connection| {
                Box::pin(async move {
                    let mut ended = store::too_late(connection, &app_id, now).await?;
                    let unknown = store::given_up(connection, &app_id, now, safe_since).await?;
                    for message in &unknown {
                        receipts::late(connection, &app_id, &message.id, now).await?;
                    }
                    ended.extend(unknown);
                    batches::store::end_empty(connection, &app_id, now).await?;
                    Ok(ended)
                })
            });
            let ended = ended.await?;
            more |= ended.len() >= store::SWEPT;
            for message in ended {
                self.messages.waiting.changed(&message.id);
            }
        }
        if !more {
            self.swept_at.store(now, Ordering::Relaxed);
        }
        // What ended just now is not looked for again at once.
        Ok(if next_end > now { next_end } else { now + SECOND })
    }
}

/// Since when a call must have been made to be repeated; never where the rules leave that to a person.
fn safe_since(rules: &Rules, now: i64) -> i64 {
    if rules.ask_unsure { i64::MAX } else { now - REPEAT_WITHIN }
}
