//! The day's quota of template messages, in WeChat's own words (`openapi/quota/get`, docs/wechat-api.md §4). Asked for when somebody is
//! about to send, and then kept for some minutes; memory only.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Messages;
use crate::{
    features::{accounts::server::Account, messages::model::Allowance},
    shared::time::{MINUTE, day_number},
};

/// The call whose quota it is.
const SEND: &str = "/cgi-bin/message/template/send";
/// How long an answer is good (milliseconds); a failure to get one, too.
const FRESH: i64 = 5 * MINUTE;
/// How long a page waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What WeChat last said, by account.
#[derive(Default)]
pub(super) struct Quotas(Mutex<HashMap<String, Asked>>);

#[derive(Clone, Copy)]
struct Asked {
    at: i64,
    /// The limit, what was used, and when that was said.
    told: Option<(i64, i64, i64)>,
}

impl Quotas {
    fn is_fresh(&self, app_id: &str, now: i64) -> bool {
        self.get(app_id).is_some_and(|asked| now - asked.at < FRESH)
    }

    fn get(&self, app_id: &str) -> Option<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(app_id).copied()
    }

    fn asking(&self, app_id: &str, now: i64) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = asked.get(app_id).and_then(|asked| asked.told);
        asked.insert(app_id.to_owned(), Asked { at: now, told });
    }

    fn told(&self, app_id: &str, limit: i64, used: i64, now: i64) {
        let asked = Asked { at: now, told: Some((limit, used, now)) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(app_id.to_owned(), asked);
    }

    /// Limit and use today; yesterday's use says nothing about today's.
    fn today(&self, app_id: &str, now: i64) -> Option<(i64, i64)> {
        let (limit, used, at) = self.get(app_id)?.told?;
        Some((limit, if day_number(at) == day_number(now) { used } else { 0 }))
    }
}

impl Messages {
    /// The day's quota of an account; asks WeChat where that was not done lately, and does without where it does not answer soon.
    ///
    /// # Errors
    /// The database.
    pub async fn allowance(&self, account: &Account) -> Result<Allowance, sqlx::Error> {
        let (app_id, now) = (account.app_id.as_str(), self.core.now());
        if !self.quotas.is_fresh(app_id, now) {
            self.quotas.asking(app_id, now);
            let ask = self.tokens.call(account, |client, token| async move { client.quota(&token, SEND).await });
            match tokio::time::timeout(PATIENCE, ask).await {
                Ok(Ok(quota)) => self.quotas.told(app_id, quota.daily_limit, quota.used, now),
                Ok(Err(error)) => tracing::info!(app_id, error = %error, "WeChat does not tell the quota"),
                Err(_) => tracing::info!(app_id, "WeChat does not tell the quota in time"),
            }
        }
        let sent = self.stats_today(app_id).await?.sent();
        Ok(Allowance::new(self.quotas.today(app_id, self.core.now()), sent))
    }

    /// Messages a day, as WeChat last told, or as is usual.
    pub fn quota(&self, app_id: &str) -> i64 {
        Allowance::new(self.quotas.today(app_id, self.core.now()), 0).limit
    }
}
