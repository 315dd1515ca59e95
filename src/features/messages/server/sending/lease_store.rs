//! SQL of leases.

use sqlx::SqliteConnection;

use super::store::Ended;
use crate::features::messages::model::reasons;

/// Every worker with its last beat.
pub(super) async fn all(connection: &mut SqliteConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let found = sqlx::query!("select id, beat from sending_workers").fetch_all(connection).await?;
    Ok(found.into_iter().map(|row| (row.id, row.beat)).collect())
}

/// Enters a worker.
pub(super) async fn enter(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into sending_workers (id, beat) values (?, 0)", id).execute(connection).await.map(|_| ())
}

/// One more beat of a worker, and which it is; none when somebody has taken over from it.
pub(super) async fn beat(connection: &mut SqliteConnection, id: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("update sending_workers set beat = beat + 1 where id = ? returning beat", id).fetch_optional(connection).await
}

/// Strikes out a worker that has not beaten since; `false` when it has, or is struck out already.
pub(super) async fn end(connection: &mut SqliteConnection, id: &str, beat: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from sending_workers where id = ? and beat = ?", id, beat).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// Strikes out a worker that leaves with nothing under way. Where something still is, it stays, for others to sort out.
pub(super) async fn leave(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from sending_workers where id = ?1 and not exists (
            select 1 from messages where state in ('queued', 'sending') and state = 'sending' and worker = ?1)",
        id
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Messages that a worker has under way, and their batches.
pub(super) async fn under_way(connection: &mut SqliteConnection, worker: &str) -> Result<Vec<(String, Option<String>)>, sqlx::Error> {
    let found =
        sqlx::query!("select id, batch_id from messages where state in ('queued', 'sending') and state = 'sending' and worker = ?", worker)
            .fetch_all(connection)
            .await?;
    Ok(found.into_iter().map(|row| (row.id, row.batch_id)).collect())
}

/// Takes a gone worker's intents back for messages that it has not called (none of the JSON array of ids); how many. Those that were claimed before
/// are none of these: an older doubt may be left about them.
pub(super) async fn not_called(connection: &mut SqliteConnection, worker: &str, called: &str) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update messages set state = 'queued', attempts = 0, intent_at = null
         where state in ('queued', 'sending') and state = 'sending' and worker = ? and attempts = 1
            and id not in (select value from json_each(?))",
        worker,
        called
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Queues a gone worker's messages whose calls are young enough to be repeated with the same client_msg_id, and may be; how many. A
/// notification has no such number.
pub(super) async fn repeat(connection: &mut SqliteConnection, worker: &str, now: i64, safe_since: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update messages set state = 'queued', not_before = ?, reason = ?
         where state in ('queued', 'sending') and state = 'sending' and worker = ? and intent_at > ? and channel = 'template'
            and not exists (select 1 from sending_rules where sending_rules.app_id = messages.app_id and ask_unsure = 1)",
        now,
        reasons::NO_ANSWER,
        worker,
        safe_since
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Gives up on what else a gone worker had under way.
pub(super) async fn unknown(connection: &mut SqliteConnection, worker: &str, now: i64) -> Result<Vec<Ended>, sqlx::Error> {
    sqlx::query_as!(
        Ended,
        "update messages set state = 'unknown', reason = ?, settled_at = ?
         where state in ('queued', 'sending') and state = 'sending' and worker = ?
         returning id, app_id",
        reasons::NO_ANSWER,
        now,
        worker
    )
    .fetch_all(connection)
    .await
}
