//! SQL of the bin: in, out again, for good, and what lies on disk for nobody.

use std::collections::HashMap;

use sqlx::{SqliteConnection, SqlitePool};

use super::super::{store::Row, views};
use crate::features::media::{bin::Binned, model::Picture};

/// Moves a picture into the bin with all that hangs on it. Whether it was there. A download under way ends without effect.
pub(in crate::features::media::server) async fn put_in(
    c: &mut SqliteConnection,
    id: &str,
    by: &str,
    now: i64,
    purge_at: i64,
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query!(
        "insert into media_bin (id, app_id, media_id, user_id, answer_title, question_id, state, kind, file_name, sha256, attempts, doubts,
            next_attempt_at, errcode, errmsg, reason, actor, created_at, stored_at, expires_at, review, review_reason, review_comment,
            reviewer, reviewed_at, reviews, asks, answered, deleted_by, deleted_at, purge_at)
         select id, app_id, media_id, user_id, answer_title, question_id, iif(state = 'downloading', 'pending', state), kind, file_name,
            sha256, attempts, doubts, next_attempt_at, errcode, errmsg, reason, actor, created_at, stored_at, expires_at, review,
            review_reason, review_comment, reviewer, reviewed_at,
            (select json_group_array(json_object('id', r.id, 'verdict', r.verdict, 'reason', r.reason, 'comment', r.comment,
                'reviewer', r.reviewer, 'at', r.at, 'undone_at', r.undone_at, 'act', r.act)) from reviews r where r.media_id = m.id),
            (select json_group_array(json_object('number', a.number, 'openid', a.openid, 'message_id', a.message_id,
                'asked_by', a.asked_by, 'asked_at', a.asked_at, 'replaced_by', a.replaced_by, 'replaced_at', a.replaced_at,
                'taken_back_at', a.taken_back_at))
                from media_asks a where a.media_id = m.id),
            (select json_group_array(json_object('media_id', a.media_id, 'number', a.number)) from media_asks a where a.replaced_by = m.id),
            ?2, ?3, ?4
         from media m where m.id = ?1",
        id,
        by,
        now,
        purge_at
    );
    if moved.execute(&mut *c).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from media where id = ?", id).execute(c).await.map(|_| true)
}

/// Puts a picture back where it was, with all that hung on it. Whether it still lay there.
pub(super) async fn take_out(c: &mut SqliteConnection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let back = sqlx::query!(
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, kind, file_name, sha256, attempts, doubts,
            next_attempt_at, errcode, errmsg, reason, actor, created_at, stored_at, expires_at, review, review_reason, review_comment,
            reviewer, reviewed_at)
         select id, app_id, media_id, user_id, answer_title, question_id, state, kind, file_name, sha256, attempts, doubts,
            next_attempt_at, errcode, errmsg, reason, actor, created_at, stored_at, expires_at, review, review_reason, review_comment,
            reviewer, reviewed_at
         from media_bin where id = ? and purge_at > ?",
        id,
        now
    );
    if back.execute(&mut *c).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into reviews (id, media_id, app_id, verdict, reason, comment, reviewer, at, undone_at, act)
         select r.value ->> 'id', b.id, b.app_id, r.value ->> 'verdict', r.value ->> 'reason', r.value ->> 'comment',
            r.value ->> 'reviewer', r.value ->> 'at', r.value ->> 'undone_at', r.value ->> 'act'
         from media_bin b, json_each(b.reviews) r where b.id = ?",
        id
    )
    .execute(&mut *c)
    .await?;
    sqlx::query!(
        "insert into media_asks (media_id, number, openid, message_id, asked_by, asked_at, replaced_by, replaced_at, taken_back_at)
         select b.id, a.value ->> 'number', a.value ->> 'openid', a.value ->> 'message_id', a.value ->> 'asked_by', a.value ->> 'asked_at',
            (select n.id from media n where n.id = a.value ->> 'replaced_by'), a.value ->> 'replaced_at',
            coalesce(a.value ->> 'taken_back_at',
                (select g.settled_at from messages g where g.id = a.value ->> 'message_id' and g.state = 'cancelled'))
         from media_bin b, json_each(b.asks) a where b.id = ?",
        id
    )
    .execute(&mut *c)
    .await?;
    catch_up(c, id).await?;
    sqlx::query!("delete from media_bin where id = ?", id).execute(c).await.map(|_| true)
}

/// Ties the asks together again: those this picture answered, and those of its own that another picture answered meanwhile.
async fn catch_up(c: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update media_asks set replaced_by = ?1 where replaced_by is null and replaced_at is not null and (media_id, number) in (
            select a.value ->> 'media_id', a.value ->> 'number' from media_bin b, json_each(b.answered) a where b.id = ?1)",
        id
    )
    .execute(&mut *c)
    .await?;
    sqlx::query!(
        "update media_asks set (replaced_by, replaced_at) = (
            select n.id, n.created_at from media m join media n on n.app_id = m.app_id and n.answer_title = m.answer_title
                and n.user_id = m.user_id and n.question_id = m.question_id and n.id <> m.id
            where m.id = media_asks.media_id and n.created_at >= media_asks.asked_at order by n.id limit 1)
         where media_id = ? and replaced_at is null and taken_back_at is null",
        id
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// How many pictures of an account lie in the bin and can be restored.
pub(super) async fn count(pool: &SqlitePool, app_id: &str, now: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) from media_bin where app_id = ? and purge_at > ?", app_id, now).fetch_one(pool).await
}

/// Makes some of what an account deleted until `moment` due to go for good. How many they were.
pub(super) async fn hasten(c: &mut SqliteConnection, app_id: &str, moment: i64, now: i64, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update media_bin set purge_at = ?1 where id in (
            select id from media_bin where app_id = ?2 and deleted_at <= ?3 and purge_at > ?1 limit ?4)",
        now,
        app_id,
        moment,
        most
    );
    Ok(done.execute(c).await?.rows_affected())
}

/// Which pictures are to go for good by now, those longest due first.
pub(super) async fn due(pool: &SqlitePool, now: i64, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select id from media_bin where purge_at <= ? order by purge_at, id limit ?", now, most).fetch_all(pool).await
}

/// Removes a row for good that is due by now, and lets its content go.
pub(in crate::features::media::server) async fn purge(c: &mut SqliteConnection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query_scalar!("delete from media_bin where id = ? and purge_at <= ? returning sha256", id, now);
    let Some(sha256) = gone.fetch_optional(&mut *c).await? else { return Ok(false) };
    views::store::forget(c, id).await?;
    if let Some(sha256) = sha256 {
        let_go(c, &sha256).await?;
    }
    Ok(true)
}

/// Strikes a content off that no picture has any more, here or in the bin, and writes down that its bytes are to go.
pub(in crate::features::media::server) async fn let_go(c: &mut SqliteConnection, sha256: &[u8]) -> Result<(), sqlx::Error> {
    let struck = sqlx::query!(
        "delete from contents where sha256 = ?1 and not exists (select 1 from media where sha256 = ?1)
            and not exists (select 1 from media_bin where sha256 = ?1)",
        sha256
    );
    if struck.execute(&mut *c).await?.rows_affected() == 1 {
        sqlx::query!("insert into contents_leaving (sha256) values (?) on conflict do nothing", sha256).execute(c).await?;
    }
    Ok(())
}

/// Contents whose bytes are to go.
pub(super) async fn leaving(pool: &SqlitePool, most: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select sha256 from contents_leaving limit ?", most).fetch_all(pool).await
}

/// Whether a content is still (or again) somebody's.
pub(super) async fn wanted(c: &mut SqliteConnection, sha256: &[u8]) -> Result<bool, sqlx::Error> {
    let known = sqlx::query_scalar!("select exists (select 1 from contents where sha256 = ?) as \"known!: bool\"", sha256);
    known.fetch_one(c).await
}

/// Writes down that the bytes of a content are gone, or stay.
pub(super) async fn left(c: &mut SqliteConnection, sha256: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from contents_leaving where sha256 = ?", sha256).execute(c).await.map(|_| ())
}

macro_rules! binned {
    ($where:literal, $($arg:expr),+) => {
        sqlx::query_as!(
            Row,
            "select m.id, m.app_id, m.media_id, m.user_id, m.answer_title, m.question_id, m.state, m.kind, m.file_name, m.sha256, m.attempts,
                m.doubts, m.next_attempt_at, m.errcode, m.errmsg, m.reason, m.created_at, m.stored_at, m.expires_at,
                c.bytes as \"bytes?\", c.content_type as \"content_type?\", c.width, c.height, c.thumb as \"thumb?\",
                m.review, m.review_reason, m.review_comment, m.reviewer, m.reviewed_at
             from media_bin m left join contents c on c.sha256 = m.sha256 where " + $where,
            $($arg),+
        )
    };
}

struct Deletion {
    id: String,
    deleted_by: String,
    deleted_at: i64,
    purge_at: i64,
    asked: bool,
    apart: bool,
}

macro_rules! deletion {
    ($where:literal, $($arg:expr),+) => {
        sqlx::query_as!(
            Deletion,
            "select m.id, m.deleted_by, m.deleted_at, m.purge_at,
                exists (select 1 from opinion_requests q where q.media_id = m.id) as \"asked!: bool\",
                exists (select 1 from second_opinions o where o.media_id = m.id and o.apart = 1) as \"apart!: bool\"
             from media_bin m where " + $where,
            $($arg),+
        )
    };
}

fn with(row: Row, deletion: Deletion) -> Binned {
    let picture = Picture { deleted_at: Some(deletion.deleted_at), ..Picture::from(row) };
    let Deletion { deleted_by, deleted_at, purge_at, asked, apart, .. } = deletion;
    Binned { picture, by: deleted_by, deleted_at, purge_at, asked, apart }
}

/// A picture in the bin by our id.
pub(super) async fn get(pool: &SqlitePool, id: &str) -> Result<Option<Binned>, sqlx::Error> {
    let row = binned!("m.id = ?", id).fetch_optional(pool).await?;
    // Taken out between the two looks, it lies there no more.
    let deletion = deletion!("m.id = ?", id).fetch_optional(pool).await?;
    Ok(row.zip(deletion).map(|(row, deletion)| with(row, deletion)))
}

/// A picture in the bin by WeChat's id.
pub(in crate::features::media::server) async fn by_media_id(
    c: &mut SqliteConnection,
    app_id: &str,
    media_id: &str,
) -> Result<Option<Picture>, sqlx::Error> {
    let row = binned!("m.app_id = ? and m.media_id = ?", app_id, media_id).fetch_optional(&mut *c).await?;
    let deletion = deletion!("m.app_id = ? and m.media_id = ?", app_id, media_id).fetch_optional(c).await?;
    Ok(row.zip(deletion).map(|(row, deletion)| with(row, deletion).picture))
}

/// Pictures in the bin before a place, those deleted last first.
pub(super) async fn page(pool: &SqlitePool, app_id: &str, (at, id): (i64, &str), limit: i64) -> Result<Vec<Binned>, sqlx::Error> {
    let rows = binned!(
        "m.app_id = ?1 and m.deleted_at <= ?2 and (m.deleted_at < ?2 or m.id < ?3) order by m.deleted_at desc, m.id desc limit ?4",
        app_id,
        at,
        id,
        limit
    );
    let deletions = deletion!(
        "m.app_id = ?1 and m.deleted_at <= ?2 and (m.deleted_at < ?2 or m.id < ?3) order by m.deleted_at desc, m.id desc limit ?4",
        app_id,
        at,
        id,
        limit
    );
    let rows = rows.fetch_all(pool).await?;
    let mut known: HashMap<String, Deletion> = deletions.fetch_all(pool).await?.into_iter().map(|one| (one.id.clone(), one)).collect();
    Ok(rows.into_iter().filter_map(|row| known.remove(&row.id).map(|deletion| with(row, deletion))).collect())
}

/// What somebody deleted last since a moment: when, and how many pictures of that lie there.
pub(in crate::features::media::server) async fn last_together(
    pool: &SqlitePool,
    app_id: &str,
    by: &str,
    since: i64,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let found = sqlx::query!(
        "select deleted_at as at, count(*) as \"count!: i64\" from media_bin where app_id = ?1 and deleted_by = ?2 and deleted_at = (
            select deleted_at from media_bin where app_id = ?1 and deleted_by = ?2 and deleted_at >= ?3 order by deleted_at desc limit 1)
         group by deleted_at",
        app_id,
        by,
        since
    );
    Ok(found.fetch_optional(pool).await?.map(|found| (found.at, found.count)))
}

/// Those of these pictures (a JSON list of ids) that lie in the bin, the newest first.
pub(in crate::features::media::server) async fn among(pool: &SqlitePool, ids: &str) -> Result<Vec<Picture>, sqlx::Error> {
    let rows = binned!("m.id in (select value from json_each(?)) order by m.id desc", ids).fetch_all(pool).await?;
    Ok(rows.into_iter().map(Picture::from).collect())
}

/// Pictures of a sender that lie in the bin, the newest first.
pub(in crate::features::media::server) async fn of_user(
    pool: &SqlitePool,
    app_id: &str,
    user_id: &str,
    most: i64,
) -> Result<Vec<Picture>, sqlx::Error> {
    let rows = binned!("m.app_id = ? and m.user_id = ? order by m.id desc limit ?", app_id, user_id, most).fetch_all(pool).await?;
    Ok(rows.into_iter().map(Picture::from).collect())
}
