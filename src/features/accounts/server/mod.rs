//! The registry of accounts: read from the database, kept in memory with secrets opened, renewed when something changes.

pub mod store;

use std::sync::{Arc, RwLock};

use secrecy::SecretString;

use super::model::{CallbackMode, TokenMode};
use crate::{
    infra::{Core, guard::ApiCaller},
    shared::{error::AppError, lang::Text},
};

/// An official account with its secrets, in memory only.
#[derive(Debug)]
pub struct Account {
    /// AppID.
    pub app_id: String,
    /// Name given by the operator.
    pub name: String,
    /// AppSecret.
    pub secret: SecretString,
    /// `gh_…` id that pushes are addressed to.
    pub original_id: Option<String>,
    /// Where the platform answers; `https://api.weixin.qq.com` but for tests and the sandbox.
    pub api_base: String,
    /// How the access token is fetched.
    pub token_mode: TokenMode,
    /// Token of the callback.
    pub callback_token: Option<SecretString>,
    /// EncodingAESKey of the callback.
    pub aes_key: Option<SecretString>,
    /// How pushes are protected.
    pub callback_mode: CallbackMode,
    /// Another program that gets every push as it came.
    pub forward_callback: Option<String>,
    /// JS 接口安全域名: hosts in lower case, after IDNA.
    pub js_domains: Vec<String>,
    /// Origins of H5 pages that may call us from the browser.
    pub h5_origins: Vec<String>,
    /// Whether this is the simulator's account.
    pub sandbox: bool,
    /// When templates were last synchronised (Unix milliseconds).
    pub templates_synced_at: Option<i64>,
    /// When followers were last synchronised (Unix milliseconds).
    pub followers_synced_at: Option<i64>,
    /// When anything about it last changed (Unix milliseconds).
    pub updated_at: i64,
}

/// All accounts, in memory. Cheap to clone; readers never wait for the database.
#[derive(Clone)]
pub struct Accounts {
    core: Core,
    all: Arc<RwLock<Arc<Vec<Arc<Account>>>>>,
}

impl Accounts {
    /// Reads all accounts.
    pub async fn open(core: Core) -> anyhow::Result<Self> {
        let accounts = Self { core, all: Arc::default() };
        accounts.reload().await?;
        Ok(accounts)
    }

    /// Reads all accounts again.
    ///
    /// # Errors
    /// The database, or a secret that this master key does not open.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let rows = store::all(self.core.db.read()).await?;
        let accounts: Result<Vec<_>, _> = rows.into_iter().map(|row| row.open(&self.core.vault).map(Arc::new)).collect();
        *self.all.write().unwrap_or_else(|broken| broken.into_inner()) = Arc::new(accounts?);
        Ok(())
    }

    /// All accounts, oldest first.
    pub fn all(&self) -> Arc<Vec<Arc<Account>>> {
        self.all.read().unwrap_or_else(|broken| broken.into_inner()).clone()
    }

    /// One account by AppID.
    pub fn get(&self, app_id: &str) -> Option<Arc<Account>> {
        self.all().iter().find(|account| account.app_id == app_id).cloned()
    }

    /// The account a caller means: the named one, or the only one there is.
    ///
    /// # Errors
    /// 404 `unknown_account`, 422 `account_required` where several exist and none was named.
    pub fn named(&self, app_id: Option<&str>) -> Result<Arc<Account>, AppError> {
        let unknown = || AppError::new(404, "unknown_account", Text::new("没有这个公众号。", "There is no such account."));
        match app_id {
            Some(app_id) => self.get(app_id).ok_or_else(unknown),
            None => match self.all().as_slice() {
                [only] => Ok(only.clone()),
                [] => Err(unknown()),
                _ => Err(AppError::new(
                    422,
                    "account_required",
                    Text::new("这里有多个公众号，请用 account 指明 AppID。", "Several accounts exist; name one by its AppID in account."),
                )),
            },
        }
    }

    /// As [`Accounts::named`], for a program whose key may be bound to one account. A foreign account is as unknown as a missing one.
    pub fn for_caller(&self, caller: &ApiCaller, app_id: Option<&str>) -> Result<Arc<Account>, AppError> {
        match (&caller.account, app_id) {
            (Some(own), None) => self.named(Some(own)),
            (Some(own), Some(other)) if own != other => {
                Err(AppError::new(404, "unknown_account", Text::new("没有这个公众号。", "There is no such account.")))
            }
            (_, named) => self.named(named),
        }
    }
}
