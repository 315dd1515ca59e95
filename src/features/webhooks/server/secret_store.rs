//! SQL of endpoints' secrets.

use sqlx::{SqliteConnection, SqlitePool};

/// An endpoint with its sealed secret.
pub(super) struct Sealed {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) secret: Vec<u8>,
}

/// Every endpoint of every account.
pub(super) async fn all(c: &mut SqliteConnection) -> Result<Vec<Sealed>, sqlx::Error> {
    sqlx::query_as!(Sealed, "select id, app_id, url, description, secret from webhook_endpoints order by app_id, id").fetch_all(c).await
}

/// Sealed secrets before the present one that have not ended, the newest first.
pub(super) async fn still_signing(pool: &SqlitePool, id: &str, now: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select secret from webhook_old_secrets where endpoint_id = ? and until > ? order by until desc", id, now)
        .fetch_all(pool)
        .await
}

/// Puts a secret in the place of the present one.
pub(super) async fn put(c: &mut SqliteConnection, id: &str, secret: &[u8], now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update webhook_endpoints set secret = ?, updated_at = ? where id = ?", secret, now, id).execute(c).await.map(|_| ())
}

/// Keeps a secret that was replaced.
pub(super) async fn keep(c: &mut SqliteConnection, id: &str, secret: &[u8], until: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into webhook_old_secrets (endpoint_id, secret, until) values (?, ?, ?)", id, secret, until)
        .execute(c)
        .await
        .map(|_| ())
}

/// Removes the old secrets that end by `until`; how many.
pub(super) async fn end(c: &mut SqliteConnection, id: &str, until: i64) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!("delete from webhook_old_secrets where endpoint_id = ? and until <= ?", id, until);
    Ok(gone.execute(c).await?.rows_affected())
}
