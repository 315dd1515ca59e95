//! SQL of the page 设置.

use sqlx::SqlitePool;

use crate::features::settings::model::{Counts, Kept, MOST_COUNTED};

/// Rows of each kind, each counted to [`MOST_COUNTED`] + 1 at most.
pub(super) async fn counts(pool: &SqlitePool) -> Result<Counts, sqlx::Error> {
    let most = MOST_COUNTED + 1;
    sqlx::query_as!(
        Counts,
        r#"select
            (select count(*) from (select 1 from messages limit ?1)) as "messages!: i64",
            (select count(*) from (select 1 from media limit ?1)) as "media!: i64",
            (select count(*) from (select 1 from followers limit ?1)) as "followers!: i64",
            (select count(*) from (select 1 from callback_events limit ?1)) as "pushes!: i64",
            (select count(*) from (select 1 from audit limit ?1)) as "audit!: i64""#,
        most
    )
    .fetch_one(pool)
    .await
}

/// What the pictures of each account take and may take.
pub(super) async fn kept(pool: &SqlitePool) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as!(
        Kept,
        r#"select a.name as account, coalesce(k.bytes, 0) as "used!: i64", cast(s.value as integer) as "quota: i64"
           from accounts a left join media_kept_totals k on k.app_id = a.app_id
           left join settings s on s.name = 'media_quota/' || a.app_id order by a.created_at, a.app_id"#
    )
    .fetch_all(pool)
    .await
}

/// Number of the newest migration that was applied.
pub(super) async fn schema(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select coalesce(max(version), 0) as "version!: i64" from _sqlx_migrations"#).fetch_one(pool).await
}
