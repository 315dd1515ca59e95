//! SQL of batches.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Ahead, Batch};
use crate::features::messages::{
    model::{BatchState, Canary, Channel, Counts, reasons},
    server::history::Cause,
};

/// A batch as the database keeps it, and as it is noted for webhooks.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Row {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) name: String,
    pub(super) template_id: String,
    pub(super) data: String,
    pub(super) url: Option<String>,
    pub(super) miniprogram: Option<String>,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    pub(super) errcode: Option<i64>,
    pub(super) errmsg: Option<String>,
    pub(super) ttl: i64,
    pub(super) send_at: i64,
    pub(super) actor: String,
    pub(super) request: Option<String>,
    pub(super) duplicates: i64,
    pub(super) rejected: String,
    pub(super) total: i64,
    pub(super) queued: i64,
    pub(super) sending: i64,
    pub(super) accepted: i64,
    pub(super) delivered: i64,
    pub(super) failed: i64,
    pub(super) unknown: i64,
    pub(super) cancelled: i64,
    pub(super) canary_first: Option<i64>,
    pub(super) canary_percent: Option<i64>,
    pub(super) canary_last: Option<String>,
    pub(super) canary_ended_at: Option<i64>,
    pub(super) created_at: i64,
    pub(super) started_at: Option<i64>,
    pub(super) ended_at: Option<i64>,
}

impl From<Row> for Batch {
    fn from(row: Row) -> Self {
        Self {
            // The check constraint of the table admits no other word.
            state: BatchState::parse(&row.state).unwrap_or(BatchState::Paused),
            data: serde_json::from_str(&row.data).unwrap_or_default(),
            miniprogram: row.miniprogram.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            rejected: serde_json::from_str(&row.rejected).unwrap_or_default(),
            counts: Counts {
                queued: row.queued,
                sending: row.sending,
                accepted: row.accepted,
                delivered: row.delivered,
                failed: row.failed,
                unknown: row.unknown,
                cancelled: row.cancelled,
            },
            canary: row.canary_first.zip(row.canary_percent).zip(row.canary_last).map(|((first, percent), last)| Ahead {
                rule: Canary { first, percent },
                last,
                ended_at: row.canary_ended_at,
            }),
            id: row.id,
            app_id: row.app_id,
            name: row.name,
            template_id: row.template_id,
            url: row.url,
            reason: row.reason,
            errcode: row.errcode,
            errmsg: row.errmsg,
            ttl: row.ttl,
            send_at: row.send_at,
            actor: row.actor,
            request: row.request,
            duplicates: row.duplicates,
            total: row.total,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
        }
    }
}

/// `query_as!` for whole rows of batches: everything after `from batches`.
macro_rules! rows {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::features::messages::server::batches::store::Row,
            "select id, app_id, name, template_id, data, url, miniprogram, state, reason, errcode, errmsg, ttl, send_at, actor, request,
                duplicates, rejected, total, queued, sending, accepted, delivered, failed, unknown, cancelled,
                canary_first, canary_percent, canary_last, canary_ended_at, created_at, started_at, ended_at
             from batches " + $tail $(, $argument)*
        )
    };
}
pub(super) use rows;

pub(super) async fn by_id(pool: &SqlitePool, id: &str) -> Result<Option<Batch>, sqlx::Error> {
    rows!("where id = ?", id).fetch_optional(pool).await.map(|row| row.map(Into::into))
}

/// Several of an account, in no order.
pub(super) async fn by_ids(pool: &SqlitePool, app_id: &str, ids: &str) -> Result<Vec<Batch>, sqlx::Error> {
    let found = rows!("where id in (select value from json_each(?)) and app_id = ?", ids, app_id).fetch_all(pool).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(super) async fn of_request(pool: &SqlitePool, request: &str) -> Result<Option<Batch>, sqlx::Error> {
    rows!("where request = ?", request).fetch_optional(pool).await.map(|row| row.map(Into::into))
}

pub(super) async fn within(connection: &mut SqliteConnection, id: &str) -> Result<Option<Batch>, sqlx::Error> {
    rows!("where id = ?", id).fetch_optional(connection).await.map(|row| row.map(Into::into))
}

pub(super) async fn by_request(connection: &mut SqliteConnection, request: &str) -> Result<Option<Batch>, sqlx::Error> {
    rows!("where request = ?", request).fetch_optional(connection).await.map(|row| row.map(Into::into))
}

/// Files a batch without its messages.
pub(super) async fn insert(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let state = batch.state.word();
    let data = serde_json::to_string(&batch.data).unwrap_or_else(|_| "{}".into());
    let miniprogram = batch.miniprogram.as_ref().and_then(|mini| serde_json::to_string(mini).ok());
    let ahead = batch.canary.as_ref();
    let (first, percent) = ahead.map(|ahead| (ahead.rule.first, ahead.rule.percent)).unzip();
    let rejected = serde_json::to_string(&batch.rejected).unwrap_or_else(|_| "[]".into());
    sqlx::query!(
        "insert into batches (id, app_id, name, template_id, data, url, miniprogram, state, ttl, send_at, actor, request, duplicates,
            rejected, total, queued, canary_first, canary_percent, canary_last, created_at, started_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        batch.id,
        batch.app_id,
        batch.name,
        batch.template_id,
        data,
        batch.url,
        miniprogram,
        state,
        batch.ttl,
        batch.send_at,
        batch.actor,
        batch.request,
        batch.duplicates,
        rejected,
        batch.total,
        batch.total,
        first,
        percent,
        ahead.map(|ahead| &ahead.last),
        batch.created_at,
        batch.started_at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Files messages of a batch from a JSON array of `[id, touser, data]`; what they share comes from the batch.
pub(super) async fn insert_messages(
    connection: &mut SqliteConnection,
    batch: &Batch,
    channel: Channel,
    rows: &str,
) -> Result<(), sqlx::Error> {
    let channel = channel.word();
    let miniprogram = batch.miniprogram.as_ref().and_then(|mini| serde_json::to_string(mini).ok());
    let expires_at = batch.send_at.saturating_add(batch.ttl);
    sqlx::query!(
        "insert into messages (id, app_id, batch_id, touser, template_id, data, url, miniprogram, state, client_msg_id, not_before,
            expires_at, actor, created_at, channel)
         select value ->> 0, ?, ?, value ->> 1, ?, value ->> 2, ?, ?, 'queued', value ->> 0, ?, ?, ?, ?, ? from json_each(?)",
        batch.app_id,
        batch.id,
        batch.template_id,
        batch.url,
        miniprogram,
        batch.send_at,
        expires_at,
        batch.actor,
        batch.created_at,
        channel,
        rows
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Moves a batch on; `false` when it is no longer in `from`.
pub(super) async fn turn(
    connection: &mut SqliteConnection,
    id: &str,
    from: BatchState,
    to: BatchState,
    reason: Option<&str>,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let (from, to) = (from.word(), to.word());
    let done = sqlx::query!(
        "update batches set state = ?1, reason = ?2, errcode = null, errmsg = null,
            started_at = case when ?1 = 'running' then coalesce(started_at, ?3) else started_at end,
            ended_at = case when ?1 in ('done', 'cancelled') then ?3 end
         where id = ?4 and state = ?5",
        to,
        reason,
        now,
        id,
        from
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Pauses a running batch for a fault of its template.
pub(in super::super) async fn halt(
    connection: &mut SqliteConnection,
    id: &str,
    reason: &str,
    errcode: Option<i64>,
    errmsg: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update batches set state = 'paused', reason = ?, errcode = ?, errmsg = ? where id = ? and state = 'running'",
        reason,
        errcode,
        errmsg,
        id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Starts batches whose time has come.
pub(in super::super) async fn start_due(connection: &mut SqliteConnection, app_id: &str, now: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update batches set state = 'running', started_at = ?1 where app_id = ?2 and state = 'scheduled' and send_at <= ?1",
        now,
        app_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Ends live batches of an account with nothing left to send.
pub(in super::super) async fn end_empty(connection: &mut SqliteConnection, app_id: &str, now: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "update batches set state = 'done', ended_at = ?1, reason = null, errcode = null, errmsg = null
         where app_id = ?2 and state in ('awaiting_approval', 'scheduled', 'running', 'paused') and queued = 0 and sending = 0 returning id",
        now,
        app_id
    )
    .fetch_all(connection)
    .await
}

/// Live batches of an account: id, state, start.
pub(in super::super) async fn live(pool: &SqlitePool, app_id: &str) -> Result<Vec<Live>, sqlx::Error> {
    sqlx::query_as!(
        Live,
        r#"select id, state, send_at, queued + sending as "open!: i64", case when canary_ended_at is null then canary_last end as "canary_last?: String",
            canary_percent from batches indexed by batches_live
         where app_id = ? and state in ('scheduled', 'running', 'paused') order by id"#,
        app_id
    )
    .fetch_all(pool)
    .await
}

/// What the sender needs to know of a live batch.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its id.
    pub id: String,
    /// Its state's word.
    pub state: String,
    /// When it may start (Unix milliseconds).
    pub send_at: i64,
    /// How many may still go out.
    pub open: i64,
    /// The last message that may go out before receipts allow the others; none where all may.
    pub canary_last: Option<String>,
    /// How many percent of the first few must have received it.
    pub canary_percent: Option<i64>,
}

/// Drops what has not been called yet; gives how many, and the ids of those that were called without an answer.
pub(super) async fn cancel_messages(
    connection: &mut SqliteConnection,
    batch_id: &str,
    now: i64,
) -> Result<(u64, Vec<String>), sqlx::Error> {
    let dropped = sqlx::query!(
        "update messages set state = 'cancelled', settled_at = ? where batch_id = ? and state = 'queued' and intent_at is null",
        now,
        batch_id
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let doubtful = sqlx::query_scalar!(
        "update messages set state = 'unknown', reason = ?, settled_at = ? where batch_id = ? and state = 'queued' returning id",
        reasons::NO_ANSWER,
        now,
        batch_id
    )
    .fetch_all(connection)
    .await?;
    Ok((dropped, doubtful))
}

/// Which messages go out again.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Words of states, a JSON array.
    pub(super) states: String,
    /// Reasons, a JSON array; any without.
    pub(super) reasons: Option<String>,
    /// Codes, a JSON array; any without.
    pub(super) errcodes: Option<String>,
    /// Just these.
    pub(super) cause: Option<Cause>,
}

/// Queues messages again. What WeChat certainly refused gets a fresh `client_msg_id`; a doubtful one keeps its own.
pub(super) async fn retry_messages(
    connection: &mut SqliteConnection,
    batch_id: &str,
    taken: &Taken,
    now: i64,
    expires_at: i64,
) -> Result<u64, sqlx::Error> {
    let (reason, errcode) = taken.cause.as_ref().map(|cause| (cause.reason.as_str(), cause.errcode)).unzip();
    let errcode = errcode.flatten();
    let done = sqlx::query!(
        "update messages set state = 'queued', not_before = ?1, expires_at = ?2, intent_at = null, settled_at = null, sent_at = null,
            msgid = null, errcode = null, errmsg = null, reason = null,
            client_msg_id = case when state = 'failed' then lower(hex(randomblob(16))) else client_msg_id end
         where batch_id = ?3 and state in (select value from json_each(?4))
            and (?5 is null or reason in (select value from json_each(?5)))
            and (?6 is null or errcode in (select value from json_each(?6)))
            and (?7 is null or (reason = ?7 and errcode is ?8))",
        now,
        expires_at,
        batch_id,
        taken.states,
        taken.reasons,
        taken.errcodes,
        reason,
        errcode
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Why messages of a batch failed or are uncertain: state, reason, errcode, an example of WeChat's words, how many.
pub(super) async fn outcomes(pool: &SqlitePool, batch_id: &str) -> Result<Vec<Outcome>, sqlx::Error> {
    sqlx::query_as!(
        Outcome,
        r#"select state as "state!: String", reason as "reason?: String", errcode as "errcode?: i64", max(errmsg) as "errmsg?: String", count(*) as "count!: i64",
            max(coalesce(intent_at, created_at)) as "called_at!: i64"
         from messages indexed by messages_of_batch_by_state
         where batch_id = ? and state in ('failed', 'unknown') group by state, reason, errcode order by count(*) desc"#,
        batch_id
    )
    .fetch_all(pool)
    .await
}

/// One cause, and how many it hit.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The messages' state.
    pub state: String,
    /// The stable word.
    pub reason: Option<String>,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// WeChat's words for one of them.
    pub errmsg: Option<String>,
    /// How many.
    pub count: i64,
    /// When the last of them was first called (Unix milliseconds).
    pub called_at: i64,
}
