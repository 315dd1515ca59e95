//! The registry of accounts: read from the database, kept in memory with secrets opened, renewed when something changes.

mod asking;
mod change;
mod check;
mod forms;
pub mod http;
mod lock;
mod reseal;
mod rules;
pub mod store;
pub mod verify_files;
mod watch;

use std::sync::{Arc, RwLock};

use secrecy::{ExposeSecret, SecretString};
use sqlx::SqlitePool;

pub use self::{
    change::{By, add, keep_sandbox, set},
    check::{CALLBACK_SILENCES, check, connect},
    lock::{ensure_sending_unlocked, lock_in, sending_locked, unlock},
    reseal::{LostSecrets, reseal},
    rules::{Typed, js_domain},
};
use super::model::{CallbackMode, Face, TokenMode};
use crate::{
    infra::{Core, guard::ApiCaller, settings},
    jobs::{Bell, Crew},
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
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
    /// Whether the ticket that signs card coupons is kept.
    pub card_ticket: bool,
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

impl Account {
    /// Whether there is an AppSecret; a copy restored without its key has none.
    pub fn has_secret(&self) -> bool {
        !self.secret.expose_secret().is_empty()
    }

    fn face(&self, secret_at: Option<i64>) -> Face {
        Face {
            app_id: self.app_id.clone(),
            name: self.name.clone(),
            original_id: self.original_id.clone(),
            api_base: self.api_base.clone(),
            token_mode: self.token_mode,
            card_ticket: self.card_ticket,
            callback_mode: self.callback_mode,
            forward_callback: self.forward_callback.clone(),
            js_domains: self.js_domains.clone(),
            h5_origins: self.h5_origins.clone(),
            has_secret: self.has_secret(),
            secret_at,
            has_callback_token: self.callback_token.is_some(),
            has_aes_key: self.aes_key.is_some(),
            sandbox: self.sandbox,
        }
    }
}

/// Whether this data folder fits the way the server is started: real accounts and the simulator's never share one.
///
/// # Errors
/// A sentence for the operator.
pub async fn folder_fits(pool: &SqlitePool, sandbox: bool) -> anyhow::Result<()> {
    let kinds = store::kinds_of(pool).await?;
    anyhow::ensure!(
        !(sandbox && kinds.real > 0),
        "This data folder holds a real account, so it does not run with --sandbox. Leave --sandbox away, or choose another folder with --data."
    );
    anyhow::ensure!(
        sandbox || kinds.sandbox == 0,
        "This data folder belongs to the sandbox. Start with --sandbox (and the folder's name without -sandbox), or choose another folder with --data."
    );
    Ok(())
}

/// Whether there is no account at all.
///
/// # Errors
/// The database.
pub async fn is_empty(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    let kinds = store::kinds_of(pool).await?;
    Ok(kinds.real + kinds.sandbox == 0)
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

    /// Sets the worker to work that notices changes made beside the running server.
    pub fn hire(&self, crew: &Crew) {
        crew.hire(watch::Watch::new(self.clone()), Bell::default());
    }

    /// What they stand on.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// An account as its page shows it.
    ///
    /// # Errors
    /// 404 `unknown_account`, the database.
    pub async fn face(&self, app_id: &str) -> Result<Face, AppError> {
        let account = self.named(Some(app_id))?;
        let secret_at = settings::get(self.core.db.read(), &change::secret_at(app_id)).await?.and_then(|at| at.parse().ok());
        Ok(account.face(secret_at))
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
                _ => Err(account_required()),
            },
        }
    }

    /// As [`Accounts::named`], for a program whose key may be bound to one account.
    ///
    /// # Errors
    /// Those of [`Accounts::named`]; 403 `account_not_allowed` for any name but the key's own, whether there is such an account or not.
    pub fn for_caller(&self, caller: &ApiCaller, app_id: Option<&str>) -> Result<Arc<Account>, AppError> {
        match (&caller.account, app_id) {
            (Some(own), Some(other)) if own != other => Err(AppError::new(
                403,
                "account_not_allowed",
                Text::new("这个 API 密钥只能用于另一个公众号。", "This API key is bound to another account."),
            )),
            (Some(own), _) => self.named(Some(own)),
            (None, named) => self.named(named),
        }
    }

    /// The one account whose records a caller may be shown by id, where the key or the request names one.
    ///
    /// # Errors
    /// As [`Accounts::for_caller`]; naming none is fine, because an id says by itself what is meant.
    pub fn narrowed(&self, caller: &ApiCaller, app_id: Option<&str>) -> Result<Option<String>, AppError> {
        match app_id {
            Some(_) => self.for_caller(caller, app_id).map(|account| Some(account.app_id.clone())),
            None => Ok(caller.account.clone()),
        }
    }
}

fn account_required() -> AppError {
    let detail = Text::new("这里有多个公众号，请用 account 指明 AppID。", "Several accounts exist; name one by its AppID in account.");
    let mut error = AppError::new(422, "account_required", detail);
    error.fields = vec![FieldError::new("account", "missing", detail)];
    error
}
