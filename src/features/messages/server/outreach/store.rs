//! SQL of reaching people on behalf of another feature.

use sqlx::SqlitePool;

/// Which of these texts (a JSON list) are openids of people known to the account, whether they follow still or left.
pub(super) async fn known(pool: &SqlitePool, app_id: &str, texts: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select openid from followers where app_id = ? and openid in (select value from json_each(?))", app_id, texts)
        .fetch_all(pool)
        .await
}
