//! Receipts: WeChat's word on what became of a message (docs/wechat-api.md §10.4).
//!
//! They may come before the answer to the send is stored, twice, late, or never. They are joined by msgid. Where no msgid was ever told (the
//! answer was lost or told none, or the text was under review), and where the receipt itself names none, by person and time: the oldest
//! message that it fits.

mod store;

use sqlx::SqliteConnection;

use super::{Message, Messages, sending::REPEAT_WITHIN};
use crate::{
    features::messages::model::{Channel, MessageState, reasons},
    shared::time::MINUTE,
    wechat::events::Receipt as Status,
};

/// How much earlier than our call WeChat's clock may say it happened.
const SKEW: i64 = MINUTE;
/// How long after the first call for it a message that nobody answered may still have been taken by WeChat. A later receipt for this
/// person is for something another program sent: an account has one callback address for all of them.
const SOON: i64 = REPEAT_WITHIN + MINUTE;
/// How long after the call a receipt is still taken for a message that WeChat accepted without a msgid, as it does one under review; reviews
/// end within about 30 minutes.
const LATEST: i64 = 60 * MINUTE;
/// How far back receipts that fitted no message are looked at again.
const KEPT_FOR: i64 = 24 * 60 * MINUTE;

/// A delivery report as the callback read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The msgid of the send answer; `None` or 0 where the push names none.
    pub msgid: Option<i64>,
    /// The recipient.
    pub openid: String,
    /// By which call the message went out.
    pub channel: Channel,
    /// What became of the message.
    pub status: Status,
    /// When WeChat says it happened (Unix milliseconds).
    pub created_ms: i64,
    /// When the push arrived (Unix milliseconds).
    pub received: i64,
}

/// What a receipt makes of a message.
pub(super) struct Outcome {
    state: MessageState,
    reason: Option<&'static str>,
    errmsg: Option<String>,
}

impl Messages {
    /// Takes a receipt. A repeated one has no effect; one that fits no message yet is kept until it does.
    ///
    /// # Errors
    /// The database; nothing was kept then, and WeChat's repeat is welcome.
    pub async fn receipt(&self, app_id: &str, receipt: Receipt) -> Result<(), sqlx::Error> {
        let app_id = app_id.to_owned();
        let settled = self.core.db.write(move |connection| Box::pin(async move { take(connection, &app_id, &receipt).await })).await?;
        if let Some(id) = settled {
            self.settled_by_receipt(&id);
        }
        Ok(())
    }

    /// Wakes whoever waits for a message that [`take`] settled. Called once that is on disk.
    pub fn settled_by_receipt(&self, id: &str) {
        self.waiting.changed(id);
    }
}

/// As [`Messages::receipt`], inside a transaction of the caller's; gives the id of the message it settled.
///
/// # Errors
/// The database.
pub async fn take(connection: &mut SqliteConnection, app_id: &str, receipt: &Receipt) -> Result<Option<String>, sqlx::Error> {
    let msgid = receipt.msgid.filter(|id| *id > 0);
    let (status, happened_at) = (word(&receipt.status), receipt.created_ms);
    let new = store::New { app_id, msgid: msgid.unwrap_or(0), openid: &receipt.openid, channel: receipt.channel.word(), status: &status };
    let Some(id) = store::keep(connection, new, happened_at, receipt.received).await? else { return Ok(None) };
    let kept = store::Kept { id, msgid, status, happened_at };
    if let Some(msgid) = msgid
        && let Some(message) = store::by_msgid(connection, app_id, msgid, &receipt.openid).await?
    {
        return apply(connection, &message, &kept, receipt.received).await;
    }
    // A message whose answer is about to tell its msgid comes first; `late` looks again once it is told.
    let whose = store::Whose { app_id, openid: &receipt.openid, channel: receipt.channel.word() };
    if store::under_way(connection, whose).await? {
        return Ok(None);
    }
    match fitting(connection, whose, &kept).await? {
        Some(message) => apply(connection, &message, &kept, receipt.received).await,
        None => Ok(None),
    }
}

/// The message a receipt may be about, by person and time.
async fn fitting(connection: &mut SqliteConnection, whose: store::Whose<'_>, kept: &store::Kept) -> Result<Option<Message>, sqlx::Error> {
    let store::Kept { happened_at, msgid, .. } = kept;
    let since = store::Since { called: happened_at - SOON, accepted: happened_at - LATEST };
    store::in_doubt(connection, whose, since, happened_at + SKEW, msgid.is_none()).await
}

/// Joins receipts that came before a message was ready for them.
pub(super) async fn late(connection: &mut SqliteConnection, app_id: &str, id: &str, now: i64) -> Result<(), sqlx::Error> {
    let Some(message) = store::message(connection, id).await? else { return Ok(()) };
    if let Some(msgid) = message.msgid {
        for kept in store::open_by_msgid(connection, app_id, msgid, &message.touser).await? {
            apply(connection, &message, &kept, now).await?;
        }
    }
    // What else waits for this person names no message, or one whose msgid nobody told us.
    let whose = store::Whose { app_id, openid: &message.touser, channel: message.channel.word() };
    if store::under_way(connection, whose).await? {
        return Ok(());
    }
    for kept in store::open_by_openid(connection, whose, now - KEPT_FOR, now + SKEW).await? {
        if let Some(fitting) = fitting(connection, whose, &kept).await? {
            apply(connection, &fitting, &kept, now).await?;
        }
    }
    Ok(())
}

async fn apply(connection: &mut SqliteConnection, message: &Message, kept: &store::Kept, now: i64) -> Result<Option<String>, sqlx::Error> {
    store::link(connection, kept.id, &message.id).await?;
    let settled = store::settle(connection, &message.id, kept.msgid, &outcome(&kept.status), kept.happened_at, now).await?;
    Ok(settled.then(|| message.id.clone()))
}

/// The word kept for a status; unknown ones with WeChat's own words.
fn word(status: &Status) -> String {
    match status {
        Status::Delivered => "delivered".into(),
        Status::UserBlock => reasons::USER_BLOCK.into(),
        Status::SystemFailed => reasons::SYSTEM_FAILED.into(),
        Status::FrequencyLimited => reasons::FREQUENCY_LIMITED.into(),
        Status::Other(words) => format!("other: {words}"),
    }
}

fn outcome(word: &str) -> Outcome {
    let failed = |reason, words: &str| Outcome { state: MessageState::Failed, reason: Some(reason), errmsg: Some(words.to_owned()) };
    match word {
        "delivered" => Outcome { state: MessageState::Delivered, reason: None, errmsg: None },
        reasons::USER_BLOCK => failed(reasons::USER_BLOCK, "failed:user block"),
        reasons::SYSTEM_FAILED => failed(reasons::SYSTEM_FAILED, "failed: system failed"),
        reasons::FREQUENCY_LIMITED => failed(reasons::FREQUENCY_LIMITED, "failed:freq limit"),
        other => failed(reasons::RECEIPT_FAILED, other.strip_prefix("other: ").unwrap_or(other)),
    }
}
