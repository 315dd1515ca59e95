//! SQL of the remembered answers.

use sqlx::{SqliteConnection, SqlitePool};

/// What is known of a request.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub body_hash: Vec<u8>,
    pub status: Option<i64>,
    pub answer: Option<String>,
    pub created_at: i64,
}

/// By what a request is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub key_id: String,
    pub route: String,
    pub key: String,
}

pub(super) async fn find(connection: &mut SqliteConnection, name: &Name) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select body_hash, status, answer, created_at from idempotency where key_id = ? and route = ? and key = ?",
        name.key_id,
        name.route,
        name.key
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn body_hash(pool: &SqlitePool, name: &Name) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select body_hash from idempotency where key_id = ? and route = ? and key = ?", name.key_id, name.route, name.key)
        .fetch_optional(pool)
        .await
}

/// Begins a request, or begins it anew.
pub(super) async fn begin(connection: &mut SqliteConnection, name: &Name, hash: &[u8], now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into idempotency (key_id, route, key, body_hash, created_at) values (?, ?, ?, ?, ?)
         on conflict (key_id, route, key) do update set
            body_hash = excluded.body_hash, created_at = excluded.created_at, status = null, answer = null",
        name.key_id,
        name.route,
        name.key,
        hash,
        now
    )
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn settle(connection: &mut SqliteConnection, name: &Name, status: i64, answer: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update idempotency set status = ?, answer = ? where key_id = ? and route = ? and key = ?",
        status,
        answer,
        name.key_id,
        name.route,
        name.key
    )
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn forget(connection: &mut SqliteConnection, name: &Name) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from idempotency where key_id = ? and route = ? and key = ?", name.key_id, name.route, name.key)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Drops at most `most` rows begun before `before`; answers how many.
pub(super) async fn sweep(connection: &mut SqliteConnection, before: i64, most: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "delete from idempotency where rowid in (select rowid from idempotency where created_at < ? order by created_at limit ?)",
        before,
        most
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}
