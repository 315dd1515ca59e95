//! Use cases: who follows, who came and left, the list brought up to date, a code turned into an openid.

pub mod forms;
pub mod http;
pub mod oauth;
pub mod qr;
mod rest;
mod store;
mod sync;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use sqlx::SqliteConnection;

use super::model::{Counts, Follower, Sync, Tag, Wanted};
use crate::{
    features::{
        accounts::server::{Account, Accounts},
        tokens::server::Tokens,
    },
    infra::{Core, limits::Limiter},
    jobs::Crew,
    shared::{
        error::AppError,
        list::Listed,
        time::{DAY, SECOND, day_number, day_start},
    },
    wechat::{self, OauthGrant},
};

/// How long counted numbers hold (milliseconds): counting walks through all followers of an account.
const COUNTED_FOR: i64 = 30 * SECOND;
/// How long visits by web authorization stay on a person's line of time.
const VISITS_KEPT: i64 = 365 * DAY;

/// Followers and openids of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct People {
    core: Core,
    accounts: Accounts,
    tokens: Tokens,
    crew: Crew,
    known: Arc<Mutex<HashMap<String, Known>>>,
    turns: oauth::Turns,
    visits: Arc<Limiter<IpAddr>>,
}

/// What is remembered about an account between requests.
#[derive(Clone, Default)]
struct Known {
    counts: Option<(i64, Counts)>,
    tags: Option<(i64, Vec<Tag>)>,
    sync: Option<Sync>,
    rest: Option<rest::Rest>,
}

/// A follower as demo data gives it.
#[derive(Clone, Debug)]
pub struct SeedFollower {
    /// The person.
    pub openid: String,
    /// Whether the person follows still.
    pub following: bool,
    /// Name.
    pub nickname: String,
    /// The operator's remark.
    pub remark: String,
    /// Ids of the tags.
    pub tags: Vec<i64>,
    /// When the person came (Unix milliseconds).
    pub followed_at: i64,
    /// When the person left (Unix milliseconds).
    pub unfollowed_at: Option<i64>,
}

impl People {
    /// Opens the feature; synchronisations run beside the workers of `crew`.
    pub fn open(core: Core, accounts: Accounts, tokens: Tokens, crew: Crew) -> Self {
        Self { core, accounts, tokens, crew, known: Arc::default(), turns: oauth::Turns::default(), visits: Arc::new(oauth::limiter()) }
    }

    /// One follower, or somebody who was one.
    pub async fn follower(&self, app_id: &str, openid: &str) -> Result<Option<Follower>, sqlx::Error> {
        store::one(self.core.db.read(), app_id, openid).await
    }

    /// One page of followers, newest first.
    pub async fn list(&self, app_id: &str, wanted: &Wanted, limit: usize) -> Result<Listed<Follower>, sqlx::Error> {
        store::list(self.core.db.read(), app_id, wanted, limit).await
    }

    /// How many follow; at most half a minute old.
    pub async fn counts(&self, app_id: &str) -> Result<Counts, sqlx::Error> {
        let now = self.core.now();
        if let Some((at, counts)) = self.remembered(app_id).counts
            && now - at < COUNTED_FOR
        {
            return Ok(counts);
        }
        let today = day_number(now);
        // Day 0 was a Thursday.
        let monday = day_start(today - (today + 3).rem_euclid(7));
        let counts = store::counts(self.core.db.read(), app_id, monday).await?;
        self.known().entry(app_id.to_owned()).or_default().counts = Some((now, counts));
        Ok(counts)
    }

    /// The account's tags with the number of followers each; at most half a minute old.
    pub async fn tags(&self, app_id: &str) -> Result<Vec<Tag>, sqlx::Error> {
        let now = self.core.now();
        if let Some((at, tags)) = self.remembered(app_id).tags
            && now - at < COUNTED_FOR
        {
            return Ok(tags);
        }
        let tags = store::tags(self.core.db.read(), app_id).await?;
        self.known().entry(app_id.to_owned()).or_default().tags = Some((now, tags.clone()));
        Ok(tags)
    }

    /// Notes inside the caller's transaction that somebody follows since `at` (Unix milliseconds). A push that was overtaken by the
    /// person's leaving changes nothing.
    pub async fn came(&self, connection: &mut SqliteConnection, app_id: &str, openid: &str, at: i64) -> Result<(), sqlx::Error> {
        store::came(connection, app_id, openid, at, self.core.now()).await?;
        self.forget_counts(app_id);
        Ok(())
    }

    /// Notes inside the caller's transaction that somebody left at `at` (Unix milliseconds). A push that was overtaken by the person's
    /// coming back changes nothing.
    pub async fn left(&self, connection: &mut SqliteConnection, app_id: &str, openid: &str, at: i64) -> Result<(), sqlx::Error> {
        store::left(connection, app_id, openid, at, self.core.now()).await?;
        self.forget_counts(app_id);
        Ok(())
    }

    /// Turns an OAuth code into an openid (CONTRACT `GET /openid`).
    ///
    /// # Errors
    /// 422 `code_used` or `code_expired`, 502 for any other refusal, 503 `upstream_backoff` for a minute after one that more calls make
    /// worse, 504 where WeChat does not answer.
    pub async fn redeem(&self, account: &Account, code: &str) -> Result<OauthGrant, AppError> {
        if let Some(error) = self.remembered(&account.app_id).rest.and_then(|rest| rest.refusal(account, self.core.now())) {
            return Err(error);
        }
        let client = wechat::Client::new(&account.api_base)?;
        let grant = client.oauth_code(&account.app_id, &account.secret, code).await.map_err(|error| {
            if let Some(rest) = rest::Rest::after(&error, account, self.core.now()) {
                self.known().entry(account.app_id.clone()).or_default().rest = Some(rest);
            }
            http::code_refused(error)
        })?;
        // A snapshot visitor's openid is made up (docs/wechat-api.md §8.2).
        if !grant.is_snapshot_user {
            self.note_visit(&account.app_id, &grant).await;
        }
        Ok(grant)
    }

    /// Notes who was recognised, and the unionid of whoever follows; who does not is no recipient. The code is used up: what cannot be noted must not
    /// take the answer away.
    async fn note_visit(&self, app_id: &str, grant: &OauthGrant) {
        let (app_id, grant, now) = (app_id.to_owned(), grant.clone(), self.core.now());
        let noted = self.core.db.write(move |connection| {
            Box::pin(async move {
                store::note_visit(connection, &app_id, &grant.openid, &grant.scope, now, now - VISITS_KEPT).await?;
                match &grant.unionid {
                    Some(unionid) => store::note_unionid(connection, &app_id, &grant.openid, unionid).await,
                    None => Ok(()),
                }
            })
        });
        if let Err(error) = noted.await {
            tracing::warn!(error = %error, "A visit could not be noted");
        }
    }

    /// Puts demo data in place of whatever is there for the account.
    ///
    /// # Errors
    /// The database.
    pub async fn seed(&self, app_id: &str, tags: Vec<(i64, String)>, followers: Vec<SeedFollower>) -> Result<(), sqlx::Error> {
        let (account, now) = (app_id.to_owned(), self.core.now());
        self.core
            .db
            .write(move |connection| {
                Box::pin(async move {
                    store::replace_tags(connection, &account, &tags).await?;
                    for follower in &followers {
                        store::seed(connection, &account, follower, now).await?;
                    }
                    store::synced(connection, &account, now).await
                })
            })
            .await?;
        self.forget_counts(app_id);
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    fn remembered(&self, app_id: &str) -> Known {
        self.known().get(app_id).cloned().unwrap_or_default()
    }

    fn forget_counts(&self, app_id: &str) {
        if let Some(known) = self.known().get_mut(app_id) {
            (known.counts, known.tags) = (None, None);
        }
    }
}
