//! One call for one message, from the intent on disk to the outcome on disk.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Claimed, Hold, Inner, store,
    verdict::{Call, Pause, Verdict, hold_pause, judge, may_repeat},
};
use crate::{
    features::{accounts::server::Account, messages::server::receipts},
    wechat::{
        Error,
        client::{Miniprogram, TemplateMessage},
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

impl Inner {
    pub(super) async fn attempt(self: Arc<Self>, account: Arc<Account>, claimed: Claimed, permit: OwnedSemaphorePermit) {
        let stage = Arc::new(Mutex::new(Stage::default()));
        let called = std::panic::AssertUnwindSafe(self.call(&account, &claimed, &stage)).catch_unwind().await;
        let outcome = called.unwrap_or_else(|_| Err(Error::Unreadable("the call panicked".into())));
        let core = &self.messages.core;
        let call = Call {
            now: core.now(),
            attempts: claimed.message.attempts + 1,
            doubt_since: claimed.doubt_since,
            intent_at: claimed.at,
            reached: match (&*lock(&stage), &outcome) {
                (Stage::NotCalled, _) => false,
                // After a refused first call the fetching of a new token may fail: then that is what failed, not the call.
                (Stage::Answered(answer), Err(error)) => answer == error,
                (Stage::Answered(_) | Stage::Calling, _) => true,
            },
        };
        let verdict = judge(outcome, call, &core.chance);
        if let Verdict::Again { account: Pause::Until(until), .. } = &verdict {
            self.slow.lock().unwrap_or_else(PoisonError::into_inner).insert(account.app_id.clone(), *until);
        }
        let mut pause = Duration::from_millis(200);
        // The slot stays taken until the outcome is on disk: a full disk stops the sending, it loses nothing.
        while let Err(error) = self.write_down(&account.app_id, &claimed, &verdict, call.now).await {
            tracing::error!(error = %error, "The outcome of a message could not be written; trying again");
            tokio::select! {
                () = self.crew.stop().cancelled() => return,
                () = core.clock.sleep(pause) => pause = (pause * 2).min(Duration::from_secs(10)),
            }
        }
        self.messages.waiting.changed(&claimed.message.id);
        drop(permit);
        self.messages.bell.ring();
    }

    async fn call(&self, account: &Account, claimed: &Claimed, stage: &Arc<Mutex<Stage>>) -> Result<i64, Error> {
        let message = wire(claimed);
        let (clock, first_intent) = (self.messages.core.clock.clone(), claimed.doubt_since);
        self.messages
            .tokens
            .call(account, |client, token| {
                let (message, stage, clock) = (message.clone(), stage.clone(), clock.clone());
                async move {
                    // Fetching a token, or a machine that slept, may have used up the time in which a repeat is safe.
                    if first_intent.is_some_and(|since| !may_repeat(since, clock.now_ms())) {
                        return Err(Error::Timeout);
                    }
                    *lock(&stage) = Stage::Calling;
                    let answer = client.send_template(&token, &message).await;
                    if let Err(error) = &answer {
                        *lock(&stage) = Stage::Answered(error.clone());
                    }
                    answer
                }
            })
            .await
    }

    async fn write_down(&self, app_id: &str, claimed: &Claimed, verdict: &Verdict, now: i64) -> Result<(), sqlx::Error> {
        let (id, app_id, claimed_at) = (claimed.message.id.clone(), app_id.to_owned(), claimed.at);
        let (verdict, chance) = (verdict.clone(), self.messages.core.chance.clone());
        let unit = self.messages.core.db.write(move |connection| {
            Box::pin(async move {
                let written = store::settle(connection, &id, now, &verdict).await?;
                match &verdict {
                    Verdict::Accepted { .. } if written => receipts::late(connection, &app_id, &id, now).await?,
                    _ => {}
                }
                match &verdict {
                    Verdict::Again { account: Pause::Hold, errcode: Some(errcode), errmsg, .. } => {
                        let before = store::hold_within(connection, &app_id).await?;
                        let since = before.filter(|hold| hold.errcode == *errcode).map_or(now, |hold| hold.since);
                        let try_again_at = now + hold_pause(*errcode, now, since, &chance);
                        let hold = Hold { errcode: *errcode, errmsg: errmsg.clone().unwrap_or_default(), since, try_again_at };
                        store::put_hold(connection, &app_id, &hold).await
                    }
                    // Whatever WeChat says about one message shows that it works for the account again.
                    Verdict::Accepted { .. } | Verdict::Failed { .. } => store::end_hold(connection, &app_id, claimed_at).await.map(|_| ()),
                    Verdict::Again { .. } => Ok(()),
                }
            })
        });
        unit.await
    }
}

fn lock(stage: &Mutex<Stage>) -> std::sync::MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The message as WeChat takes it.
fn wire(claimed: &Claimed) -> TemplateMessage {
    let message = &claimed.message;
    TemplateMessage {
        touser: message.touser.clone(),
        template_id: message.template_id.clone(),
        url: message.url.clone(),
        miniprogram: message.miniprogram.as_ref().map(|mini| Miniprogram { appid: mini.appid.clone(), pagepath: mini.pagepath.clone() }),
        data: message.data.0.clone(),
        client_msg_id: message.client_msg_id.clone(),
    }
}
