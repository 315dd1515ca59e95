//! SQL of asking for pictures again.

use sqlx::{SqliteConnection, SqlitePool};

use super::Ask;

/// The times a picture was asked for again, the last first; at most so many.
pub(super) async fn asks(pool: &SqlitePool, media_id: &str, most: i64) -> Result<Vec<Ask>, sqlx::Error> {
    sqlx::query_as!(
        Ask,
        "select number, message_id, asked_by, asked_at, replaced_by, replaced_at from media_asks where media_id = ?
         order by number desc limit ?",
        media_id,
        most
    )
    .fetch_all(pool)
    .await
}

/// The rejected picture that another came in place of.
pub(super) async fn replaced(pool: &SqlitePool, media_id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select media_id from media_asks where replaced_by = ? order by media_id desc limit 1", media_id)
        .fetch_optional(pool)
        .await
}

/// Notes that a picture was asked for again. Whether it is this message's ask, newly or from before.
pub(super) async fn note(c: &mut SqliteConnection, media_id: &str, openid: &str, asked: &Ask) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "insert into media_asks (media_id, number, openid, message_id, asked_by, asked_at) values (?, ?, ?, ?, ?, ?)
         on conflict (media_id, number) do nothing",
        media_id,
        asked.number,
        openid,
        asked.message_id,
        asked.asked_by,
        asked.asked_at
    )
    .execute(&mut *c)
    .await?;
    let kept = sqlx::query_scalar!("select message_id from media_asks where media_id = ? and number = ?", media_id, asked.number);
    Ok(kept.fetch_one(c).await? == asked.message_id)
}
