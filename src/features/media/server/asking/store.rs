//! SQL of asking for pictures again.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Ask, Asking};

/// The times a picture was asked for again, the last first; at most so many.
pub(super) async fn asks(pool: &SqlitePool, media_id: &str, most: i64) -> Result<Vec<Ask>, sqlx::Error> {
    sqlx::query_as!(
        Ask,
        "select number, openid, message_id, asked_by, asked_at, replaced_by, replaced_at, taken_back_at from media_asks where media_id = ?
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

/// The newest picture after this one for the same question that may do.
pub(super) async fn newer(pool: &SqlitePool, media_id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select max(n.id) as "id?: String" from media m join media n
               on n.app_id = m.app_id and n.answer_title = m.answer_title and n.user_id = m.user_id and n.question_id = m.question_id
           where m.id = ? and n.id > m.id and n.state in ('pending', 'downloading', 'stored') and n.review <> 'reject'"#,
        media_id
    )
    .fetch_one(pool)
    .await
}

/// Notes that a picture was asked for again, if it is still rejected and no newer picture has come than was seen. Whether the ask to this
/// openid stands, newly or from before.
pub(super) async fn note(
    c: &mut SqliteConnection,
    media_id: &str,
    asking: &Asking,
    message_id: &str,
    who: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "insert into media_asks (media_id, number, openid, message_id, asked_by, asked_at)
         select m.id, ?2, ?3, ?4, ?5, ?6 from media m where m.id = ?1 and m.review = 'reject' and ?7 is (
             select max(n.id) from media n
             where n.app_id = m.app_id and n.answer_title = m.answer_title and n.user_id = m.user_id and n.question_id = m.question_id
                 and n.id > m.id and n.state in ('pending', 'downloading', 'stored') and n.review <> 'reject'
         )
         on conflict (media_id, number) do nothing",
        media_id,
        asking.number,
        asking.openid,
        message_id,
        who,
        now,
        asking.newer
    )
    .execute(&mut *c)
    .await?;
    let kept = sqlx::query_scalar!("select openid from media_asks where media_id = ? and number = ?", media_id, asking.number);
    Ok(kept.fetch_optional(c).await?.as_ref() == Some(&asking.openid))
}
