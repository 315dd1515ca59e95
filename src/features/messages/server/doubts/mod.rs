//! Uncertain messages, settled by a person; and the receipt that comes after all, which has the last word.

mod store;

use sqlx::SqliteConnection;

use super::{
    Message, Messages, Receipt,
    accept::locked,
    batches::{Again, Batch, senseless},
    receipts,
    sending::REPEAT_WITHIN,
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::{BatchAct, BatchState, MessageState, Ruling, reasons},
    },
    shared::{
        error::AppError,
        lang::Text,
        time::{DAY, MINUTE},
    },
    wechat::events::Receipt as Status,
};

/// How much earlier than our call WeChat's clock may say it happened; as for messages nobody marked.
const SKEW: i64 = MINUTE;
/// How long after the first call a message may still have been taken by WeChat.
const SOON: i64 = REPEAT_WITHIN + MINUTE;

impl Messages {
    /// Does what a person said about the uncertain messages of a batch, and gives how many those were.
    ///
    /// # Errors
    /// 404; for another sending also 409 `batch_state` and 423 `sending_locked`.
    pub async fn rule_batch(&self, batch: &Batch, ruling: Ruling, actor: Actor) -> Result<u64, AppError> {
        if ruling == Ruling::Again {
            let again = Again { states: Some(vec![MessageState::Unknown]), ..Again::default() };
            return self.retry_batch(batch, again, actor).await.map(|(touched, _)| touched);
        }
        let (id, now) = (batch.id.clone(), self.core.now());
        let trace = Act::new(actor, action(ruling), format!("batch:{id}"));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let marked = store::mark_batch(connection, &id, ruling.makes(), now).await?;
                if marked > 0 {
                    record_in(connection, now, &trace.detail(serde_json::json!({ "messages": marked }).to_string())).await?;
                }
                Ok(marked)
            })
        });
        Ok(unit.await?)
    }

    /// Does what a person said about one uncertain message.
    ///
    /// # Errors
    /// 409 `not_uncertain` when it is settled meanwhile; for another sending also 409 `batch_state` and 423 `sending_locked`.
    pub async fn rule_message(&self, message: &Message, ruling: Ruling, actor: Actor) -> Result<(), AppError> {
        if ruling == Ruling::Again && self.is_locked().await? {
            return Err(locked());
        }
        let batch = match &message.batch_id {
            Some(id) if ruling == Ruling::Again => Some(self.batch(id).await?),
            _ => None,
        };
        if let Some(batch) = batch.as_ref().filter(|batch| !batch.state.takes(BatchAct::Retry)) {
            return Err(senseless(batch, BatchAct::Retry));
        }
        let usual = i64::try_from(self.core.settings.message_ttl.as_millis()).unwrap_or(DAY);
        let ttl = batch.as_ref().map_or(usual, |batch| batch.ttl);
        let (id, batch_id, now) = (message.id.clone(), message.batch_id.clone(), self.core.now());
        let act = Act::new(actor, action(ruling), format!("message:{id}"));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let done = match ruling {
                    Ruling::Again => store::send_again(connection, &id, now, now.saturating_add(ttl)).await?,
                    _ => store::mark(connection, &id, ruling.makes(), now).await?,
                };
                if done {
                    if let (Ruling::Again, Some(batch_id)) = (ruling, &batch_id) {
                        store::reopen(connection, batch_id).await?;
                    }
                    record_in(connection, now, &act).await?;
                }
                Ok(done)
            })
        });
        if !unit.await? {
            let detail = Text::new("这条消息已经有结果了。", "This message has been settled meanwhile.");
            return Err(AppError::new(409, "not_uncertain", detail));
        }
        if let Some(id) = batch.map(|batch| batch.id) {
            let state = self.batch(&id).await?.state;
            if state == BatchState::Running {
                self.gate.turned(&id, state);
            }
        }
        self.bell.ring();
        Ok(())
    }
}

fn action(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Again => "messages.sent_again",
        Ruling::Delivered => "messages.marked_delivered",
        Ruling::Failed => "messages.marked_failed",
    }
}

/// As [`receipts::take`]; a receipt that fits nothing else may be about a message that a person has marked since: WeChat's word counts
/// then.
///
/// # Errors
/// The database.
pub async fn take(connection: &mut SqliteConnection, app_id: &str, receipt: &Receipt) -> Result<Option<String>, sqlx::Error> {
    match receipts::take(connection, app_id, receipt).await? {
        Some(id) => Ok(Some(id)),
        None => overrule(connection, app_id, receipt).await,
    }
}

async fn overrule(connection: &mut SqliteConnection, app_id: &str, receipt: &Receipt) -> Result<Option<String>, sqlx::Error> {
    let (openid, at) = (receipt.openid.as_str(), receipt.created_ms);
    let msgid = receipt.msgid.filter(|id| *id > 0);
    let Some(kept) = store::unjoined(connection, app_id, msgid.unwrap_or(0), openid, at).await? else { return Ok(None) };
    let whose = store::Whose { app_id, openid, channel: receipt.channel.word() };
    let Some(id) = store::marked(connection, whose, at - SOON, at + SKEW).await? else { return Ok(None) };
    let (state, reason, errmsg) = said(&receipt.status);
    let outcome = store::Outcome { state: state.word(), reason, errmsg: errmsg.as_deref(), msgid };
    store::overrule(connection, kept, &id, outcome, at, receipt.received).await?;
    Ok(Some(id))
}

/// What WeChat's word makes of a message.
fn said(status: &Status) -> (MessageState, Option<&'static str>, Option<String>) {
    let failed = |reason, words: &str| (MessageState::Failed, Some(reason), Some(words.to_owned()));
    match status {
        Status::Delivered => (MessageState::Delivered, None, None),
        Status::UserBlock => failed(reasons::USER_BLOCK, "failed:user block"),
        Status::SystemFailed => failed(reasons::SYSTEM_FAILED, "failed: system failed"),
        Status::FrequencyLimited => failed(reasons::FREQUENCY_LIMITED, "failed:freq limit"),
        Status::Other(words) => failed(reasons::RECEIPT_FAILED, words),
    }
}
