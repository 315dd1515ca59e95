//! What people's keys and the set-up page know of accounts, plugged in here because accounts stand on a higher floor.

use crate::features::{
    accounts::server::Accounts,
    users::server::{AccountBook, KnownAccount},
};

impl AccountBook for Accounts {
    fn accounts(&self) -> Vec<KnownAccount> {
        let known = |account: &std::sync::Arc<crate::features::accounts::server::Account>| KnownAccount {
            app_id: account.app_id.clone(),
            sandbox: account.sandbox,
            js_domains: account.js_domains.clone(),
        };
        self.all().iter().map(known).collect()
    }
}
