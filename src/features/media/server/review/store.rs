//! SQL of judgements.

use sqlx::{SqliteConnection, SqlitePool};

/// A judgement as it is kept; `verdict` is `none`, `pass` or `reject`.
#[derive(Clone, Debug)]
pub(in crate::features::media::server) struct Line {
    pub id: i64,
    pub media_id: String,
    pub verdict: String,
    pub reason: Option<String>,
    pub comment: Option<String>,
    pub reviewer: String,
    pub at: i64,
    /// The act that it was a part of.
    pub act: Option<String>,
}

/// Sets where a stored picture stands. `seen` is the moment of the judgement its reviewer knew of (0 for none), if that matters. Whether
/// the picture was still so.
pub(in crate::features::media::server) async fn set(c: &mut SqliteConnection, line: &Line, seen: Option<i64>) -> Result<bool, sqlx::Error> {
    let judged = line.verdict != "none";
    let (reviewer, at) = (judged.then_some(&line.reviewer), judged.then_some(line.at));
    let done = sqlx::query!(
        "update media set review = ?, review_reason = ?, review_comment = ?, reviewer = ?, reviewed_at = ?
         where id = ? and state = 'stored' and (?7 is null or coalesce(reviewed_at, 0) = ?7)",
        line.verdict,
        line.reason,
        line.comment,
        reviewer,
        at,
        line.media_id,
        seen
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Writes a judgement down.
pub(in crate::features::media::server) async fn note(c: &mut SqliteConnection, app_id: &str, line: &Line) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "insert into reviews (media_id, app_id, verdict, reason, comment, reviewer, at, act) values (?, ?, ?, ?, ?, ?, ?, ?)",
        line.media_id,
        app_id,
        line.verdict,
        line.reason,
        line.comment,
        line.reviewer,
        line.at,
        line.act
    );
    done.execute(c).await.map(|_| ())
}

/// A reviewer's last judgement since `from` that was not undone.
pub(super) async fn last_by<'c>(
    c: impl sqlx::SqliteExecutor<'c>,
    app_id: &str,
    reviewer: &str,
    from: i64,
) -> Result<Option<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, media_id, verdict, reason, comment, reviewer, at, act from reviews
         where app_id = ? and reviewer = ? and at >= ? and undone_at is null order by at desc, id desc limit 1",
        app_id,
        reviewer,
        from
    )
    .fetch_optional(c)
    .await
}

/// The last judgement of a picture that was not undone.
pub(super) async fn last_of(c: &mut SqliteConnection, media_id: &str) -> Result<Option<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, media_id, verdict, reason, comment, reviewer, at, act from reviews
         where media_id = ? and undone_at is null order by id desc limit 1",
        media_id
    )
    .fetch_optional(c)
    .await
}

/// Judgements of an act that were not undone, after one of them.
pub(super) async fn of_act(pool: &SqlitePool, act: &str, after: i64, most: i64) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, media_id, verdict, reason, comment, reviewer, at, act from reviews
         where act = ? and undone_at is null and id > ? order by id limit ?",
        act,
        after,
        most
    )
    .fetch_all(pool)
    .await
}

/// How many judgements of an act were not undone.
pub(in crate::features::media::server) async fn count_act(pool: &SqlitePool, act: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) from reviews where act = ? and undone_at is null", act).fetch_one(pool).await
}

/// Marks a judgement as undone.
pub(super) async fn undone(c: &mut SqliteConnection, id: i64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update reviews set undone_at = ? where id = ?", now, id).execute(c).await.map(|_| ())
}

/// How many pictures a reviewer has judged since `from`.
pub(super) async fn count_by(pool: &SqlitePool, app_id: &str, reviewer: &str, from: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from reviews where app_id = ? and reviewer = ? and at >= ? and undone_at is null and verdict <> 'none'",
        app_id,
        reviewer,
        from
    )
    .fetch_one(pool)
    .await
}

/// How many stored pictures of an account wait to be judged; counting stops at `most`.
pub(super) async fn waiting(pool: &SqlitePool, app_id: &str, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from (select 1 from media indexed by media_unreviewed
         where app_id = ? and state = 'stored' and review = 'none' limit ?)",
        app_id,
        most
    )
    .fetch_one(pool)
    .await
}

/// A picture on somebody's desk.
pub(super) struct Lease {
    pub media_id: String,
    pub reviewer: String,
}

/// What lies on other people's desks.
pub(super) async fn leases<'c>(
    c: impl sqlx::SqliteExecutor<'c>,
    app_id: &str,
    reviewer: &str,
    now: i64,
) -> Result<Vec<Lease>, sqlx::Error> {
    sqlx::query_as!(
        Lease,
        "select media_id, reviewer from review_leases where app_id = ? and reviewer <> ? and until > ?",
        app_id,
        reviewer,
        now
    )
    .fetch_all(c)
    .await
}

/// Clears a reviewer's desk, and every desk that was left.
pub(super) async fn clear_desk(c: &mut SqliteConnection, app_id: &str, reviewer: &str, now: i64) -> Result<(), sqlx::Error> {
    let done = sqlx::query!("delete from review_leases where app_id = ? and (reviewer = ? or until <= ?)", app_id, reviewer, now);
    done.execute(c).await.map(|_| ())
}

/// Lays a picture on a reviewer's desk. Whether it was on nobody else's.
pub(super) async fn lease(c: &mut SqliteConnection, app_id: &str, lease: &Lease, until: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into review_leases (media_id, app_id, reviewer, until) values (?, ?, ?, ?) on conflict (media_id) do nothing",
        lease.media_id,
        app_id,
        lease.reviewer,
        until
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}
