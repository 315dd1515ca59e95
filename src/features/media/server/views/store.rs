//! SQL of who had which original.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Key, Seen};
use crate::features::media::views::{Viewed, Way};

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
