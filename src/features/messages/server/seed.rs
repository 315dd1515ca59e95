//! Messages of the past, for demo data.

use super::{Message, store};
use crate::{
    features::{
        accounts::server::Account,
        messages::model::{Channel, Data, MessageState, reasons},
    },
    infra::{Core, id_at},
    shared::time::{DAY, MINUTE, SECOND},
};

/// How a past message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedOutcome {
    /// The receipt said delivered.
    Delivered,
    /// WeChat took it, no receipt came.
    Accepted,
    /// The receipt named this reason, such as [`reasons::USER_BLOCK`].
    ReceiptFailed(&'static str),
    /// WeChat refused it with this code and words.
    Refused(i64, String),
    /// The day's quota was spent (45009) until its time was over.
    TooLate,
    /// No answer came.
    Unknown,
}

/// A message of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedMessage {
    /// The recipient's openid.
    pub touser: String,
    /// The template's long id.
    pub template_id: String,
    /// Values in the template's order.
    pub data: Data,
    /// Who sent it, such as `user:周敏`.
    pub actor: String,
    /// When (Unix milliseconds).
    pub at: i64,
    /// How it ended.
    pub outcome: SeedOutcome,
}

/// Writes messages of the past in one go. `msgid` numbers are made up, 19 digits long as today's are.
///
/// # Errors
/// The database.
pub async fn seed(core: &Core, account: &Account, messages: Vec<SeedMessage>) -> Result<(), sqlx::Error> {
    let rows: Vec<Message> = messages.into_iter().map(|message| row(core, &account.app_id, message)).collect();
    core.db
        .write(move |connection| {
            Box::pin(async move {
                for row in &rows {
                    store::insert(connection, row).await?;
                    super::templates::store::used(connection, &row.app_id, &row.template_id, row.created_at).await?;
                }
                Ok(())
            })
        })
        .await
}

fn row(core: &Core, app_id: &str, message: SeedMessage) -> Message {
    let SeedMessage { touser, template_id, data, actor, at, outcome } = message;
    let id = id_at(at, &core.chance);
    let jitter = |most: i64| i64::try_from(core.chance.below(u64::try_from(most).unwrap_or(0))).unwrap_or(0);
    let sent_at = at + 200 + jitter(900);
    let settled_at = sent_at + SECOND + jitter(4 * SECOND);
    let base = Message {
        client_msg_id: id.clone(),
        id,
        app_id: app_id.to_owned(),
        batch_id: None,
        draft_id: None,
        touser,
        template_id,
        data,
        url: None,
        miniprogram: None,
        state: MessageState::Accepted,
        msgid: Some(4_021_500_000_000_000_000 + at * 1000 + jitter(1000)),
        errcode: None,
        errmsg: None,
        reason: None,
        attempts: 1,
        not_before: at,
        expires_at: at + DAY,
        actor,
        created_at: at,
        intent_at: Some(at + 100),
        sent_at: Some(sent_at),
        settled_at: None,
        channel: Channel::Template,
    };
    let settled_at = Some(settled_at);
    match outcome {
        SeedOutcome::Accepted => base,
        SeedOutcome::Delivered => Message { state: MessageState::Delivered, settled_at, ..base },
        SeedOutcome::ReceiptFailed(reason) => Message { state: MessageState::Failed, reason: Some(reason.into()), settled_at, ..base },
        SeedOutcome::Refused(errcode, errmsg) => Message {
            state: MessageState::Failed,
            msgid: None,
            sent_at: None,
            errcode: Some(errcode),
            errmsg: Some(errmsg),
            reason: Some(reasons::of_errcode(errcode)),
            settled_at,
            ..base
        },
        SeedOutcome::TooLate => Message {
            state: MessageState::Failed,
            msgid: None,
            sent_at: None,
            intent_at: None,
            errcode: Some(45009),
            errmsg: Some("reach max api daily quota limit".into()),
            reason: Some(reasons::TOO_LATE.into()),
            settled_at: Some(base.expires_at),
            ..base
        },
        SeedOutcome::Unknown => Message {
            state: MessageState::Unknown,
            msgid: None,
            sent_at: None,
            reason: Some(reasons::NO_ANSWER.into()),
            attempts: 3,
            settled_at: Some(at + 9 * MINUTE),
            ..base
        },
    }
}
