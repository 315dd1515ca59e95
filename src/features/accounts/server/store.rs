//! SQL of the accounts.

use sqlx::{SqliteConnection, SqlitePool};

use super::{
    Account,
    rules::{Plain, Present},
};
use crate::{
    features::accounts::model::{CallbackMode, TokenMode},
    infra::secrets::{Unsealable, Vault},
};

/// A row with its secrets sealed.
#[derive(Clone, Debug)]
pub struct Row {
    app_id: String,
    name: String,
    secret: Vec<u8>,
    original_id: Option<String>,
    api_base: String,
    token_mode: String,
    card_ticket: i64,
    callback_token: Option<Vec<u8>>,
    aes_key: Option<Vec<u8>>,
    callback_mode: String,
    forward_callback: Option<String>,
    js_domains: String,
    h5_origins: String,
    sandbox: i64,
    templates_synced_at: Option<i64>,
    followers_synced_at: Option<i64>,
    updated_at: i64,
}

impl Row {
    /// The account with its secrets opened.
    pub fn open(self, vault: &Vault) -> Result<Account, Unsealable> {
        let sealed = |field: &str, value: &[u8]| vault.open_sealed(&identity(&self.app_id, field), value);
        Ok(Account {
            secret: sealed("secret", &self.secret)?,
            callback_token: self.callback_token.as_deref().map(|value| sealed("callback_token", value)).transpose()?,
            aes_key: self.aes_key.as_deref().map(|value| sealed("aes_key", value)).transpose()?,
            card_ticket: self.card_ticket != 0,
            original_id: self.original_id,
            api_base: self.api_base,
            token_mode: TokenMode::parse(&self.token_mode).unwrap_or_default(),
            callback_mode: CallbackMode::parse(&self.callback_mode).unwrap_or_default(),
            forward_callback: self.forward_callback,
            js_domains: serde_json::from_str(&self.js_domains).unwrap_or_default(),
            h5_origins: serde_json::from_str(&self.h5_origins).unwrap_or_default(),
            sandbox: self.sandbox != 0,
            templates_synced_at: self.templates_synced_at,
            followers_synced_at: self.followers_synced_at,
            updated_at: self.updated_at,
            app_id: self.app_id,
            name: self.name,
        })
    }
}

/// What a sealed field of an account is bound to.
pub fn identity(app_id: &str, field: &str) -> String {
    format!("accounts/{app_id}/{field}")
}

/// Secrets of an account, sealed.
pub(super) struct Sealed {
    pub app_id: String,
    pub name: String,
    pub secret: Vec<u8>,
    pub callback_token: Option<Vec<u8>>,
    pub aes_key: Option<Vec<u8>>,
}

/// The sealed secrets of all accounts, seen from inside a write.
pub(super) async fn sealed(connection: &mut SqliteConnection) -> Result<Vec<Sealed>, sqlx::Error> {
    sqlx::query_as!(Sealed, "select app_id, name, secret, callback_token, aes_key from accounts order by created_at, app_id")
        .fetch_all(connection)
        .await
}

/// All accounts, oldest first.
pub async fn all(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select app_id, name, secret, original_id, api_base, token_mode, card_ticket, callback_token, aes_key, callback_mode,
            forward_callback, js_domains, h5_origins, sandbox, templates_synced_at, followers_synced_at, updated_at
         from accounts order by created_at, app_id"
    )
    .fetch_all(pool)
    .await
}

/// What a folder holds.
pub(super) struct Kinds {
    /// Accounts of the real platform.
    pub real: i64,
    /// Accounts of the simulator.
    pub sandbox: i64,
}

/// How many accounts of each kind there are, seen from inside a write.
pub(super) async fn kinds(connection: &mut SqliteConnection) -> Result<Kinds, sqlx::Error> {
    sqlx::query_as!(
        Kinds,
        r#"select coalesce(sum(1 - sandbox), 0) as "real!: i64", coalesce(sum(sandbox), 0) as "sandbox!: i64" from accounts"#
    )
    .fetch_one(connection)
    .await
}

/// How many accounts of each kind there are.
pub(super) async fn kinds_of(pool: &SqlitePool) -> Result<Kinds, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    kinds(&mut connection).await
}

/// Where the simulator's first account finds its platform.
pub(super) async fn sandbox_base(connection: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select api_base from accounts where sandbox = 1 order by created_at, app_id limit 1")
        .fetch_optional(connection)
        .await
}

/// What there is to change of an account.
pub(super) async fn present(connection: &mut SqliteConnection, app_id: &str) -> Result<Option<Present>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select name, original_id, api_base, token_mode, card_ticket, aes_key is not null as "has_aes_key!: bool", callback_mode,
            forward_callback, js_domains, h5_origins
         from accounts where app_id = ?"#,
        app_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Present {
        has_aes_key: row.has_aes_key,
        plain: Plain {
            name: row.name,
            api_base: row.api_base,
            js_domains: serde_json::from_str(&row.js_domains).unwrap_or_default(),
            h5_origins: serde_json::from_str(&row.h5_origins).unwrap_or_default(),
            callback_mode: CallbackMode::parse(&row.callback_mode).unwrap_or_default(),
            original_id: row.original_id,
            forward_callback: row.forward_callback,
            token_mode: TokenMode::parse(&row.token_mode).unwrap_or_default(),
            card_ticket: row.card_ticket != 0,
        },
    }))
}

/// Adds an account with its AppSecret; everything else comes with [`change`].
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    app_id: &str,
    secret: &[u8],
    sandbox: bool,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into accounts (app_id, name, secret, api_base, sandbox, created_at, updated_at) values (?, '', ?, '', ?, ?, ?)",
        app_id,
        secret,
        sandbox,
        now,
        now
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes everything but secrets.
pub(super) async fn change(connection: &mut SqliteConnection, app_id: &str, plain: &Plain, now: i64) -> Result<(), sqlx::Error> {
    let (token_mode, callback_mode) = (plain.token_mode.word(), plain.callback_mode.word());
    let list = |entries: &[String]| serde_json::Value::from(entries.to_vec()).to_string();
    let (js_domains, h5_origins) = (list(&plain.js_domains), list(&plain.h5_origins));
    sqlx::query!(
        "update accounts set name = ?, original_id = ?, api_base = ?, token_mode = ?, card_ticket = ?, callback_mode = ?,
            forward_callback = ?, js_domains = ?, h5_origins = ?, updated_at = ?
         where app_id = ?",
        plain.name,
        plain.original_id,
        plain.api_base,
        token_mode,
        plain.card_ticket,
        callback_mode,
        plain.forward_callback,
        js_domains,
        h5_origins,
        now,
        app_id
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes the AppSecret.
pub(super) async fn put_secret(connection: &mut SqliteConnection, app_id: &str, sealed: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set secret = ? where app_id = ?", sealed, app_id).execute(connection).await.map(|_| ())
}

/// Writes or takes away the callback token.
pub(super) async fn put_callback_token(connection: &mut SqliteConnection, app_id: &str, sealed: Option<&[u8]>) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set callback_token = ? where app_id = ?", sealed, app_id).execute(connection).await.map(|_| ())
}

/// Writes or takes away the EncodingAESKey.
pub(super) async fn put_aes_key(connection: &mut SqliteConnection, app_id: &str, sealed: Option<&[u8]>) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set aes_key = ? where app_id = ?", sealed, app_id).execute(connection).await.map(|_| ())
}

/// The number that moves with every change the command line may make.
pub(super) async fn revision(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select cast(value as integer) as "revision!: i64" from settings where name = 'revision'"#).fetch_one(pool).await
}
