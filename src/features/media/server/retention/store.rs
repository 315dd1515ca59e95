//! SQL of the rules of keeping.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::media::retention::Rule;

/// The rules of an account, by title.
pub(super) async fn rules(pool: &SqlitePool, app_id: &str) -> Result<Vec<Rule>, sqlx::Error> {
    sqlx::query_as!(
        Rule,
        "select answer_title, days, set_by, set_at, ran_at from retention_rules where app_id = ? order by answer_title",
        app_id
    )
    .fetch_all(pool)
    .await
}

/// Sets the rule of a title.
pub(super) async fn put(c: &mut SqliteConnection, app_id: &str, title: &str, days: i64, by: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into retention_rules (app_id, answer_title, days, set_by, set_at) values (?, ?, ?, ?, ?)
         on conflict (app_id, answer_title) do update set days = excluded.days, set_by = excluded.set_by, set_at = excluded.set_at,
            ran_at = null",
        app_id,
        title,
        days,
        by,
        now
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Drops the rule of a title. Whether there was one.
pub(super) async fn remove(c: &mut SqliteConnection, app_id: &str, title: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from retention_rules where app_id = ? and answer_title = ?", app_id, title);
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// A rule that is to be carried out.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub app_id: String,
    pub answer_title: String,
    pub days: i64,
}

/// A rule that has not been carried out since `day_start`.
pub(super) async fn due(pool: &SqlitePool, day_start: i64) -> Result<Option<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        "select app_id, answer_title, days from retention_rules where ran_at is null or ran_at < ? order by app_id, answer_title limit 1",
        day_start
    )
    .fetch_optional(pool)
    .await
}

/// Ids of pictures of a title that are older than `high`, the oldest first. Spared ones are left out.
pub(super) async fn older(pool: &SqlitePool, app_id: &str, title: &str, high: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from media indexed by media_by_title where app_id = ? and answer_title = ? and id < ?
            and not exists (select 1 from media_spared where media_id = id) order by id limit ?",
        app_id,
        title,
        high,
        most
    )
    .fetch_all(pool)
    .await
}

/// The id of the newest of them.
pub(super) async fn newest(pool: &SqlitePool, app_id: &str, title: &str, high: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from media indexed by media_by_title where app_id = ? and answer_title = ? and id < ?
            and not exists (select 1 from media_spared where media_id = id) order by id desc limit 1",
        app_id,
        title,
        high
    )
    .fetch_optional(pool)
    .await
}

/// How many they are; counting stops at `most`.
pub(super) async fn count(pool: &SqlitePool, app_id: &str, title: &str, high: &str, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from (select 1 from media indexed by media_by_title where app_id = ? and answer_title = ? and id < ?
            and not exists (select 1 from media_spared where media_id = id) limit ?)",
        app_id,
        title,
        high,
        most
    )
    .fetch_one(pool)
    .await
}

/// Whether a rule still says what was read. Looked at in each unit, so that whoever changes or drops it is heard at once.
pub(super) async fn stands(c: &mut SqliteConnection, rule: &Due) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from retention_rules where app_id = ? and answer_title = ? and days = ?) as \"stands!: bool\"",
        rule.app_id,
        rule.answer_title,
        rule.days
    )
    .fetch_one(c)
    .await
}

/// Notes that a rule was carried out.
pub(super) async fn ran(c: &mut SqliteConnection, rule: &Due, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update retention_rules set ran_at = ? where app_id = ? and answer_title = ?", now, rule.app_id, rule.answer_title)
        .execute(c)
        .await
        .map(|_| ())
}

/// Keeps every rule's hands off a picture.
pub(in crate::features::media::server) async fn spare(c: &mut SqliteConnection, media_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into media_spared (media_id) values (?) on conflict do nothing", media_id).execute(c).await.map(|_| ())
}
