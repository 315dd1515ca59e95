//! SQL of the figures about pictures.

use sqlx::SqlitePool;

use crate::features::media::model::State;

/// How many pictures of an account have ids from `low` on, and how many of these are stored.
pub(super) async fn since(pool: &SqlitePool, app_id: &str, low: &str) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        "select count(*) as \"filed!: i64\", coalesce(sum(state = 'stored'), 0) as \"stored!: i64\" from media where app_id = ? and id >= ?",
        app_id,
        low
    );
    row.fetch_one(pool).await.map(|row| (row.filed, row.stored))
}

/// How many pictures an account has, and their bytes on disk, equal contents once; kept by triggers.
pub(super) async fn totals(pool: &SqlitePool, app_id: &str) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let row = sqlx::query!("select filed, bytes from media_totals where app_id = ?", app_id).fetch_optional(pool).await?;
    Ok(row.map(|row| (row.filed, row.bytes)))
}

/// How many pictures of an account are in a state and have ids within `low..high`.
pub(super) async fn in_state(pool: &SqlitePool, app_id: &str, state: State, low: &str, high: &str) -> Result<i64, sqlx::Error> {
    let state = state.word();
    sqlx::query_scalar!("select count(*) from media where app_id = ? and state = ? and id >= ? and id < ?", app_id, state, low, high)
        .fetch_one(pool)
        .await
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
