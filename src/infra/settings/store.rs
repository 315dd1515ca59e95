//! SQL of the table `settings`.

use sqlx::{SqliteConnection, SqlitePool};

/// The value of a name.
pub async fn get(pool: &SqlitePool, name: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select value from settings where name = ?", name).fetch_optional(pool).await
}

/// All names that start with `prefix` (which ends with `/`) and their values, by name.
pub async fn named(pool: &SqlitePool, prefix: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    // '0' is the character after '/'.
    let end = format!("{}0", prefix.trim_end_matches('/'));
    let rows = sqlx::query!("select name, value from settings where name >= ? and name < ? order by name limit 500", prefix, end)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
}

/// Sets a value.
pub async fn put(connection: &mut SqliteConnection, name: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value", name, value)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Takes a name away; whether it was there.
pub async fn remove(connection: &mut SqliteConnection, name: &str) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query!("delete from settings where name = ?", name).execute(connection).await?.rows_affected() > 0)
}
