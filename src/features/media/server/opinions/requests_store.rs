//! SQL of second opinions that were asked for.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::media::requested::Request;

macro_rules! requests {
    ($where:literal, $($arg:expr),+) => {
        sqlx::query_as!(
            Request,
            "select q.media_id as picture, m.user_id, m.answer_title, m.question_id, coalesce(c.thumb, 0) as \"thumb!: bool\", q.note,
                q.asked_by as \"by\", q.asked_at as at
             from opinion_requests q join media m on m.id = q.media_id left join contents c on c.sha256 = m.sha256 where " + $where,
            $($arg),+
        )
    };
}

/// What was asked for about a picture.
pub(super) async fn of(pool: &SqlitePool, media_id: &str) -> Result<Option<Request>, sqlx::Error> {
    requests!("q.media_id = ?", media_id).fetch_optional(pool).await
}

/// What was asked for about these pictures (a JSON list of ids).
pub(super) async fn among(pool: &SqlitePool, ids: &str) -> Result<Vec<Request>, sqlx::Error> {
    requests!("q.media_id in (select value from json_each(?))", ids).fetch_all(pool).await
}

/// What was asked for about pictures older than one, the newest pictures first.
pub(super) async fn list(pool: &SqlitePool, app_id: &str, before: &str, limit: i64) -> Result<Vec<Request>, sqlx::Error> {
    requests!("q.app_id = ? and q.media_id < ? order by q.media_id desc limit ?", app_id, before, limit).fetch_all(pool).await
}

/// How many wait for somebody: judged by somebody else and asked for by somebody else. Counting stops at `most`.
pub(super) async fn count(pool: &SqlitePool, app_id: &str, who: &str, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from (select 1 from opinion_requests q join media m on m.id = q.media_id
         where q.app_id = ?1 and q.asked_by <> ?2 and m.state = 'stored' and m.review <> 'none' and m.reviewer <> ?2 limit ?3)",
        app_id,
        who,
        most
    )
    .fetch_one(pool)
    .await
}

/// The newest of these pictures that is older than one and was asked about at `since` or later.
pub(super) async fn next(pool: &SqlitePool, app_id: &str, before: &str, since: i64, who: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select q.media_id from opinion_requests q join media m on m.id = q.media_id
         where q.app_id = ?1 and q.media_id < ?2 and q.asked_at >= ?3 and q.asked_by <> ?4
            and m.state = 'stored' and m.review <> 'none' and m.reviewer <> ?4
         order by q.media_id desc limit 1",
        app_id,
        before,
        since,
        who
    )
    .fetch_optional(pool)
    .await
}

/// Asks for a second opinion on a judgement, given its moment. Whether the picture still stands so and nobody has asked before.
pub(super) async fn put(c: &mut SqliteConnection, request: &Request, first_at: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into opinion_requests (media_id, app_id, note, asked_by, asked_at)
         select id, app_id, ?, ?, ? from media where id = ? and state = 'stored' and review <> 'none' and reviewed_at = ?
         on conflict (media_id) do nothing",
        request.note,
        request.by,
        request.at,
        request.picture,
        first_at
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Takes a request back. Whether there was one.
pub(super) async fn withdraw(c: &mut SqliteConnection, media_id: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from opinion_requests where media_id = ?", media_id);
    Ok(done.execute(c).await?.rows_affected() == 1)
}
