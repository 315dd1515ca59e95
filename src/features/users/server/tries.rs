//! What the set-up page tries on the spot: the connection to WeChat, and a signature for a JS domain. How an account came out last is
//! remembered for a short while, so that the page shows it after the redirect; ticks still follow facts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;

use super::{Users, people::By};
use crate::{
    features::users::model::Tried,
    shared::{error::AppError, time::MINUTE},
};

/// A try says something for this long (milliseconds): the keeper of tokens asks again by itself within it.
const GOOD_FOR: i64 = 2 * MINUTE;

/// What can be tried. Accounts, tokens and signatures stand on higher floors, so the composition root plugs it in.
pub trait Tries: Send + Sync {
    /// Asks WeChat for a token of the account, and sets the keeper of tokens to work where that went well.
    fn connect<'a>(&'a self, app_id: &'a str, by: &'a By) -> BoxFuture<'a, Result<Tried, AppError>>;

    /// Adds a JS domain to those the account has, and waits for the first ticket. The refused field is called `js_domains`.
    fn add_domain<'a>(&'a self, app_id: &'a str, typed: &'a str, by: &'a By) -> BoxFuture<'a, Result<(), AppError>>;

    /// Whether pages of a JS domain are signed, out of memory.
    fn signature(&self, app_id: &str, domain: &str) -> Tried;
}

/// Where nothing is plugged in, as on the command line.
struct Nothing;

impl Tries for Nothing {
    fn connect<'a>(&'a self, _: &'a str, _: &'a By) -> BoxFuture<'a, Result<Tried, AppError>> {
        Box::pin(async { Err(AppError::not_found()) })
    }

    fn add_domain<'a>(&'a self, _: &'a str, _: &'a str, _: &'a By) -> BoxFuture<'a, Result<(), AppError>> {
        Box::pin(async { Err(AppError::not_found()) })
    }

    fn signature(&self, _: &str, _: &str) -> Tried {
        Tried::default()
    }
}

/// The tries and what came out of the last ones.
#[derive(Clone)]
pub(super) struct Trying {
    tries: Arc<dyn Tries>,
    last: Arc<Mutex<HashMap<String, (i64, Tried)>>>,
}

impl Default for Trying {
    fn default() -> Self {
        Self { tries: Arc::new(Nothing), last: Arc::default() }
    }
}

impl Trying {
    /// How the connection of an account came out, where it was tried just now.
    pub fn last(&self, app_id: &str, now: i64) -> Option<Tried> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(app_id).filter(|(at, _)| (0..GOOD_FOR).contains(&(now - at))).map(|(_, tried)| tried.clone())
    }

    /// Whether pages of each domain are signed.
    pub fn signatures(&self, app_id: &str, domains: &[String]) -> Vec<(String, Tried)> {
        domains.iter().map(|domain| (domain.clone(), self.tries.signature(app_id, domain))).collect()
    }
}

impl Users {
    /// The same with what the set-up page may try.
    pub fn trying(mut self, tries: Arc<dyn Tries>) -> Self {
        self.trying = Trying { tries, last: Arc::default() };
        self
    }

    /// Tries the connection of the first account, for the page of set-up.
    ///
    /// # Errors
    /// 404 without an account.
    pub async fn try_connection(&self, by: &By) -> Result<(), AppError> {
        let app_id = self.first_account()?;
        let tried = self.trying.tries.connect(&app_id, by).await?;
        self.trying.last.lock().unwrap_or_else(PoisonError::into_inner).insert(app_id, (self.core.now(), tried));
        Ok(())
    }

    /// Adds a JS domain to the first account, for the page of set-up.
    ///
    /// # Errors
    /// 404 without an account, 422 with the field `js_domains`.
    pub async fn add_domain(&self, typed: &str, by: &By) -> Result<(), AppError> {
        let app_id = self.first_account()?;
        self.trying.tries.add_domain(&app_id, typed, by).await
    }

    fn first_account(&self) -> Result<String, AppError> {
        self.accounts.accounts().into_iter().next().map(|account| account.app_id).ok_or_else(AppError::not_found)
    }
}
