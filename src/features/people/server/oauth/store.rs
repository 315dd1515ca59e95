//! SQL of tickets.

use sqlx::{SqliteConnection, SqlitePool};

use super::Visit;

/// Whether a ticket may still be redeemed, by its SHA-256; `None` where there is none such.
pub async fn standing(pool: &SqlitePool, hash: &[u8], now: i64) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(r#"select used_at is null and expires_at > ?2 as "good!: bool" from oauth_tickets where hash = ?1"#, hash, now)
        .fetch_optional(pool)
        .await
}

/// Keeps what a ticket stands for, and drops those that ended before `forget` (Unix milliseconds).
pub async fn keep(
    connection: &mut SqliteConnection,
    hash: &[u8],
    visit: &Visit,
    now: i64,
    expires_at: i64,
    forget: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from oauth_tickets where expires_at < ?", forget).execute(&mut *connection).await?;
    sqlx::query!(
        "insert into oauth_tickets (hash, app_id, openid, unionid, scope, snapshot, nickname, created_at, expires_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        hash,
        visit.app_id,
        visit.openid,
        visit.unionid,
        visit.scope,
        visit.is_snapshot_user,
        visit.nickname,
        now,
        expires_at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Uses a ticket up and gives what it stands for. `None` where it is used, old, unknown, or another account's than `app_id`.
pub async fn use_up(connection: &mut SqliteConnection, hash: &[u8], app_id: Option<&str>, now: i64) -> Result<Option<Visit>, sqlx::Error> {
    sqlx::query_as!(
        Visit,
        r#"update oauth_tickets set used_at = ?3
           where hash = ?1 and (?2 is null or app_id = ?2) and used_at is null and expires_at > ?3
           returning app_id, openid, unionid, scope, snapshot as "is_snapshot_user: bool", nickname"#,
        hash,
        app_id,
        now
    )
    .fetch_optional(connection)
    .await
}
