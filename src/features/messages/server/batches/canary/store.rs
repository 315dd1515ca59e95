//! SQL of the first few of a batch. The index is named because the range of ids bounds what is read; the other one knows no ids.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::messages::{
    model::Trial,
    server::sending::outgoing_store::{Outgoing, outgoing},
};

/// Where the messages up to `last` stand.
pub(super) async fn trial(pool: &SqlitePool, batch_id: &str, last: &str) -> Result<Trial, sqlx::Error> {
    sqlx::query_as!(
        Trial,
        r#"select sum(state in ('queued', 'sending')) as "open!: i64", sum(state = 'accepted') as "accepted!: i64",
            sum(state = 'delivered') as "delivered!: i64", sum(state in ('failed', 'unknown', 'cancelled')) as "lost!: i64",
            coalesce(max(coalesce(settled_at, sent_at, intent_at, created_at)), 0) as "last_at!: i64"
         from messages indexed by messages_of_batch_by_state
         where batch_id = ?1 and state in ('queued', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'cancelled') and id <= ?2"#,
        batch_id,
        last
    )
    .fetch_one(pool)
    .await
}

/// Messages among the first few (those behind the id `after`, up to `last`) that may go out now; as the queue's own query, over fewer rows.
pub(in super::super::super) async fn due(
    connection: &mut SqliteConnection,
    batch_id: &str,
    after: &str,
    last: &str,
    now: i64,
    safe_since: i64,
    limit: i64,
) -> Result<Vec<Outgoing>, sqlx::Error> {
    let found = outgoing!(
        "indexed by messages_of_batch_by_state
         where batch_id = ? and state = 'queued' and id > ? and id <= ? and not_before <= ? and expires_at > ? and (intent_at is null or intent_at > ?)
         order by id limit ?",
        batch_id,
        after,
        last,
        now,
        now,
        safe_since,
        limit
    );
    Outgoing::all(&found.fetch_one(connection).await?, |one, two| one.id.cmp(&two.id))
}

/// Lets the others follow; `false` when they may already.
pub(in super::super) async fn end(connection: &mut SqliteConnection, batch_id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("update batches set canary_ended_at = ? where id = ? and canary_ended_at is null", now, batch_id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}
