//! SQL of the revision.

use sqlx::SqlitePool;

/// The number that every change of people, keys and accounts raises.
pub(super) async fn revision(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select cast(value as integer) as \"revision!: i64\" from settings where name = 'revision'").fetch_one(pool).await
}
