//! SQL of sending. Every query over the queue repeats the words of the partial index `messages_due`, or SQLite would not use it.

use sqlx::{SqliteConnection, SqlitePool};

use super::{
    Hold,
    outgoing_store::{Outgoing, outgoing},
    verdict::Verdict,
};
use crate::features::messages::model::reasons;

/// Messages of one lane (a batch, or single messages) that may go out now, those longest due first, behind `after` (when due, and id). Doubtful
/// ones only inside the time in which a repeat is safe.
pub(super) async fn due(
    connection: &mut SqliteConnection,
    app_id: &str,
    lane: Option<&str>,
    (after, after_id): (i64, &str),
    now: i64,
    safe_since: i64,
    limit: i64,
) -> Result<Vec<Outgoing>, sqlx::Error> {
    let found = outgoing!(
        "indexed by messages_due
         where app_id = ? and batch_id is ? and state in ('queued', 'sending') and state = 'queued' and not_before <= ? and expires_at > ?
            and (intent_at is null or intent_at > ?) and (not_before, id) > (?, ?)
         order by not_before, id limit ?",
        app_id,
        lane,
        now,
        now,
        safe_since,
        after,
        after_id,
        limit
    );
    Outgoing::all(&found.fetch_one(connection).await?, |one, two| (one.not_before, &one.id).cmp(&(two.not_before, &two.id)))
}

/// When the lane's next message becomes due.
pub(super) async fn next_due(
    connection: &mut SqliteConnection,
    app_id: &str,
    lane: Option<&str>,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select not_before from messages indexed by messages_due
         where app_id = ? and batch_id is ? and state in ('queued', 'sending') and state = 'queued' and not_before > ?
         order by not_before limit 1",
        app_id,
        lane,
        now
    )
    .fetch_optional(connection)
    .await
}

/// When the first waiting message's time is over.
pub(super) async fn next_end(pool: &SqlitePool, app_id: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select expires_at from messages indexed by messages_ending
         where app_id = ? and state in ('queued', 'sending') and state = 'queued' and intent_at is null order by expires_at limit 1",
        app_id
    )
    .fetch_optional(pool)
    .await
}

/// Writes a worker's intents for some messages (a JSON array of ids). A doubt from before keeps its moment.
pub(super) async fn intend(connection: &mut SqliteConnection, ids: &str, worker: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update messages set state = 'sending', worker = ?, attempts = attempts + 1, intent_at = coalesce(intent_at, ?)
         where id in (select value from json_each(?))",
        worker,
        now,
        ids
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Takes a worker's intent back that no call followed.
pub(super) async fn give_back(
    connection: &mut SqliteConnection,
    id: &str,
    worker: &str,
    doubt_since: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update messages set state = 'queued', attempts = attempts - 1, intent_at = ? where id = ? and state = 'sending' and worker = ?",
        doubt_since,
        id,
        worker
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes what came of a worker's call that WeChat did not accept; `false` when the message is no longer that worker's.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    id: &str,
    worker: &str,
    now: i64,
    verdict: &Verdict,
) -> Result<bool, sqlx::Error> {
    let done = match verdict {
        // Many at once, by [`accept`].
        Verdict::Accepted { .. } => return Ok(false),
        Verdict::Failed { errcode, errmsg, reason } => {
            sqlx::query!(
                "update messages set state = 'failed', errcode = ?, errmsg = ?, reason = ?, settled_at = ?
             where id = ? and state = 'sending' and worker = ?",
                errcode,
                errmsg,
                reason,
                now,
                id,
                worker
            )
            .execute(connection)
            .await?
        }
        Verdict::Doubtful { errcode, errmsg } => {
            let reason = reasons::NO_ANSWER;
            sqlx::query!(
                "update messages set state = 'unknown', errcode = ?, errmsg = ?, reason = ?, settled_at = ?
                 where id = ? and state = 'sending' and worker = ?",
                errcode,
                errmsg,
                reason,
                now,
                id,
                worker
            )
            .execute(connection)
            .await?
        }
        Verdict::Again { not_before, intent_at, errcode, errmsg, reason, .. } => {
            sqlx::query!(
                "update messages set state = 'queued', not_before = ?, intent_at = ?, errcode = ?, errmsg = ?, reason = ?
                 where id = ? and state = 'sending' and worker = ?",
                not_before,
                intent_at,
                errcode,
                errmsg,
                reason,
                id,
                worker
            )
            .execute(connection)
            .await?
        }
    };
    Ok(done.rows_affected() > 0)
}

/// Writes what came of calls that WeChat accepted, given as a JSON array of `[id, msgid, errcode, errmsg, reason, when, worker]`; ids of those
/// that were still that worker's and for whose people a receipt waits that belongs to no message yet.
pub(super) async fn accept(connection: &mut SqliteConnection, accepted: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query!(
        "update messages set state = 'accepted', msgid = told.value ->> 1, errcode = told.value ->> 2, errmsg = told.value ->> 3,
            reason = told.value ->> 4, sent_at = told.value ->> 5
         from json_each(?) told where messages.id = told.value ->> 0 and messages.state = 'sending'
            and messages.worker = told.value ->> 6",
        accepted
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar!(
        "select id from messages
         where id in (select value ->> 0 from json_each(?)) and state = 'accepted' and exists (
            select 1 from receipts where receipts.app_id = messages.app_id and receipts.openid = messages.touser and message_id is null)",
        accepted
    )
    .fetch_all(connection)
    .await
}

/// How many messages one sweep ends at most, by each of the two causes; the statements below repeat it.
pub(super) const SWEPT: usize = 500;

/// A message whose end was reached without a call.
pub(super) struct Ended {
    pub(super) id: String,
    pub(super) app_id: String,
}

/// Fails messages whose time is over and that WeChat certainly does not have.
pub(super) async fn too_late(connection: &mut SqliteConnection, app_id: &str, now: i64) -> Result<Vec<Ended>, sqlx::Error> {
    sqlx::query_as!(
        Ended,
        "update messages set state = 'failed', reason = ?, settled_at = ?
         where id in (select id from messages indexed by messages_ending
            where app_id = ? and state in ('queued', 'sending') and state = 'queued' and expires_at <= ? and intent_at is null limit 500)
         returning id, app_id",
        reasons::TOO_LATE,
        now,
        app_id,
        now
    )
    .fetch_all(connection)
    .await
}

/// Gives up on messages in doubt once a repeat is no longer safe.
pub(super) async fn given_up(
    connection: &mut SqliteConnection,
    app_id: &str,
    now: i64,
    safe_since: i64,
) -> Result<Vec<Ended>, sqlx::Error> {
    sqlx::query_as!(
        Ended,
        "update messages set state = 'unknown', reason = ?, settled_at = ?
         where id in (select id from messages indexed by messages_doubtful
            where app_id = ? and state = 'queued' and intent_at is not null and intent_at <= ? limit 500)
         returning id, app_id",
        reasons::NO_ANSWER,
        now,
        app_id,
        safe_since
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn hold(pool: &SqlitePool, app_id: &str) -> Result<Option<Hold>, sqlx::Error> {
    sqlx::query_as!(Hold, "select errcode, errmsg, since, try_again_at from sending_holds where app_id = ?", app_id)
        .fetch_optional(pool)
        .await
}

pub(super) async fn hold_within(connection: &mut SqliteConnection, app_id: &str) -> Result<Option<Hold>, sqlx::Error> {
    sqlx::query_as!(Hold, "select errcode, errmsg, since, try_again_at from sending_holds where app_id = ?", app_id)
        .fetch_optional(connection)
        .await
}

pub(super) async fn put_hold(connection: &mut SqliteConnection, app_id: &str, hold: &Hold) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sending_holds (app_id, errcode, errmsg, since, try_again_at) values (?, ?, ?, ?, ?)
         on conflict (app_id) do update set errcode = excluded.errcode, errmsg = excluded.errmsg, since = excluded.since,
            try_again_at = excluded.try_again_at",
        app_id,
        hold.errcode,
        hold.errmsg,
        hold.since,
        hold.try_again_at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Moves the next probe.
pub(super) async fn probe_at(connection: &mut SqliteConnection, app_id: &str, at: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update sending_holds set try_again_at = ? where app_id = ?", at, app_id).execute(connection).await.map(|_| ())
}

/// Ends a hold that began before `before`; a call made earlier than that proves nothing about it.
pub(super) async fn end_hold(connection: &mut SqliteConnection, app_id: &str, before: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from sending_holds where app_id = ? and since < ?", app_id, before).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}
