//! SQL of the accounts.

use sqlx::SqlitePool;

use super::Account;
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

/// All accounts, oldest first.
pub async fn all(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select app_id, name, secret, original_id, api_base, token_mode, callback_token, aes_key, callback_mode, forward_callback,
            js_domains, h5_origins, sandbox, templates_synced_at, followers_synced_at, updated_at
         from accounts order by created_at, app_id"
    )
    .fetch_all(pool)
    .await
}
