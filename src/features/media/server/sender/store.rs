//! SQL of one sender as a whole.

use sqlx::{SqliteConnection, SqlitePool};

use super::super::bin;

/// How many pictures a sender has, here and in the bin; counting stops at `most`.
pub(super) async fn count(pool: &SqlitePool, app_id: &str, user_id: &str, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from (select 1 from media where app_id = ?1 and user_id = ?2
            union all select 1 from media_bin where app_id = ?1 and user_id = ?2 limit ?3)",
        app_id,
        user_id,
        most
    )
    .fetch_one(pool)
    .await
}

/// Other names of a person, as the lists of people have them: openids of a user_id and user_ids of an openid.
pub(super) async fn other_names(pool: &SqlitePool, app_id: &str, id: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select name as \"name!: String\" from (
            select openid as name from media_rosters where app_id = ?1 and user_id = ?2 and openid is not null
            union select user_id from media_rosters where app_id = ?1 and openid = ?2)
         where name <> ?2 order by name limit ?3",
        app_id,
        id,
        most
    )
    .fetch_all(pool)
    .await
}

/// Removes all pictures of a sender for good, here and in the bin, and lets their contents go. How many they were.
pub(super) async fn erase(c: &mut SqliteConnection, app_id: &str, user_id: &str) -> Result<u64, sqlx::Error> {
    let contents = sqlx::query_scalar!(
        "select sha256 as \"sha256!: Vec<u8>\" from (
            select sha256 from media where app_id = ?1 and user_id = ?2
            union select sha256 from media_bin where app_id = ?1 and user_id = ?2) where sha256 is not null",
        app_id,
        user_id
    );
    let contents = contents.fetch_all(&mut *c).await?;
    sqlx::query!(
        "delete from media_views where media_id in (select id from media where app_id = ?1 and user_id = ?2
            union all select id from media_bin where app_id = ?1 and user_id = ?2)",
        app_id,
        user_id
    )
    .execute(&mut *c)
    .await?;
    let here = sqlx::query!("delete from media where app_id = ? and user_id = ?", app_id, user_id).execute(&mut *c).await?;
    let binned = sqlx::query!("delete from media_bin where app_id = ? and user_id = ?", app_id, user_id).execute(&mut *c).await?;
    for sha256 in contents {
        bin::store::let_go(c, &sha256).await?;
    }
    Ok(here.rows_affected() + binned.rows_affected())
}

/// Takes a person off all lists of people, and their openid out of what was asked; `name` stands in its place.
pub(super) async fn forget(c: &mut SqliteConnection, app_id: &str, id: &str, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_rosters where app_id = ?1 and (user_id = ?2 or openid = ?2)", app_id, id).execute(&mut *c).await?;
    sqlx::query!(
        "update media_asks set openid = ?3 where openid = ?2 and media_id in (select id from media where app_id = ?1)",
        app_id,
        id,
        name
    )
    .execute(&mut *c)
    .await?;
    // As they stand inside JSON: whole texts, never parts of them.
    let [old, new] = [id, name].map(|text| serde_json::Value::from(text).to_string());
    sqlx::query!("update media_bin set asks = replace(asks, ?2, ?3) where app_id = ?1 and instr(asks, ?2) > 0", app_id, old, new)
        .execute(c)
        .await
        .map(|_| ())
}
