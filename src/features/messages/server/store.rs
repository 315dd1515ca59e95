//! SQL of messages themselves; what only one part needs stands in that part's own `store.rs`.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::messages::model::{Channel, Data, MessageState, Miniprogram, reasons};

/// A message as the database keeps it, and as it is noted for webhooks.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Row {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) batch_id: Option<String>,
    pub(super) draft_id: Option<String>,
    pub(super) touser: String,
    pub(super) template_id: String,
    pub(super) data: String,
    pub(super) url: Option<String>,
    pub(super) miniprogram: Option<String>,
    pub(super) state: String,
    pub(super) msgid: Option<i64>,
    pub(super) client_msg_id: String,
    pub(super) errcode: Option<i64>,
    pub(super) errmsg: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) attempts: i64,
    pub(super) not_before: i64,
    pub(super) expires_at: i64,
    pub(super) actor: String,
    pub(super) created_at: i64,
    pub(super) intent_at: Option<i64>,
    pub(super) sent_at: Option<i64>,
    pub(super) settled_at: Option<i64>,
    /// Rows that were noted before there were two say nothing of it.
    #[serde(default)]
    pub(super) channel: String,
}

/// A message. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its public id; sorts by time.
    pub id: String,
    /// The account's AppID.
    pub app_id: String,
    /// The batch it belongs to.
    pub batch_id: Option<String>,
    /// The draft it was made from.
    pub draft_id: Option<String>,
    /// The recipient's openid.
    pub touser: String,
    /// The template's long id.
    pub template_id: String,
    /// Values in the template's order.
    pub data: Data,
    /// The page a tap opens.
    pub url: Option<String>,
    /// The mini program a tap opens.
    pub miniprogram: Option<Miniprogram>,
    /// Where it stands.
    pub state: MessageState,
    /// WeChat's id, once known.
    pub msgid: Option<i64>,
    /// The id that makes a repeat safe.
    pub client_msg_id: String,
    /// WeChat's last return code for it.
    pub errcode: Option<i64>,
    /// WeChat's words.
    pub errmsg: Option<String>,
    /// A stable word, see [`crate::features::messages::model::reasons`].
    pub reason: Option<String>,
    /// How often WeChat was called for it.
    pub attempts: i64,
    /// Not sent before this.
    pub not_before: i64,
    /// Not sent after this.
    pub expires_at: i64,
    /// Who sent it, such as `user:周敏` or `key:erp`.
    pub actor: String,
    /// When it was accepted here.
    pub created_at: i64,
    /// When WeChat was first called with an outcome that is not known to be "nothing happened".
    pub intent_at: Option<i64>,
    /// When WeChat took it.
    pub sent_at: Option<i64>,
    /// When it reached its end.
    pub settled_at: Option<i64>,
    /// By which call it goes out.
    pub channel: Channel,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        Self {
            // The check constraint of the table admits no other word.
            state: MessageState::parse(&row.state).unwrap_or(MessageState::Unknown),
            data: serde_json::from_str(&row.data).unwrap_or_default(),
            miniprogram: row.miniprogram.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            id: row.id,
            app_id: row.app_id,
            batch_id: row.batch_id,
            draft_id: row.draft_id,
            touser: row.touser,
            template_id: row.template_id,
            url: row.url,
            msgid: row.msgid,
            client_msg_id: row.client_msg_id,
            errcode: row.errcode,
            errmsg: row.errmsg,
            reason: row.reason,
            attempts: row.attempts,
            not_before: row.not_before,
            expires_at: row.expires_at,
            actor: row.actor,
            created_at: row.created_at,
            intent_at: row.intent_at,
            sent_at: row.sent_at,
            settled_at: row.settled_at,
            channel: Channel::parse(&row.channel).unwrap_or_default(),
        }
    }
}

/// `query_as!` for whole rows of messages: everything after `from messages`.
macro_rules! rows {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::features::messages::server::store::Row,
            "select id, app_id, batch_id, draft_id, touser, template_id, data, url, miniprogram, state, msgid, client_msg_id, errcode,
                errmsg, reason, attempts, not_before, expires_at, actor, created_at, intent_at, sent_at, settled_at, channel
             from messages " + $tail $(, $argument)*
        )
    };
}
pub(super) use rows;

pub(super) async fn by_id(pool: &SqlitePool, id: &str) -> Result<Option<Message>, sqlx::Error> {
    rows!("where id = ?", id).fetch_optional(pool).await.map(|row| row.map(Into::into))
}

pub(super) async fn by_draft(connection: &mut SqliteConnection, draft_id: &str, touser: &str) -> Result<Option<Message>, sqlx::Error> {
    rows!("where draft_id = ? and touser = ?", draft_id, touser).fetch_optional(connection).await.map(|row| row.map(Into::into))
}

/// Files a message; `false` when the same draft already has one for the same recipient.
pub(super) async fn insert(connection: &mut SqliteConnection, message: &Message) -> Result<bool, sqlx::Error> {
    let (state, channel) = (message.state.word(), message.channel.word());
    let data = serde_json::to_string(&message.data).unwrap_or_else(|_| "{}".into());
    let miniprogram = message.miniprogram.as_ref().and_then(|mini| serde_json::to_string(mini).ok());
    let done = sqlx::query!(
        "insert into messages (id, app_id, batch_id, draft_id, touser, template_id, data, url, miniprogram, state, msgid, client_msg_id,
            errcode, errmsg, reason, attempts, not_before, expires_at, actor, created_at, intent_at, sent_at, settled_at, channel)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (draft_id, touser) where draft_id is not null do nothing",
        message.id,
        message.app_id,
        message.batch_id,
        message.draft_id,
        message.touser,
        message.template_id,
        data,
        message.url,
        miniprogram,
        state,
        message.msgid,
        message.client_msg_id,
        message.errcode,
        message.errmsg,
        message.reason,
        message.attempts,
        message.not_before,
        message.expires_at,
        message.actor,
        message.created_at,
        message.intent_at,
        message.sent_at,
        message.settled_at,
        channel
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Drops a message of no batch that waits for its turn; gives the word of its state then, `None` when it waits no more. One that was called
/// without an answer may have arrived.
pub(super) async fn take_back(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"update messages set state = iif(intent_at is null, 'cancelled', 'unknown'), reason = iif(intent_at is null, null, ?), settled_at = ?
         where id = ? and state = 'queued' and batch_id is null returning state as "state!: String""#,
        reasons::NO_ANSWER,
        now,
        id
    )
    .fetch_optional(connection)
    .await
}
