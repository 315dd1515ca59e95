//! SQL of fetching: what is taken, put off, given up, stored. Every update says from which state on it holds.

use sqlx::{SqliteConnection, SqlitePool};

use super::reasons::Why;
use crate::{
    features::media::model::{Kind, State},
    shared::time::MINUTE,
};

/// How long before WeChat forgets a picture it is asked for once more, wherever the ladder stands (milliseconds).
const LAST_TRY: i64 = 10 * MINUTE;

/// Makes a failed or waiting picture due now. Whether there was one.
pub(super) async fn again(c: &mut SqliteConnection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update media set state = 'pending', doubts = 0, next_attempt_at = ?, errcode = null, errmsg = null, reason = null
         where id = ? and state in ('failed', 'pending')",
        now,
        id
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Takes a due picture for fetching: counted, and leased until `lease`. Whether it was still as `attempts` says.
pub(super) async fn claim(c: &mut SqliteConnection, id: &str, attempts: i64, now: i64, lease: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update media set state = 'downloading', attempts = attempts + 1, next_attempt_at = ?
         where id = ? and attempts = ? and state in ('pending', 'downloading') and next_attempt_at <= ?",
        lease,
        id,
        attempts,
        now
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Leaves all pictures of an account that are due until `next`, without having fetched them; what ends before that is tried once more shortly
/// before its end, as in [`unmade`].
pub(super) async fn postpone(c: &mut SqliteConnection, app_id: &str, now: i64, next: i64, why: &Why) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "update media set state = 'pending', reason = ?4, errcode = ?5, errmsg = ?6,
            next_attempt_at = iif(?3 > expires_at - ?7 and ?2 < expires_at - ?7, expires_at - ?7, min(?3, expires_at))
         where app_id = ?1 and state in ('pending', 'downloading') and next_attempt_at <= ?2",
        app_id,
        now,
        next,
        why.reason,
        why.errcode,
        why.errmsg,
        LAST_TRY
    );
    done.execute(c).await.map(|_| ())
}

/// Writes why the pictures that are due are not fetched now; they stay due.
pub(super) async fn explain_due(c: &mut SqliteConnection, now: i64, why: &Why) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "update media set state = 'pending', reason = ?, errcode = null, errmsg = null
         where state in ('pending', 'downloading') and next_attempt_at <= ? and reason is not ?",
        why.reason,
        now,
        why.reason
    );
    done.execute(c).await.map(|_| ())
}

/// Makes the pictures of an account due now that waited for one reason.
pub(super) async fn resume(c: &mut SqliteConnection, app_id: &str, reason: &str, now: i64) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "update media set next_attempt_at = min(next_attempt_at, ?) where app_id = ? and state = 'pending' and reason = ?",
        now,
        app_id,
        reason
    );
    done.execute(c).await.map(|_| ())
}

/// How a fetch ended without success.
pub(super) struct Unmade {
    /// Which fetch it was, from 1.
    pub attempt: i64,
    /// Whether what came was no whole picture.
    pub doubtful: bool,
    /// Pending, failed or expired.
    pub state: State,
    /// When it is due again, if pending (Unix milliseconds).
    pub next: i64,
    pub kind: Option<Kind>,
    pub why: Why,
    /// Where a video lies that could not be fetched.
    pub link: Option<String>,
    /// Unix milliseconds.
    pub now: i64,
}

/// Writes how a fetch ended without success.
pub(super) async fn unmade(c: &mut SqliteConnection, id: &str, ended: &Unmade) -> Result<bool, sqlx::Error> {
    let (state, kind, doubts) = (ended.state.word(), ended.kind.map(Kind::word), i64::from(ended.doubtful));
    let done = sqlx::query!(
        "update media set state = ?1, kind = coalesce(?5, kind), doubts = doubts + ?6, reason = ?7, errcode = ?8, errmsg = ?9,
            next_attempt_at = iif(?2 > expires_at - ?4 and ?3 < expires_at - ?4, expires_at - ?4, min(?2, expires_at))
         where id = ?10 and attempts = ?11 and state = 'downloading'",
        state,
        ended.next,
        ended.now,
        LAST_TRY,
        kind,
        doubts,
        ended.why.reason,
        ended.why.errcode,
        ended.why.errmsg,
        id,
        ended.attempt
    );
    let written = done.execute(&mut *c).await?.rows_affected() == 1;
    if let Some(url) = ended.link.as_deref().filter(|_| written) {
        let keep = sqlx::query!(
            "insert into media_links (media_id, url, at) values (?, ?, ?) on conflict (media_id) do update set url = excluded.url, at = excluded.at",
            id,
            url,
            ended.now
        );
        keep.execute(c).await?;
    }
    Ok(written)
}

/// Where a video lies that could not be fetched.
pub(super) async fn link(pool: &SqlitePool, id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select url from media_links where media_id = ?", id).fetch_optional(pool).await
}

/// Writes that WeChat no longer keeps what is due and over; whose ids those are.
pub(super) async fn expire_due(c: &mut SqliteConnection, now: i64) -> Result<Vec<String>, sqlx::Error> {
    let ended = sqlx::query_scalar!(
        "update media set state = 'expired', reason = 'media_expired'
         where state in ('pending', 'downloading') and next_attempt_at <= ?1 and expires_at <= ?1 returning id",
        now
    );
    ended.fetch_all(c).await
}

/// Writes that the `attempts`-th fetch brought the picture.
pub(super) async fn stored(
    c: &mut SqliteConnection,
    id: &str,
    attempts: i64,
    kind: Kind,
    file_name: Option<&str>,
    sha256: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let (kind, sha256) = (kind.word(), hex::decode(sha256).unwrap_or_default());
    let done = sqlx::query!(
        "update media set state = 'stored', kind = ?, file_name = ?, sha256 = ?, stored_at = ?, errcode = null, errmsg = null, reason = null
         where id = ? and attempts = ? and state = 'downloading'",
        kind,
        file_name,
        sha256,
        now,
        id,
        attempts
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Makes everything that a dead process was fetching due now.
pub(super) async fn take_back(c: &mut SqliteConnection, now: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("update media set state = 'pending', next_attempt_at = ? where state = 'downloading'", now);
    Ok(done.execute(c).await?.rows_affected())
}
