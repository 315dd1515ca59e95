//! Sending: the one worker that calls WeChat for messages.
//!
//! A message's intent is committed before the call and its outcome after it. What comes back in between a crash is told by the two:
//! an intent without an outcome is repeated with the same `client_msg_id` while WeChat remembers that (§6.3), and unknown afterwards.

mod attempt;
mod hold;
mod store;
mod verdict;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{Message, Messages, receipts};
use crate::{
    features::accounts::server::Account,
    infra::limits::Limiter,
    jobs::{Crew, Next, Worker},
    shared::time::{MINUTE, SECOND},
};

pub use hold::Hold;

/// How long a repeat with the same client_msg_id is safe: WeChat remembers one for about 10 minutes, and a call takes time.
pub const REPEAT_WITHIN: i64 = 9 * MINUTE;
/// How long an unknown message waits for a late receipt before somebody has to decide.
pub const WAITS_FOR_RECEIPT: i64 = 30 * MINUTE;
/// How often the queue is looked through for messages whose time is over, and the longest sleep.
const SWEEP: i64 = 30 * SECOND;
/// The most messages claimed in one unit of work.
const GROUP: usize = 64;

/// The worker that sends. Hire it once.
pub struct Sender(Arc<Inner>);

struct Inner {
    messages: Messages,
    crew: Crew,
    /// One permit a call under way.
    slots: Arc<Semaphore>,
    parallel: usize,
    rate: Limiter<String>,
    /// Milliseconds until the rate gives the next one.
    beat: i64,
    /// Accounts told to slow down (45011), and until when.
    slow: Mutex<HashMap<String, i64>>,
    recovered: AtomicBool,
    swept_at: AtomicI64,
}

/// A message whose intent is on disk.
struct Claimed {
    message: Message,
    doubt_since: Option<i64>,
    at: i64,
}

impl Sender {
    /// A sender with the rate and parallelism of the settings; calls run as tasks of the crew, so that an orderly stop waits for them.
    pub fn new(messages: Messages, crew: Crew) -> Self {
        let settings = &messages.core.settings;
        let parallel = usize::try_from(settings.send_parallel).unwrap_or(1).max(1);
        let rate = f64::from(settings.send_rate);
        let beat = i64::from(1000_u32.checked_div(settings.send_rate).unwrap_or(1).max(1));
        Self(Arc::new(Inner {
            crew,
            slots: Arc::new(Semaphore::new(parallel)),
            parallel,
            rate: Limiter::new(rate, (rate / 4.0).max(1.0)),
            beat,
            slow: Mutex::default(),
            recovered: AtomicBool::new(false),
            swept_at: AtomicI64::new(0),
            messages,
        }))
    }

    /// Waits until no call is under way; for tests and for whoever stops sending.
    pub async fn idle(&self) {
        let all = u32::try_from(self.0.parallel).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        drop(self.0.slots.acquire_many(all).await);
    }
}

impl Worker for Sender {
    fn name(&self) -> &'static str {
        "sender"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let inner = &self.0;
        let now = inner.messages.core.now();
        if !inner.recovered.load(Ordering::Acquire) {
            inner.recover(now).await?;
            inner.recovered.store(true, Ordering::Release);
        }
        inner.sweep(now).await?;
        if inner.messages.is_locked().await? {
            return Ok(Next::In(Duration::from_secs(5)));
        }
        let mut look_again = now + SWEEP;
        for account in inner.messages.accounts.all().iter() {
            look_again = look_again.min(inner.serve(account, now).await?);
        }
        match u64::try_from(look_again - now) {
            Ok(span @ 1..) => Ok(Next::In(Duration::from_millis(span))),
            _ => Ok(Next::Now),
        }
    }
}

impl Inner {
    /// Sorts out what a crash left under way.
    async fn recover(&self, now: i64) -> anyhow::Result<()> {
        let (repeated, unknown) = self
            .messages
            .core
            .db
            .write(move |connection| {
                Box::pin(async move {
                    let repeated = store::repeat_after_crash(connection, now, now - REPEAT_WITHIN).await?;
                    let unknown = store::unknown_after_crash(connection, now).await?;
                    for ended in &unknown {
                        receipts::late(connection, &ended.app_id, &ended.id, now).await?;
                    }
                    Ok((repeated, unknown.len()))
                })
            })
            .await?;
        if repeated > 0 || unknown > 0 {
            tracing::warn!(repeated, unknown, "Messages were being sent when the server last ended");
        }
        Ok(())
    }

    /// Ends messages whose time is over and doubts that are too old, every half minute.
    async fn sweep(&self, now: i64) -> anyhow::Result<()> {
        if (now - self.swept_at.load(Ordering::Relaxed)).abs() < SWEEP {
            return Ok(());
        }
        let mut more = false;
        for account in self.messages.accounts.all().iter() {
            let app_id = account.app_id.clone();
            let ended = self.messages.core.db.write(move |connection| {
                Box::pin(async move {
                    let mut ended = store::too_late(connection, &app_id, now).await?;
                    let unknown = store::given_up(connection, &app_id, now, now - REPEAT_WITHIN).await?;
                    for message in &unknown {
                        receipts::late(connection, &app_id, &message.id, now).await?;
                    }
                    ended.extend(unknown);
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
        Ok(())
    }

    /// Sends what one account may send now, and says when to look again.
    async fn serve(self: &Arc<Self>, account: &Arc<Account>, now: i64) -> anyhow::Result<i64> {
        let slow_until = self.slow.lock().unwrap_or_else(PoisonError::into_inner).get(&account.app_id).copied().unwrap_or(0);
        if slow_until > now {
            return Ok(slow_until);
        }
        let probe = match self.messages.hold_now(account, now).await? {
            None => false,
            Some(hold) if hold.try_again_at <= now => true,
            Some(hold) => return Ok(hold.try_again_at),
        };
        let most = if probe { 1 } else { self.slots.available_permits().min(GROUP) };
        let limit = i64::try_from(most).unwrap_or(1);
        let pool = self.messages.core.db.read();
        let mut due = store::due(pool, &account.app_id, now, now - REPEAT_WITHIN, limit).await?;
        if due.is_empty() {
            return Ok(store::next_due(pool, &account.app_id, now).await?.unwrap_or(now + SWEEP));
        }
        let found = due.len();
        let allowed = due.iter().take_while(|_| self.rate.take(account.app_id.clone(), now).is_ok()).count();
        due.truncate(allowed);
        if due.is_empty() {
            return Ok(now + self.beat);
        }
        let Ok(mut permits) = self.slots.clone().try_acquire_many_owned(u32::try_from(due.len())?) else {
            // The bell rings when a call ends.
            return Ok(now + SWEEP);
        };
        for claimed in self.claim(&account.app_id, due, now, probe).await? {
            let Some(permit) = permits.split(1) else { break };
            self.crew.spawn(self.clone().attempt(account.clone(), claimed, permit));
        }
        Ok(if probe || self.slots.available_permits() == 0 {
            now + SWEEP
        } else if allowed < found {
            now + self.beat
        } else {
            now
        })
    }

    /// Writes the intents. When this fails nothing is called.
    async fn claim(&self, app_id: &str, due: Vec<String>, now: i64, probe: bool) -> Result<Vec<Claimed>, sqlx::Error> {
        let app_id = app_id.to_owned();
        let unit = self.messages.core.db.write(move |connection| {
            Box::pin(async move {
                let mut claimed = Vec::with_capacity(due.len());
                for id in due {
                    let Some(message) = store::waiting(connection, &id).await? else { continue };
                    store::intend(connection, &id, now).await?;
                    let doubt_since = message.intent_at;
                    claimed.push(Claimed { message, doubt_since, at: now });
                }
                if probe {
                    store::probe_at(connection, &app_id, now + MINUTE).await?;
                }
                Ok(claimed)
            })
        });
        unit.await
    }
}
