//! One call for one message, from the intent on disk to the outcome on disk.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, atomic::Ordering};

use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Claimed, Inner,
    journal::Entry,
    outcome::Outcome,
    outgoing_store::Outgoing,
    verdict::{Call, Pause, Verdict, judge, may_repeat},
};
use crate::{
    features::{
        accounts::server::Account,
        messages::model::{BatchState, Channel},
    },
    wechat::{
        Error,
        client::{Miniprogram, TemplateMessage},
        subscribe::Notification,
    },
};

/// How far a call came. Trouble with the token alone leaves it at `NotCalled`.
#[derive(Default)]
enum Stage {
    #[default]
    NotCalled,
    Calling,
    Answered(Error),
}

/// A call on its way.
#[derive(Default)]
struct Trail {
    stage: Mutex<Stage>,
    /// Its line in the journal.
    entry: OnceLock<Entry>,
}

impl Trail {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a line of the journal, where there is one. Without it no call: a message that left unnoted might leave twice.
    fn note(&self, claimed: &Claimed) -> Result<(), Error> {
        if let (Some(journal), None) = (&claimed.journal, self.entry.get()) {
            let entry = journal.call(&claimed.message.id).map_err(|error| {
                tracing::error!(%error, "A call could not be noted and is not made");
                Error::Timeout
            })?;
            self.entry.set(entry).ok();
        }
        Ok(())
    }
}

impl Inner {
    pub(super) async fn attempt(self: Arc<Self>, account: Arc<Account>, claimed: Claimed, permit: OwnedSemaphorePermit) {
        let trail = Arc::new(Trail::default());
        let called = std::panic::AssertUnwindSafe(self.call(&account, &claimed, &trail)).catch_unwind().await;
        let panicked = called.is_err();
        let outcome = called.unwrap_or_else(|_| Err(Error::Unreadable("the call panicked".into())));
        let core = &self.messages.core;
        let notification = claimed.message.channel == Channel::Subscribe;
        let call = Call {
            now: core.now(),
            attempts: claimed.message.attempts + 1,
            doubt_since: claimed.doubt_since,
            intent_at: claimed.at,
            in_batch: claimed.message.batch_id.is_some(),
            panicked,
            // WeChat knows a notification by no number of ours.
            ask_unsure: claimed.ask_unsure || notification,
            notification,
            reached: match (&*trail.stage(), &outcome) {
                (Stage::NotCalled, _) => false,
                // After a refused first call the fetching of a new token may fail: then that is what failed, not the call.
                (Stage::Answered(answer), Err(error)) => answer == error,
                (Stage::Answered(_) | Stage::Calling, _) => true,
            },
        };
        let verdict = judge(outcome, call, &core.chance);
        if let Verdict::Again { pause, .. } = &verdict {
            self.close(&claimed, *pause);
        }
        let braked = self.brakes.trips(&claimed.message, &verdict);
        if braked {
            self.close(&claimed, Pause::Batch);
        }
        // The queue of outcomes is short: a disk that takes none of them keeps the slot taken, and the sending stops.
        let outcome = Outcome::new(&claimed, verdict, braked, call.now);
        let entry = trail.entry.get().cloned();
        if let Some(entry) = &entry {
            entry.ended(&outcome);
        }
        self.outcomes.send((outcome, entry)).await.ok();
        drop(permit);
        self.dispatch.ring();
    }

    /// What was claimed a moment before this answer stays at home.
    fn close(&self, claimed: &Claimed, pause: Pause) {
        let Outgoing { app_id, batch_id, .. } = &claimed.message;
        match pause {
            Pause::None => {}
            Pause::Until(until) => {
                self.slow.lock().unwrap_or_else(PoisonError::into_inner).insert(app_id.clone(), until);
                self.messages.gate.hold(app_id, true);
            }
            Pause::Batch => {
                if let Some(batch) = batch_id {
                    self.messages.gate.turned(batch, BatchState::Paused);
                }
            }
            Pause::Hold => {
                self.holding.fetch_add(1, Ordering::AcqRel);
                self.messages.gate.hold(app_id, true);
            }
        }
    }

    async fn call(&self, account: &Account, claimed: &Claimed, trail: &Arc<Trail>) -> Result<Option<i64>, Error> {
        (self.eye)(&claimed.message);
        let message = Wire::of(&claimed.message);
        let (clock, first_intent) = (self.messages.core.clock.clone(), claimed.doubt_since);
        self.messages
            .tokens
            .call(account, |client, token| {
                let (message, trail, clock) = (message.clone(), trail.clone(), clock.clone());
                async move {
                    // Fetching a token, or a machine that slept, may have used up the time in which a repeat is safe, or the lease.
                    let late = first_intent.is_some_and(|since| !may_repeat(since, clock.now_ms()));
                    if late || !self.lease.covers(&claimed.worker, clock.uptime_ms()) {
                        return Err(Error::Timeout);
                    }
                    trail.note(claimed)?;
                    *trail.stage() = Stage::Calling;
                    let answer = match &message {
                        Wire::Template(message) => client.send_template(&token, message).await,
                        Wire::Subscribe(notification) => client.notify(&token, notification).await,
                    };
                    if let Err(error) = &answer {
                        *trail.stage() = Stage::Answered(error.clone());
                    }
                    answer
                }
            })
            .await
    }
}

/// The message as WeChat takes it.
#[derive(Clone)]
enum Wire {
    Template(TemplateMessage),
    Subscribe(Notification),
}

impl Wire {
    fn of(message: &Outgoing) -> Self {
        let (touser, template_id, data) = (message.touser.clone(), message.template_id.clone(), message.data.0.clone());
        let miniprogram =
            message.miniprogram.as_ref().map(|mini| Miniprogram { appid: mini.appid.clone(), pagepath: mini.pagepath.clone() });
        let url = message.url.clone();
        match message.channel {
            Channel::Template => {
                let client_msg_id = message.client_msg_id.clone();
                Self::Template(TemplateMessage { touser, template_id, url, miniprogram, data, client_msg_id })
            }
            Channel::Subscribe => Self::Subscribe(Notification { touser, template_id, page: url, miniprogram, data }),
        }
    }
}
