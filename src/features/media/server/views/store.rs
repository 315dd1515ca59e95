//! SQL of who had which original.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Key, Seen};
use crate::features::media::{
    views::{Viewed, Way},
    views_by::{Had, Spot},
};

/// Adds to the line of a picture, day, person and way, unless the picture is gone for good.
pub(super) async fn add(c: &mut SqliteConnection, key: &Key, seen: &Seen) -> Result<(), sqlx::Error> {
    let way = key.way.word();
    let done = sqlx::query!(
        "insert into media_views (media_id, day, actor, way, times, first_at, last_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7
         where exists (select 1 from media where id = ?1) or exists (select 1 from media_bin where id = ?1)
         on conflict (media_id, day, actor, way) do update set times = times + excluded.times, last_at = max(last_at, excluded.last_at)",
        key.media_id,
        key.day,
        key.actor,
        way,
        seen.times,
        seen.first_at,
        seen.last_at
    );
    done.execute(c).await.map(|_| ())
}

struct Row {
    actor: String,
    way: String,
    times: i64,
    last_at: i64,
}

/// Who had a picture, the last first.
pub(super) async fn of(pool: &SqlitePool, media_id: &str, most: i64) -> Result<Vec<Viewed>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select actor, way, times, last_at from media_views where media_id = ? order by day desc, last_at desc limit ?",
        media_id,
        most
    );
    let read = |row: Row| Some(Viewed { actor: row.actor, way: Way::parse(&row.way)?, times: row.times, last_at: row.last_at });
    Ok(rows.fetch_all(pool).await?.into_iter().filter_map(read).collect())
}

struct HadRow {
    media_id: String,
    day: i64,
    actor: String,
    way: String,
    times: i64,
    first_at: i64,
    last_at: i64,
    user_id: String,
    answer_title: String,
    question_id: String,
    here: bool,
}

impl HadRow {
    fn read(self) -> Option<Had> {
        let way = Way::parse(&self.way)?;
        let Self { media_id, day, actor, times, first_at, last_at, user_id, answer_title, question_id, here, .. } = self;
        Some(Had { media_id, day, actor, way, times, first_at, last_at, user_id, answer_title, question_id, here })
    }
}

/// What somebody had of an account's pictures before a place, the last day first.
pub(super) async fn of_viewer(pool: &SqlitePool, app_id: &str, actor: &str, before: &Spot, most: i64) -> Result<Vec<Had>, sqlx::Error> {
    let rows = sqlx::query_as!(
        HadRow,
        r#"select v.media_id, v.day, v.actor, v.way, v.times, v.first_at, v.last_at,
            coalesce(m.user_id, b.user_id) as "user_id!: String", coalesce(m.answer_title, b.answer_title) as "answer_title!: String",
            coalesce(m.question_id, b.question_id) as "question_id!: String", m.id is not null as "here!: bool"
         from media_views v left join media m on m.id = v.media_id left join media_bin b on b.id = v.media_id
         where v.actor = ?1 and (v.day, v.media_id, v.way) < (?2, ?3, ?4) and coalesce(m.app_id, b.app_id) = ?5
         order by v.day desc, v.media_id desc, v.way desc limit ?6"#,
        actor,
        before.day,
        before.media_id,
        before.way,
        app_id,
        most
    );
    Ok(rows.fetch_all(pool).await?.into_iter().filter_map(HadRow::read).collect())
}

/// Who had the originals of a sender before a place, the last day first.
pub(super) async fn of_sender(pool: &SqlitePool, app_id: &str, user_id: &str, before: &Spot, most: i64) -> Result<Vec<Had>, sqlx::Error> {
    let rows = sqlx::query_as!(
        HadRow,
        r#"select v.media_id, v.day, v.actor, v.way, v.times, v.first_at, v.last_at, p.user_id as "user_id!: String",
            p.answer_title as "answer_title!: String", p.question_id as "question_id!: String", p.here as "here!: bool"
         from (select id, user_id, answer_title, question_id, 1 as here from media where app_id = ?1 and user_id = ?2
               union all select id, user_id, answer_title, question_id, 0 from media_bin where app_id = ?1 and user_id = ?2) p
         join media_views v on v.media_id = p.id
         where (v.day, v.media_id, v.way, v.actor) < (?3, ?4, ?5, ?6)
         order by v.day desc, v.media_id desc, v.way desc, v.actor desc limit ?7"#,
        app_id,
        user_id,
        before.day,
        before.media_id,
        before.way,
        before.actor,
        most
    );
    Ok(rows.fetch_all(pool).await?.into_iter().filter_map(HadRow::read).collect())
}

/// Everybody who stands in a line: looked up one after the other in the index, not found among all lines.
pub(super) async fn viewers(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with recursive found(actor) as (
            select min(actor) from media_views
            union all select (select min(v.actor) from media_views v where v.actor > f.actor) from found f where f.actor is not null
         ) select actor as "actor!: String" from found where actor is not null"#
    )
    .fetch_all(pool)
    .await
}

/// Forgets some lines of days before `day`. How many they were.
pub(super) async fn sweep(c: &mut SqliteConnection, day: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "delete from media_views where (media_id, day, actor, way) in (
            select media_id, day, actor, way from media_views indexed by media_views_by_day where day < ? limit 500)",
        day
    );
    Ok(done.execute(c).await?.rows_affected())
}

/// Forgets who had a picture that goes for good.
pub(in crate::features::media::server) async fn forget(c: &mut SqliteConnection, media_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_views where media_id = ?", media_id).execute(c).await.map(|_| ())
}
