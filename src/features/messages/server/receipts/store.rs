//! SQL of receipts. Indexes are named for the reason given in the history's `store.rs`.

use sqlx::SqliteConnection;

use super::Outcome;
use crate::features::messages::server::store::{Message, rows};

/// A receipt that was kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) msgid: Option<i64>,
    pub(super) status: String,
    pub(super) happened_at: i64,
}

/// A receipt as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) app_id: &'a str,
    pub(super) msgid: i64,
    pub(super) openid: &'a str,
    pub(super) channel: &'static str,
    pub(super) status: &'a str,
}

/// Whose messages are looked at: a person's, of one channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    pub(super) app_id: &'a str,
    pub(super) openid: &'a str,
    pub(super) channel: &'static str,
}

/// Keeps a receipt; `None` when it came before.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    new: New<'_>,
    happened_at: i64,
    received_at: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into receipts (app_id, msgid, openid, channel, status, happened_at, received_at) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (app_id, msgid, openid, status, happened_at) do nothing returning id as "id!: i64""#,
        new.app_id,
        new.msgid,
        new.openid,
        new.channel,
        new.status,
        happened_at,
        received_at
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn link(connection: &mut SqliteConnection, receipt: i64, message_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update receipts set message_id = ? where id = ?", message_id, receipt).execute(connection).await.map(|_| ())
}

pub(super) async fn open_by_msgid(
    connection: &mut SqliteConnection,
    app_id: &str,
    msgid: i64,
    openid: &str,
) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as!(
        Kept,
        r#"select id, nullif(msgid, 0) as "msgid: i64", status, happened_at from receipts
         where app_id = ? and msgid = ? and message_id is null and openid = ? order by id"#,
        app_id,
        msgid,
        openid
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn open_by_openid(
    connection: &mut SqliteConnection,
    whose: Whose<'_>,
    from: i64,
    to: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as!(
        Kept,
        r#"select id, nullif(msgid, 0) as "msgid: i64", status, happened_at from receipts
         where app_id = ? and message_id is null and openid = ? and channel = ? and happened_at between ? and ? order by id"#,
        whose.app_id,
        whose.openid,
        whose.channel,
        from,
        to
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn message(connection: &mut SqliteConnection, id: &str) -> Result<Option<Message>, sqlx::Error> {
    rows!("where id = ?", id).fetch_optional(connection).await.map(|row| row.map(Into::into))
}

pub(super) async fn by_msgid(
    connection: &mut SqliteConnection,
    app_id: &str,
    msgid: i64,
    openid: &str,
) -> Result<Option<Message>, sqlx::Error> {
    rows!("indexed by messages_by_msgid where app_id = ? and msgid = ? and touser = ? order by id limit 1", app_id, msgid, openid)
        .fetch_optional(connection)
        .await
        .map(|row| row.map(Into::into))
}

/// Whether a call for this person is under way whose msgid we will learn in a moment.
pub(super) async fn under_way(connection: &mut SqliteConnection, whose: Whose<'_>) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select id from messages indexed by messages_by_touser
         where app_id = ? and touser = ? and channel = ? and (state = 'sending' or (state = 'queued' and intent_at is not null)) limit 1",
        whose.app_id,
        whose.openid,
        whose.channel
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// The earliest first call of a message that may be meant, by what is known about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since {
    /// WeChat was called, and never answered or told a msgid that the receipt does not name.
    pub(super) called: i64,
    /// WeChat accepted it without a msgid.
    pub(super) accepted: i64,
}

/// The oldest message to this person that has no end yet and whose msgid nobody told us; for a receipt without one (`nameless`), also one whose
/// msgid we know.
pub(super) async fn in_doubt(
    connection: &mut SqliteConnection,
    whose: Whose<'_>,
    since: Since,
    to: i64,
    nameless: bool,
) -> Result<Option<Message>, sqlx::Error> {
    rows!(
        "indexed by messages_by_touser where app_id = ? and touser = ? and channel = ? and intent_at <= ? and (msgid is null or ?)
            and ((state = 'accepted' and msgid is null and intent_at >= ?)
                or ((state = 'unknown' or (state = 'accepted' and msgid is not null)) and intent_at >= ?))
         order by id limit 1",
        whose.app_id,
        whose.openid,
        whose.channel,
        to,
        nameless,
        since.accepted,
        since.called
    )
    .fetch_optional(connection)
    .await
    .map(|row| row.map(Into::into))
}

/// Settles a message; one that has its end already stays as it is.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    id: &str,
    msgid: Option<i64>,
    outcome: &Outcome,
    happened_at: i64,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let state = outcome.state.word();
    let done = sqlx::query!(
        "update messages set state = ?, reason = ?, errcode = null, errmsg = ?, msgid = coalesce(msgid, ?), sent_at = coalesce(sent_at, ?),
            settled_at = ?
         where id = ? and state in ('accepted', 'unknown')",
        state,
        outcome.reason,
        outcome.errmsg,
        msgid,
        happened_at,
        now,
        id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
