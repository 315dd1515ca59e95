//! Taking messages in: from here on they are ours to send, also across a crash.

use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;

use super::{Message, Messages, drafts, store, templates};
use crate::{
    features::{
        accounts::server::Account,
        audit::{model::Act, server::record_in},
        messages::model::{Channel, Data, MessageState, Miniprogram},
        users::server::keys::spend_in,
    },
    infra::Core,
    shared::{error::AppError, lang::Text, time::DAY},
};

/// A message to be sent, checked already.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
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
    /// What makes a second submission land on the same row: one message per recipient and draft, for good. For requests with an
    /// `Idempotency-Key` a word made from it, valid for a day.
    pub draft_id: Option<String>,
    /// Who sends, such as `user:周敏`.
    pub actor: String,
    /// Milliseconds after which it is not sent any more; the setting `--message-ttl` without.
    pub ttl: Option<i64>,
    /// The API key whose daily limit it counts against.
    pub key_id: Option<String>,
    /// By which call it goes out.
    pub channel: Channel,
    /// How long it rests before its first call (milliseconds): time to take it back.
    pub rest: i64,
}

/// What [`NewMessage::draft_id`] of a request with an `Idempotency-Key` starts with.
pub const KEYED: &str = "key:";

impl NewMessage {
    fn into_row(self, core: &Core, app_id: &str, now: i64) -> Message {
        let id = core.new_id();
        let ttl = self.ttl.unwrap_or_else(|| i64::try_from(core.settings.message_ttl.as_millis()).unwrap_or(DAY));
        Message {
            // 32 characters of its own: unique, and within what WeChat takes.
            client_msg_id: id.clone(),
            id,
            app_id: app_id.to_owned(),
            batch_id: None,
            draft_id: self.draft_id,
            touser: self.touser,
            template_id: self.template_id,
            data: self.data,
            url: self.url,
            miniprogram: self.miniprogram,
            state: MessageState::Queued,
            msgid: None,
            errcode: None,
            errmsg: None,
            reason: None,
            attempts: 0,
            not_before: now.saturating_add(self.rest),
            expires_at: now.saturating_add(ttl),
            actor: self.actor,
            created_at: now,
            intent_at: None,
            sent_at: None,
            settled_at: None,
            channel: self.channel,
        }
    }
}

impl Messages {
    /// Files messages and wakes the sender; `act` is the trace in the audit log. One that is there already (same draft, same
    /// recipient) is given back as it stands.
    ///
    /// # Errors
    /// 422 for a link to a host that is not listed; 423 `sending_locked`; 429 `daily_limit` of the key; the database, 503 `disk_full` among it. Either all are filed or none.
    pub async fn accept(&self, account: &Account, news: Vec<NewMessage>, act: Act) -> Result<Vec<Message>, AppError> {
        self.accept_with(account, news, act, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// The same, with something of the caller's written in the same transaction: both are on disk, or neither is.
    ///
    /// # Errors
    /// As [`Messages::accept`], and what `then` returned.
    pub async fn accept_with<F>(&self, account: &Account, news: Vec<NewMessage>, act: Act, then: F) -> Result<Vec<Message>, AppError>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection, &'c [Message]) -> BoxFuture<'c, Result<(), sqlx::Error>> + Send + 'static,
    {
        if self.is_locked().await? {
            return Err(locked());
        }
        let links: Vec<&str> = news.iter().filter_map(|new| new.url.as_deref()).collect();
        if let Some(fault) = self.link_fault(&account.app_id, &links).await? {
            return Err(AppError::invalid(vec![fault]));
        }
        let now = self.core.now();
        let key_id = news.first().and_then(|new| new.key_id.clone());
        let rows: Vec<Message> = news.into_iter().map(|new| new.into_row(&self.core, &account.app_id, now)).collect();
        let filed = self.core.db.write(move |connection| {
            Box::pin(async move {
                let mut filed: Vec<Message> = Vec::with_capacity(rows.len());
                let mut fresh: Vec<usize> = Vec::new();
                for mut row in rows {
                    let twice = |at: &&usize| row.draft_id.is_some() && is_same(&filed[**at], &row);
                    if let Some(at) = fresh.iter().find(twice).copied() {
                        filed.push(Message::clone(&filed[at]));
                        continue;
                    }
                    if let Some(draft) = row.draft_id.clone()
                        && let Some(known) = store::by_draft(connection, &draft, &row.touser).await?
                    {
                        if !draft.starts_with(KEYED) || known.created_at > now - DAY {
                            filed.push(known);
                            continue;
                        }
                        row.draft_id = None;
                    }
                    fresh.push(filed.len());
                    filed.push(row);
                }
                if let Some(key_id) = key_id.filter(|_| !fresh.is_empty()) {
                    let count = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
                    if let Err(spent) = spend_in(connection, &key_id, count, now).await? {
                        return Ok(Err(spent));
                    }
                }
                for at in &fresh {
                    store::insert(connection, &filed[*at]).await?;
                }
                if !fresh.is_empty() {
                    if let Some(first) = filed.first() {
                        templates::store::used(connection, &first.app_id, &first.template_id, now).await?;
                        if let Some(draft) = first.draft_id.as_deref().filter(|draft| !draft.starts_with(KEYED)) {
                            drafts::store::sent(connection, draft, now).await?;
                        }
                    }
                    record_in(connection, now, &act).await?;
                }
                then(connection, &filed).await?;
                Ok(Ok(filed))
            })
        });
        let filed = filed.await?.map_err(|spent| spent.refusal(now))?;
        self.bell.ring();
        Ok(filed)
    }
}

/// Whether two messages of one request are one: the same draft, the same recipient.
fn is_same(a: &Message, b: &Message) -> bool {
    a.draft_id == b.draft_id && a.touser == b.touser
}

/// 423: an administrator has locked all sending.
pub fn locked() -> AppError {
    AppError::new(
        423,
        "sending_locked",
        Text::new("发送已被管理员锁定，解锁后再试。", "An administrator has locked all sending. Try again once it is unlocked."),
    )
}
