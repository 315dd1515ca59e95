//! What WeChat still allows: asked of WeChat itself, at most once a minute; and the counts set back, rarely.

mod forms;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::join_all;

pub(super) use forms::routes;

use super::Tokens;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        tokens::quota_model::{Allowed, CALLS, QuotaView, Unsaid},
    },
    infra::settings,
    shared::{
        error::AppError,
        lang::Said,
        time::{DAY, MINUTE},
    },
    wechat::{self, codes},
};

/// Questions under way at once.
const AT_ONCE: usize = 4;
/// How far back resets are counted.
const MONTH: i64 = 30 * DAY;

type Lines = Vec<Result<Allowed, Unsaid>>;

/// Asks WeChat about quotas. Cheap to clone.
#[derive(Clone)]
pub(super) struct Quotas {
    tokens: Tokens,
    known: Arc<Mutex<HashMap<String, (i64, Lines)>>>,
}

impl Quotas {
    /// Nothing asked yet.
    pub fn new(tokens: Tokens) -> Self {
        Self { tokens, known: Arc::default() }
    }

    /// What WeChat allows the account, at most a minute old.
    ///
    /// # Errors
    /// The database.
    async fn view(&self, account: &Account) -> Result<QuotaView, sqlx::Error> {
        let now = self.tokens.core.now();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&account.app_id).cloned();
        let (asked_at, told) = match known.filter(|(at, _)| (0..MINUTE).contains(&(now - at))) {
            Some(known) => known,
            None => {
                let mut told = Lines::new();
                for some in CALLS.chunks(AT_ONCE) {
                    let mut asked = Vec::new();
                    for (path, _) in some {
                        asked.push(self.ask(account, path));
                    }
                    told.extend(join_all(asked).await);
                }
                self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(account.app_id.clone(), (now, told.clone()));
                (now, told)
            }
        };
        let lines = CALLS.into_iter().zip(told).map(|((path, meaning), told)| (path, meaning, told)).collect();
        Ok(QuotaView { lines, asked_at, cleared: self.cleared(&account.app_id).await?.len() })
    }

    async fn ask(&self, account: &Account, path: &'static str) -> Result<Allowed, Unsaid> {
        let told = self.tokens.call(account, |client, token| async move { client.quota(&token, path).await }).await;
        told.map(|quota| Allowed { limit: quota.daily_limit, used: quota.used, left: quota.remain }).map_err(|error| unsaid(&error))
    }

    /// When the counts were set back from here within the month (Unix milliseconds).
    async fn cleared(&self, app_id: &str) -> Result<Vec<i64>, sqlx::Error> {
        let since = self.tokens.core.now() - MONTH;
        let kept = settings::get(self.tokens.core.db.read(), &name(app_id)).await?;
        let mut times: Vec<i64> = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        times.retain(|at| *at > since);
        Ok(times)
    }

    /// Has WeChat set the counts of all calls back.
    ///
    /// # Errors
    /// WeChat's refusal, 48006 where it was done too often; the database.
    async fn clear(&self, account: &Account, actor: Actor, address: String) -> Result<(), AppError> {
        let app_id = account.app_id.as_str();
        let outcome = self.tokens.call(account, |client, token| async move { client.clear_quota(&token, app_id).await }).await;
        let now = self.tokens.core.now();
        let mut times = self.cleared(app_id).await?;
        if outcome.is_ok() {
            times.push(now);
        }
        let errcode = outcome.as_ref().err().and_then(wechat::Error::errcode);
        let detail = serde_json::json!({"ok": outcome.is_ok(), "errcode": errcode}).to_string();
        let act = Act::new(actor, "quota.cleared", format!("account:{app_id}")).from_address(address).detail(detail);
        let (name, times) = (name(app_id), serde_json::json!(times).to_string());
        let written = self.tokens.core.db.write(move |connection| {
            Box::pin(async move {
                settings::put(&mut *connection, &name, &times).await?;
                record_in(connection, now, &act).await
            })
        });
        written.await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(app_id);
        outcome.map_err(AppError::from)
    }
}

fn name(app_id: &str) -> String {
    format!("quota_cleared/{app_id}")
}

fn unsaid(error: &wechat::Error) -> Unsaid {
    match error {
        wechat::Error::Platform { errcode, errmsg, .. } => {
            let said = Said::new(codes::reason(*errcode, errmsg, true), codes::reason(*errcode, errmsg, false));
            Unsaid { errcode: Some(*errcode), said }
        }
        other => Unsaid { errcode: None, said: AppError::from(other.clone()).detail.clone() },
    }
}
