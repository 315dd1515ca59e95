//! SQL of pictures that wait for a new one.

use sqlx::SqlitePool;

/// Which of these pictures (a JSON list of ids) were asked for again and wait for the next one.
pub(super) async fn awaited(pool: &SqlitePool, ids: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct media_id from media_asks where replaced_at is null and taken_back_at is null and media_id in (select value from json_each(?))",
        ids
    )
    .fetch_all(pool)
    .await
}
