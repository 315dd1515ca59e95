//! SQL of backups.

use std::{collections::BTreeMap, path::Path};

use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::infra::db;

/// Tables whose rows a backup counts. `settings` and `sessions` change by themselves and prove nothing.
const COUNTED: [&str; 13] = [
    "accounts",
    "users",
    "api_keys",
    "audit",
    "templates",
    "drafts",
    "batches",
    "messages",
    "receipts",
    "callback_events",
    "followers",
    "contents",
    "media",
];

/// Writes the database as it is at one moment into `copy`, an empty file. The server may go on writing.
pub(super) async fn copy(database: &Path, copy: &Path) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(&db::options(database)).await?;
    // No statement that `query!` could check: it cannot be prepared inside a transaction.
    sqlx::query("vacuum into ?").bind(copy.to_string_lossy().as_ref()).execute(&mut connection).await?;
    connection.close().await
}

/// Opens a copy that nobody writes to, without leaving files beside it.
pub(super) async fn open(copy: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(copy).read_only(true).immutable(true).pragma("trusted_schema", "off");
    SqliteConnection::connect_with(&options).await
}

/// Number of the newest migration.
pub(super) async fn schema(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select coalesce(max(version), 0) as "version!: i64" from _sqlx_migrations"#).fetch_one(connection).await
}

/// Rows of each table.
pub(super) async fn counts(connection: &mut SqliteConnection) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut counts = BTreeMap::new();
    for table in COUNTED {
        // The names are the list's above; an older database may lack one.
        let row = sqlx::query(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&mut *connection).await;
        if let Ok(row) = row {
            counts.insert(table.to_owned(), row.try_get(0)?);
        }
    }
    Ok(counts)
}

/// Every picture: its SHA-256 in hex, and whether it has a thumbnail.
pub(super) async fn contents(connection: &mut SqliteConnection) -> Result<Vec<(String, bool)>, sqlx::Error> {
    let rows = sqlx::query!(r#"select lower(hex(sha256)) as "sha256!: String", thumb as "thumb!: bool" from contents order by sha256"#)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.sha256, row.thumb)).collect())
}

/// What SQLite finds wrong with the file; nothing where it is whole.
pub(super) async fn damage(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    // Pragmas are no statements that `query!` could check.
    let lines: Vec<String> = sqlx::query_scalar("pragma integrity_check(10)").fetch_all(&mut *connection).await?;
    let mut found: Vec<_> = lines.into_iter().filter(|line| line != "ok").collect();
    let orphans = sqlx::query("pragma foreign_key_check").fetch_all(&mut *connection).await?;
    if !orphans.is_empty() {
        found.push(format!("{} rows point at rows that are not there", orphans.len()));
    }
    Ok(found)
}

/// Forgets all tokens and tickets: a copy fetches its own.
pub(super) async fn forget_tokens(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from tokens").execute(connection).await.map(|_| ())
}
