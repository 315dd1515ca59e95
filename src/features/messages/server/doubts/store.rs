//! SQL of uncertain messages and of those that somebody marked.

use sqlx::SqliteConnection;

use crate::features::messages::model::{MessageState, reasons};

/// Marks all uncertain messages of a batch.
pub(super) async fn mark_batch(connection: &mut SqliteConnection, batch_id: &str, to: MessageState, now: i64) -> Result<u64, sqlx::Error> {
    let to = to.word();
    let done = sqlx::query!(
        "update messages set state = ?, reason = ?, settled_at = ? where batch_id = ? and state = 'unknown'",
        to,
        reasons::TOLD_BY_PERSON,
        now,
        batch_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Marks one uncertain message; `false` when it is none any more.
pub(super) async fn mark(connection: &mut SqliteConnection, id: &str, to: MessageState, now: i64) -> Result<bool, sqlx::Error> {
    let to = to.word();
    let done = sqlx::query!(
        "update messages set state = ?, reason = ?, settled_at = ? where id = ? and state = 'unknown'",
        to,
        reasons::TOLD_BY_PERSON,
        now,
        id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Queues one uncertain message again, under its own `client_msg_id`; `false` when it is none any more.
pub(super) async fn send_again(connection: &mut SqliteConnection, id: &str, now: i64, expires_at: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update messages set state = 'queued', not_before = ?, expires_at = ?, intent_at = null, settled_at = null, sent_at = null,
            msgid = null, errcode = null, errmsg = null, reason = null
         where id = ? and state = 'unknown'",
        now,
        expires_at,
        id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Lets an ended batch run again.
pub(super) async fn reopen(connection: &mut SqliteConnection, batch_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update batches set state = 'running', ended_at = null where id = ? and state = 'done'", batch_id)
        .execute(connection)
        .await
        .map(|_| ())
}

/// The newest receipt as it came that belongs to no message.
pub(super) async fn unjoined(
    connection: &mut SqliteConnection,
    app_id: &str,
    msgid: i64,
    openid: &str,
    happened_at: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id!: i64" from receipts
         where app_id = ? and msgid = ? and openid = ? and happened_at = ? and message_id is null order by id desc limit 1"#,
        app_id,
        msgid,
        openid,
        happened_at
    )
    .fetch_optional(connection)
    .await
}

/// Whose messages are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    pub(super) app_id: &'a str,
    pub(super) openid: &'a str,
    pub(super) channel: &'static str,
}

/// The oldest message to this person that somebody marked and whose first call lies in this span. None while another call for the person
/// is under way: the receipt may be about that one.
pub(super) async fn marked(connection: &mut SqliteConnection, whose: Whose<'_>, from: i64, to: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from messages indexed by messages_by_touser
         where app_id = ?1 and touser = ?2 and channel = ?3 and state in ('delivered', 'failed') and reason = ?4 and msgid is null
            and intent_at between ?5 and ?6 and not exists (
                select 1 from messages indexed by messages_by_touser
                where app_id = ?1 and touser = ?2 and channel = ?3
                    and (state = 'sending' or (state = 'queued' and intent_at is not null)))
         order by id limit 1",
        whose.app_id,
        whose.openid,
        whose.channel,
        reasons::TOLD_BY_PERSON,
        from,
        to
    )
    .fetch_optional(connection)
    .await
}

/// What WeChat says of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome<'a> {
    pub(super) state: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) errmsg: Option<&'a str>,
    pub(super) msgid: Option<i64>,
}

/// Joins a receipt to a marked message, which stands as the receipt says from now on.
pub(super) async fn overrule(
    connection: &mut SqliteConnection,
    receipt: i64,
    id: &str,
    outcome: Outcome<'_>,
    happened_at: i64,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update receipts set message_id = ? where id = ?", id, receipt).execute(&mut *connection).await?;
    sqlx::query!(
        "update messages set state = ?, reason = ?, errcode = null, errmsg = ?, msgid = ?, sent_at = coalesce(sent_at, ?), settled_at = ?
         where id = ?",
        outcome.state,
        outcome.reason,
        outcome.errmsg,
        outcome.msgid,
        happened_at,
        now,
        id
    )
    .execute(connection)
    .await
    .map(|_| ())
}
