//! SQL of counts.

use sqlx::SqlitePool;

use crate::features::messages::server::store::{Message, rows};

pub(super) struct Count {
    pub(super) state: String,
    pub(super) count: i64,
}

pub(super) async fn by_state(pool: &SqlitePool, app_id: &str, from: &str) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as!(
        Count,
        r#"select state, count(*) as "count!: i64" from messages indexed by messages_of_account where app_id = ? and id >= ? group by state"#,
        app_id,
        from
    )
    .fetch_all(pool)
    .await
}

pub(super) struct Day {
    pub(super) day: i64,
    pub(super) delivered: i64,
    pub(super) failed: i64,
}

/// Counts by China day; China is eight hours ahead of UTC.
pub(super) async fn by_day(pool: &SqlitePool, app_id: &str, from: &str) -> Result<Vec<Day>, sqlx::Error> {
    sqlx::query_as!(
        Day,
        r#"select (created_at + 28800000) / 86400000 as "day!: i64",
            sum(case when state = 'delivered' then 1 else 0 end) as "delivered!: i64",
            sum(case when state = 'failed' then 1 else 0 end) as "failed!: i64"
         from messages where app_id = ? and id >= ? group by 1 order by 1"#,
        app_id,
        from
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn latest(pool: &SqlitePool, app_id: &str, limit: i64) -> Result<Vec<Message>, sqlx::Error> {
    let found = rows!("where app_id = ? order by id desc limit ?", app_id, limit).fetch_all(pool).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(super) struct Cause {
    pub(super) reason: String,
    pub(super) errcode: Option<i64>,
    pub(super) errmsg: Option<String>,
    pub(super) count: i64,
}

pub(super) async fn failures(pool: &SqlitePool, app_id: &str, from: &str) -> Result<Vec<Cause>, sqlx::Error> {
    sqlx::query_as!(
        Cause,
        r#"select coalesce(reason, '') as "reason!: String", errcode, max(errmsg) as "errmsg: String", count(*) as "count!: i64"
         from messages indexed by messages_by_state where app_id = ? and state = 'failed' and id >= ? group by reason, errcode order by count(*) desc limit 20"#,
        app_id,
        from
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn unknown(pool: &SqlitePool, app_id: &str, from: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from messages indexed by messages_by_state where app_id = ? and state = 'unknown' and id >= ?"#,
        app_id,
        from
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn waiting(pool: &SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from (
            select 1 from messages where app_id = ? and state in ('queued', 'sending') limit 1000000)"#,
        app_id
    )
    .fetch_one(pool)
    .await
}
