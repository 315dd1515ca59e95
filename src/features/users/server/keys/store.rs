//! SQL of the API keys.

use sqlx::{SqliteConnection, SqlitePool};

/// A key as kept; the key itself is nowhere.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub hash: Vec<u8>,
    pub scopes: String,
    pub app_id: Option<String>,
    pub addresses: String,
    pub owner_id: Option<String>,
    pub owner: Option<String>,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub calls: i64,
    pub calls_day: i64,
    pub daily_messages: Option<i64>,
    pub messages: i64,
    pub messages_day: i64,
    pub daily_calls: Option<i64>,
    pub relayed: i64,
    pub relayed_day: i64,
    pub rotated_at: Option<i64>,
    pub old_hash: Option<Vec<u8>>,
    pub old_prefix: Option<String>,
    pub old_until: Option<i64>,
    pub old_last_used_at: Option<i64>,
}

/// A new secret in place of the present one.
#[derive(Clone, Debug)]
pub(super) struct Rotated {
    pub id: String,
    pub hash: [u8; 32],
    pub prefix: String,
    pub now: i64,
    pub old_until: i64,
    pub expires_at: Option<i64>,
}

/// A key to be kept.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub hash: [u8; 32],
    pub scopes: String,
    pub app_id: Option<String>,
    pub addresses: String,
    pub owner_id: Option<String>,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub daily_messages: Option<i64>,
    pub daily_calls: Option<i64>,
}

pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select k.id, k.name, k.prefix, k.hash, k.scopes, k.app_id, k.addresses, k.owner_id, u.name as \"owner?\", k.created_at,
            k.expires_at, k.revoked_at, k.last_used_at, k.calls, k.calls_day, k.daily_messages, k.messages,
            k.messages_day, k.daily_calls, k.relayed, k.relayed_day, k.rotated_at, k.old_hash, k.old_prefix, k.old_until, k.old_last_used_at
         from api_keys k left join users u on u.id = k.owner_id
         order by k.id desc"
    )
    .fetch_all(pool)
    .await
}

/// Keeps a key; `false` when a living one has its name.
pub(super) async fn add(connection: &mut SqliteConnection, new: &New) -> Result<bool, sqlx::Error> {
    let hash = new.hash.as_slice();
    sqlx::query!(
        "insert into api_keys (id, name, prefix, hash, scopes, app_id, addresses, owner_id, created_at, expires_at,
            daily_messages, daily_calls)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (name) where revoked_at is null do nothing",
        new.id,
        new.name,
        new.prefix,
        hash,
        new.scopes,
        new.app_id,
        new.addresses,
        new.owner_id,
        new.created_at,
        new.expires_at,
        new.daily_messages,
        new.daily_calls
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Takes a key back; `false` when it was already.
pub(super) async fn revoke(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    sqlx::query!("update api_keys set revoked_at = ? where id = ? and revoked_at is null", now, id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Puts a new secret in the place of the present one, which becomes the old one; `false` where there is an old one still, or the key
/// opens nothing any more.
pub(super) async fn rotate(connection: &mut SqliteConnection, new: &Rotated) -> Result<bool, sqlx::Error> {
    let hash = new.hash.as_slice();
    sqlx::query!(
        "update api_keys set old_hash = hash, old_prefix = prefix, old_until = ?1, old_last_used_at = last_used_at,
            hash = ?2, prefix = ?3, last_used_at = null, rotated_at = ?4, expires_at = ?5
         where id = ?6 and revoked_at is null and (expires_at is null or expires_at > ?4) and (old_until is null or old_until <= ?4)",
        new.old_until,
        hash,
        new.prefix,
        new.now,
        new.expires_at,
        new.id
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Ends the old secret; `false` where none is good any more.
pub(super) async fn end_old(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    sqlx::query!("update api_keys set old_until = ?1 where id = ?2 and revoked_at is null and old_until > ?1", now, id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Adds to the calls of a day (China's); a new day begins at nought. `last`: of the present secret and of the one before, where used.
pub(super) async fn count(
    connection: &mut SqliteConnection,
    id: &str,
    calls: i64,
    day: i64,
    last: (Option<i64>, Option<i64>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update api_keys set calls = case when calls_day = ?1 then calls + ?2 else ?2 end, calls_day = ?1,
            last_used_at = coalesce(?3, last_used_at), old_last_used_at = coalesce(?4, old_last_used_at)
         where id = ?5",
        day,
        calls,
        last.0,
        last.1,
        id
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes down how many calls of a key were handed on, on a day (China's).
pub(super) async fn relayed(connection: &mut SqliteConnection, id: &str, day: i64, calls: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update api_keys set relayed = ?, relayed_day = ? where id = ?", calls, day, id).execute(connection).await.map(|_| ())
}

/// Counts messages of a key on a day (China's), if they do not go over its limit; `false` when they would, or when there is no such key.
pub(super) async fn spend(connection: &mut SqliteConnection, id: &str, messages: i64, day: i64) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "update api_keys set messages = case when messages_day = ?1 then messages + ?2 else ?2 end, messages_day = ?1
         where id = ?3 and (daily_messages is null or case when messages_day = ?1 then messages + ?2 else ?2 end <= daily_messages)",
        day,
        messages,
        id
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// The limit of a key, and what it has sent on a day.
pub(super) async fn spent(connection: &mut SqliteConnection, id: &str, day: i64) -> Result<(Option<i64>, i64), sqlx::Error> {
    let row =
        sqlx::query!("select daily_messages, messages, messages_day from api_keys where id = ?", id).fetch_optional(connection).await?;
    Ok(row.map_or((None, 0), |row| (row.daily_messages, if row.messages_day == day { row.messages } else { 0 })))
}
