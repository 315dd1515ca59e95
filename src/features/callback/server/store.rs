//! SQL of the pushes.

use sqlx::{SqliteConnection, SqlitePool};

/// A push as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The account.
    pub app_id: String,
    /// Its key, unique within the account.
    pub key: String,
    /// `Event`, or `MsgType` of what is none.
    pub kind: String,
    /// The sender.
    pub openid: Option<String>,
    /// The XML, decrypted.
    pub body: Vec<u8>,
    /// When it came (Unix milliseconds).
    pub received_at: i64,
}

/// Keeps a push. `None` if one with its key is there already.
pub async fn keep(connection: &mut SqliteConnection, push: &Kept) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into callback_events (app_id, dedupe_key, kind, openid, body, received_at) values (?, ?, ?, ?, ?, ?)
           on conflict (app_id, dedupe_key) do nothing returning id as "id!""#,
        push.app_id,
        push.key,
        push.kind,
        push.openid,
        push.body,
        push.received_at
    )
    .fetch_optional(connection)
    .await
}

/// The id of a kept push whose effect is still to be had.
pub async fn owed(connection: &mut SqliteConnection, app_id: &str, key: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("select id from callback_events where app_id = ? and dedupe_key = ? and handled_at is null", app_id, key)
        .fetch_optional(connection)
        .await
}

/// Notes that a push had its effect.
pub async fn handled(connection: &mut SqliteConnection, id: i64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update callback_events set handled_at = ? where id = ?", now, id).execute(connection).await.map(|_| ())
}

/// The next pushes after `after` whose effect is still to be had, oldest first.
pub async fn all_owed(pool: &SqlitePool, after: i64) -> Result<Vec<(i64, Kept)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", app_id, dedupe_key, kind, openid, body, received_at
           from callback_events where handled_at is null and id > ? order by id limit 100"#,
        after
    )
    .fetch_all(pool)
    .await?;
    let kept = rows.into_iter().map(|row| {
        let push = Kept {
            app_id: row.app_id,
            key: row.dedupe_key,
            kind: row.kind,
            openid: row.openid,
            body: row.body,
            received_at: row.received_at,
        };
        (row.id, push)
    });
    Ok(kept.collect())
}
