//! Web authorization (docs/wechat-api.md §8): sends a browser to WeChat and back, and tells the business system who it was.
//!
//! The visitor returns with a ticket, which the business system redeems once, within 60 s, by its API key. The openid itself never
//! stands in an address.

pub mod http;
mod pass;
mod return_to;
mod store;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::HeaderMap;
use tokio::sync::OwnedMutexGuard;
use url::Url;

use self::{pass::Pass, return_to::Flaw, return_to::ReturnTo};
use super::People;
use crate::{
    features::accounts::server::Account,
    infra::{Core, guard::ApiCaller, limits::Limiter, secrets::sha256},
    shared::{error::AppError, time::SECOND},
    ui::texts::oauth as w,
    wechat::{self, OauthGrant, oauth::authorize_url},
};

/// How long a ticket may be redeemed (milliseconds).
const TICKET_LIFE: i64 = 60 * SECOND;
/// Where WeChat has its authorize address.
const AUTHORIZE: &str = "https://open.weixin.qq.com/connect/oauth2/authorize";

/// Visits of one address: so many at once, and so many more a second. A carrier puts many visitors behind one.
const AT_ONCE: f64 = 200.0;
const PER_SECOND: f64 = 20.0;

/// The limiter of visits by address.
pub(super) fn limiter() -> Limiter<IpAddr> {
    Limiter::new(PER_SECOND, AT_ONCE)
}

/// The scopes that may be asked for.
const SCOPES: [&str; 2] = ["snsapi_base", "snsapi_userinfo"];

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The account.
    pub app_id: String,
    /// The person; made up where `is_snapshot_user`.
    pub openid: String,
    /// The person, across accounts, where WeChat tells it.
    pub unionid: Option<String>,
    /// The scopes granted.
    pub scope: String,
    /// The visitor looks at a snapshot page: the openid must not be kept.
    pub is_snapshot_user: bool,
    /// The person's name, with `snsapi_userinfo`.
    pub nickname: Option<String>,
}

/// Where a browser that came back goes next.
enum Next {
    /// To the page, with this try's ticket.
    Page,
    /// Through WeChat once more: what came back cannot be used (any more).
    Again,
}

/// One at a time for each try: of two callbacks that arrive together, the second finds what the first did.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<Waiting>>);

/// The locks of tries under way, by the SHA-256 of their tickets.
type Waiting = HashMap<[u8; 32], Arc<tokio::sync::Mutex<()>>>;

/// A turn taken; gives it to the next one when dropped.
struct Turn {
    turns: Turns,
    hash: [u8; 32],
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    async fn take(&self, hash: [u8; 32]) -> Turn {
        let one = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(hash).or_default());
        // The turn first: one that is given up while it waits clears up behind itself too.
        let mut turn = Turn { turns: self.clone(), hash, held: None };
        turn.held = Some(one.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.held.take();
        // Whoever waits holds the lock as well; counted under the map's lock, so nobody comes in between.
        if all.get(&self.hash).is_some_and(|one| Arc::strong_count(one) == 1) {
            all.remove(&self.hash);
        }
    }
}

impl People {
    /// Where to send a browser, which has to carry `pass` along.
    fn to_wechat(&self, account: &Account, pass: &Pass) -> String {
        let callback = format!("{}/oauth/{}/callback", self.core.settings.public_url(), account.app_id);
        authorize_url(&authorize_base(&self.core, account), &account.app_id, &callback, &pass.scope, &pass.state)
    }

    /// Begins an authorization that comes back to one of our own pages, `path`, with `ticket=…` added: headers of the answer, and where
    /// it leads. Where the name is wanted, WeChat asks the visitor; otherwise nothing is seen of it.
    ///
    /// # Errors
    /// 404 `unknown_account`.
    pub fn authorize_for_us(&self, app_id: &str, path: &str, named: bool, asked: &HeaderMap) -> Result<(HeaderMap, String), AppError> {
        let account = self.accounts.named(Some(app_id))?;
        let pass = Pass { own: true, ..Pass::new(&self.core, path.to_owned(), SCOPES[usize::from(named)].to_owned(), false) };
        Ok(open(self, &account, &pass, asked))
    }

    /// Redeems a ticket for ourselves, once.
    ///
    /// # Errors
    /// The database.
    pub async fn visit_of(&self, app_id: &str, ticket: &str) -> Result<Option<Visit>, sqlx::Error> {
        let (hash, now, app_id) = (sha256(ticket.as_bytes()), self.core.now(), app_id.to_owned());
        self.core.db.write(move |connection| Box::pin(async move { store::use_up(connection, &hash, Some(&app_id), now).await })).await
    }

    /// Takes a browser's return with a code, which is exchanged once however often it comes.
    async fn came_back(&self, account: &Account, pass: &Pass, code: &str) -> Result<Next, AppError> {
        let hash = sha256(pass.ticket.as_bytes());
        let _turn = self.turns.take(hash).await;
        let spent = |error: AppError| if pass.again { Err(error) } else { Ok(Next::Again) };
        match store::standing(self.core.db.read(), &hash, self.core.now()).await? {
            Some(true) => return Ok(Next::Page),
            // The Back button, long after: the page was given its ticket and has used it, or let it end.
            Some(false) => return spent(AppError::new(422, "code_used", w::NOT_TWICE)),
            None => {}
        }
        let grant = match self.redeem(account, code).await {
            Err(error) if matches!(error.code, "code_used" | "code_expired") => return spent(error),
            outcome => outcome?,
        };
        let visit = self.visit(account, grant).await;
        let now = self.core.now();
        let keep = self.core.db.write(move |connection| {
            Box::pin(async move { store::keep(connection, &hash, &visit, now, now + TICKET_LIFE, now - pass::LIFE).await })
        });
        keep.await?;
        Ok(Next::Page)
    }

    async fn visit(&self, account: &Account, grant: OauthGrant) -> Visit {
        let asked = grant.scope.split(',').any(|scope| scope.trim() == "snsapi_userinfo");
        let user = if asked { self.profile(account, &grant).await } else { None };
        let (nickname, unionid) = user.map_or((None, None), |user| (Some(user.nickname), user.unionid));
        Visit {
            app_id: account.app_id.clone(),
            openid: grant.openid,
            unionid: grant.unionid.or(unionid),
            scope: grant.scope,
            is_snapshot_user: grant.is_snapshot_user,
            nickname: nickname.filter(|name| !name.is_empty()),
        }
    }

    /// The name is an extra: who the visitor is stands without it.
    async fn profile(&self, account: &Account, grant: &OauthGrant) -> Option<wechat::OauthUser> {
        let client = wechat::Client::new(&account.api_base).ok()?;
        let told = client.oauth_user(&grant.access_token, &grant.openid).await;
        told.inspect_err(|error| tracing::warn!(app_id = account.app_id, %error, "A visitor's name could not be read")).ok()
    }

    /// Redeems a ticket, once. A key that is bound to another account uses nothing up.
    ///
    /// # Errors
    /// 410 `ticket_gone`; 404 `unknown_account`; 403 `account_not_allowed` where the caller names one that is not its own.
    pub async fn redeem_ticket(&self, caller: &ApiCaller, named: Option<&str>, ticket: &str) -> Result<Visit, AppError> {
        let only = self.accounts.narrowed(caller, named)?;
        let (hash, now, app_id) = (sha256(ticket.as_bytes()), self.core.now(), only.clone());
        let used = self
            .core
            .db
            .write(move |connection| Box::pin(async move { store::use_up(connection, &hash, app_id.as_deref(), now).await }))
            .await?;
        if let Some(visit) = used {
            return Ok(visit);
        }
        let foreign = only.is_some() && store::standing(self.core.db.read(), &hash, now).await? == Some(true);
        Err(if foreign {
            AppError::new(404, "unknown_account", w::FOREIGN_TICKET)
        } else {
            AppError::new(410, "ticket_gone", w::TICKET_GONE)
        })
    }
}

/// The authorize address: WeChat's own, or the simulator's where it stands for WeChat.
fn authorize_base(core: &Core, account: &Account) -> String {
    if account.sandbox && core.settings.sandbox {
        // The simulator listens on loopback only; its phone stands on our own listener.
        return format!("{}/sandbox/phone/connect/oauth2/authorize", core.settings.public_url());
    }
    let simulated = Url::parse(&account.api_base).is_ok_and(|url| url.scheme() == "http");
    if simulated { format!("{}/connect/oauth2/authorize", account.api_base.trim_end_matches('/')) } else { AUTHORIZE.to_owned() }
}

/// How a refused address is answered: as one that is refused a signature.
fn refusal(flaw: Flaw) -> AppError {
    match flaw {
        Flaw::Malformed(why) => AppError::new(422, "url_malformed", why),
        Flaw::NotAllowed => AppError::new(403, "url_not_allowed", w::NOT_ALLOWED),
    }
}

/// Checks where a visitor wants to return to.
fn check_return(account: &Account, typed: &str) -> Result<ReturnTo, AppError> {
    ReturnTo::check(typed, &account.h5_origins).map_err(refusal)
}

/// Answers for `headers` a browser that is sent to WeChat.
fn open(people: &People, account: &Account, pass: &Pass, asked: &HeaderMap) -> (HeaderMap, String) {
    let mut headers = HeaderMap::new();
    pass.write(&people.core, asked, &account.app_id, &mut headers);
    (headers, people.to_wechat(account, pass))
}
