//! SQL of the sessions.

use sqlx::{SqliteConnection, SqlitePool};

/// A session as kept. The id itself is nowhere.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id_hash: Vec<u8>,
    pub user_id: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub seen_at: i64,
    pub address: Option<String>,
    pub agent: Option<String>,
}

/// Begins a session, unless its person is gone or switched off; `false` then.
pub(super) async fn begin(connection: &mut SqliteConnection, row: &Row) -> Result<bool, sqlx::Error> {
    sqlx::query!("update users set last_seen_at = ? where id = ? and disabled = 0", row.seen_at, row.user_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into sessions (id_hash, user_id, data, created_at, expires_at, seen_at, address, agent)
         select ?, id, '{}', ?, ?, ?, ?, ? from users where id = ? and disabled = 0",
        row.id_hash,
        row.created_at,
        row.expires_at,
        row.seen_at,
        row.address,
        row.agent,
        row.user_id
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

pub(super) async fn find(pool: &SqlitePool, id_hash: &[u8]) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select id_hash, user_id, created_at, expires_at, seen_at, address, agent from sessions where id_hash = ?",
        id_hash
    )
    .fetch_optional(pool)
    .await
}

/// Notes that a session and its person are active.
pub(super) async fn touch(connection: &mut SqliteConnection, id_hash: &[u8], user_id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update sessions set seen_at = ? where id_hash = ?", now, id_hash).execute(&mut *connection).await?;
    sqlx::query!("update users set last_seen_at = ? where id = ?", now, user_id).execute(connection).await.map(|_| ())
}

pub(super) async fn end(connection: &mut SqliteConnection, id_hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where id_hash = ?", id_hash).execute(connection).await.map(|_| ())
}

/// Ends one session of a person; `false` when it was not theirs or is gone.
pub(super) async fn end_own(connection: &mut SqliteConnection, id_hash: &[u8], user_id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!("delete from sessions where id_hash = ? and user_id = ?", id_hash, user_id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Ends all sessions of a person but one.
pub(super) async fn end_others(connection: &mut SqliteConnection, user_id: &str, kept: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where user_id = ? and id_hash <> ?", user_id, kept).execute(connection).await.map(|_| ())
}

/// Ends all sessions of a person.
pub(in super::super) async fn end_all(connection: &mut SqliteConnection, user_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where user_id = ?", user_id).execute(connection).await.map(|_| ())
}

/// Living sessions of a person, the last used first.
pub(super) async fn of_user(pool: &SqlitePool, user_id: &str, now: i64, seen_after: i64) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select id_hash, user_id, created_at, expires_at, seen_at, address, agent from sessions
         where user_id = ? and expires_at > ? and seen_at > ? order by seen_at desc limit 50",
        user_id,
        now,
        seen_after
    )
    .fetch_all(pool)
    .await
}

/// Drops sessions whose time is over.
pub(super) async fn sweep(connection: &mut SqliteConnection, now: i64, seen_before: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!("delete from sessions where expires_at <= ? or seen_at <= ?", now, seen_before)
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
}
