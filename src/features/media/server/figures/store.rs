//! SQL of the figures about pictures.

use sqlx::SqlitePool;

/// How many pictures an account has, and their bytes on disk, equal contents once; kept by triggers.
pub(super) async fn totals(pool: &SqlitePool, app_id: &str) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let row = sqlx::query!("select filed, bytes from media_totals where app_id = ?", app_id).fetch_optional(pool).await?;
    Ok(row.map(|row| (row.filed, row.bytes)))
}

/// Bytes of an account on disk, those of the bin included, equal contents once; kept by triggers.
pub(in crate::features::media::server) async fn kept(pool: &SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    let bytes = sqlx::query_scalar!("select bytes from media_kept_totals where app_id = ?", app_id).fetch_optional(pool).await?;
    Ok(bytes.unwrap_or_default())
}

/// What the newest pictures of an account are called: sender, title, question.
pub(super) struct Names {
    pub user_id: String,
    pub answer_title: String,
    pub question_id: String,
}

/// The names of an account's `most` newest pictures.
pub(super) async fn names(pool: &SqlitePool, app_id: &str, most: i64) -> Result<Vec<Names>, sqlx::Error> {
    sqlx::query_as!(Names, "select user_id, answer_title, question_id from media where app_id = ? order by id desc limit ?", app_id, most)
        .fetch_all(pool)
        .await
}

/// How many pictures an account got on a day (in China); kept by triggers.
pub(super) async fn of_day(pool: &SqlitePool, app_id: &str, day: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("select filed from media_days where app_id = ? and day = ?", app_id, day).fetch_optional(pool).await
}
