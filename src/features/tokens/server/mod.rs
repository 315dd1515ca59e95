//! The one keeper of access tokens and tickets.

mod fetch;
mod forms;
pub mod http;
mod keeper;
mod mirror;
mod overview;
mod quota;
mod refusals;
mod schedule;
mod slot;
mod store;
mod usage;
mod waiting;
mod worker;

use std::{
    collections::HashMap,
    sync::{Arc, RwLock, atomic::Ordering},
};

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::model::{Kind, Part, Skipped, Standing};
use crate::{
    features::{
        accounts::{
            model::TokenMode,
            server::{Account, Accounts},
        },
        audit::model::Actor,
    },
    infra::{Core, guard::Table},
    shared::{
        error::AppError,
        lang::{Said, Text},
        time::{SECOND, day_number, day_start},
    },
    ui::frame::TokenHealth,
    wechat,
};
use keeper::Keeper;
use refusals::{Noted, Refusal};
use schedule::{Ration, Shortage};
use slot::Trouble;

pub use mirror::Mirroring;
pub use refusals::Who;
pub use slot::{Held, Past};
pub use usage::Tallying;
pub use waiting::PATH;
pub use worker::Keeping;

/// Access tokens and tickets of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    core: Core,
    accounts: Accounts,
    keepers: Arc<RwLock<HashMap<String, Arc<Keeper>>>>,
    usage: Arc<usage::Usages>,
    mirror: Arc<mirror::Mirror>,
    noted: Arc<Noted>,
    who: Who,
    stop: CancellationToken,
}

/// An access token as other servers get it.
#[derive(Clone, Debug)]
pub struct TokenValue {
    /// The token.
    pub value: SecretString,
    /// Until when it may be used (Unix milliseconds).
    pub expires_at: i64,
    /// Whole seconds until then.
    pub expires_in: i64,
}

impl Tokens {
    /// A keeper with what the database holds; nothing is fetched yet.
    ///
    /// # Errors
    /// The database. A row that does not open under this master key is left aside and fetched anew.
    pub async fn open(core: Core, accounts: Accounts) -> anyhow::Result<Self> {
        let mirror = Arc::new(mirror::Mirror::open(&core).await?);
        let noted = Arc::new(Noted::default());
        let mut keepers = HashMap::new();
        let now = core.now();
        for account in accounts.all().iter() {
            let (used, last_at) = store::forced(core.db.read(), &account.app_id, day_start(day_number(now))).await?;
            let ration = Ration::known(u32::try_from(used).unwrap_or(u32::MAX), last_at, now);
            let keeper = Keeper::new(core.clone(), accounts.clone(), &account.app_id, ration, mirror.bell.clone(), noted.clone());
            keepers.insert(account.app_id.clone(), keeper);
        }
        for row in store::all(core.db.read()).await? {
            let (Some(keeper), Some(kind)) = (keepers.get(&row.app_id), Kind::parse(&row.kind)) else { continue };
            if let Err(error) = keeper.unseal(kind, &row) {
                tracing::warn!(app_id = row.app_id, kind = row.kind, %error, "A kept token cannot be read; a new one is fetched");
            }
        }
        let usage = Arc::new(usage::Usages::known(store::users(core.db.read()).await?));
        let (keepers, who) = (Arc::new(RwLock::new(keepers)), Who::Own(Part::Keeper));
        Ok(Self { core, accounts, keepers, usage, mirror, noted, who, stop: CancellationToken::new() })
    }

    /// The same, ending what waits for the next token when `stop` is called for.
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// Calls WeChat with the account's access token. A stale token (40001, 40014, 42001) is replaced once and the call repeated once.
    ///
    /// # Errors
    /// What fetching the token or the call itself ended with. While WeChat is left alone, the error that led to that.
    pub async fn call<T, F, Fut>(&self, account: &Account, call: F) -> Result<T, wechat::Error>
    where
        F: Fn(wechat::Client, SecretString) -> Fut + Send,
        Fut: Future<Output = Result<T, wechat::Error>> + Send,
        T: Send,
    {
        let keeper = self.keeper(&account.app_id);
        let held = keeper.ready(Kind::AccessToken, &self.who).await.map_err(|trouble| trouble.error)?;
        let client = wechat::Client::new(&keeper.account().map_err(|trouble| trouble.error)?.api_base)?;
        let refused = match call(client.clone(), held.value.clone()).await {
            Err(error) if error.is_stale_token() => error,
            outcome => return outcome,
        };
        let refusal = Refusal { who: self.who.clone(), errcode: refused.errcode() };
        let next = match keeper.refused(held.generation, false, &refusal).await {
            Ok(next) => next,
            // Nothing better is to be had: the caller hears why, unless the fetch merely got lost on the way.
            Err(trouble) => return Err(if trouble.closed { trouble.error } else { refused }),
        };
        let outcome = call(client, next.value.clone()).await;
        if let Some(error) = outcome.as_ref().err().filter(|error| error.is_stale_token()) {
            // Not for this caller, who had its one repeat: the next one shall find a better token.
            keeper.refused_again(next.generation, Refusal { errcode: error.errcode(), ..refusal });
        }
        outcome
    }

    /// The account's `jsapi` ticket from memory, if a valid one is there.
    pub fn ticket(&self, app_id: &str) -> Option<Arc<Held>> {
        self.ticket_at(app_id, self.core.now())
    }

    /// As [`Tokens::ticket`], for a caller that has looked at the clock (Unix milliseconds) already.
    pub fn ticket_at(&self, app_id: &str, now: i64) -> Option<Arc<Held>> {
        self.read().get(app_id)?.ticket.usable(now)
    }

    /// As [`Tokens::ticket_at`], for a page that is signed with it: counted, by one atomic addition.
    pub fn ticket_to_sign(&self, app_id: &str, now: i64) -> Option<Arc<Held>> {
        let keepers = self.read();
        let keeper = keepers.get(app_id)?;
        let ticket = keeper.ticket.usable(now)?;
        keeper.signed.fetch_add(1, Ordering::Relaxed);
        Some(ticket)
    }

    /// The account's tickets before the present one, as far as they are remembered, the latest first.
    pub fn past_tickets(&self, app_id: &str) -> Vec<Past> {
        self.read().get(app_id).map(|keeper| keeper.ticket.past()).unwrap_or_default()
    }

    /// Why the account has no ticket, or none fresher: what WeChat answered when it was last asked.
    pub fn ticket_trouble(&self, app_id: &str) -> Option<wechat::Error> {
        Some(self.read().get(app_id)?.ticket.trouble()?.error)
    }

    /// Counts pages signed with an account's ticket.
    pub fn count_signed(&self, app_id: &str, pages: u64) {
        if let Some(keeper) = self.read().get(app_id) {
            keeper.signed.fetch_add(pages, Ordering::Relaxed);
        }
    }

    /// How many pages were signed since this was last asked, of each account that had any.
    pub fn take_signed(&self) -> Vec<(String, u64)> {
        let keepers = self.read();
        let counts = keepers.values().map(|keeper| (keeper.app_id.clone(), keeper.signed.swap(0, Ordering::Relaxed)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// When WeChat last gave the account its access token (Unix milliseconds), be it a new one or the same again.
    pub fn given_at(&self, app_id: &str) -> Option<i64> {
        Some(self.read().get(app_id)?.token.held()?.asked_at)
    }

    /// The account's ticket; the first callers wait together for one fetch, at most 5 s.
    ///
    /// # Errors
    /// 503 `upstream_backoff` while WeChat is left alone, 503 `ticket_not_ready` otherwise.
    pub async fn ticket_ready(&self, app_id: &str) -> Result<Arc<Held>, AppError> {
        let ready = self.keeper(app_id).ready(Kind::JsapiTicket, &self.who).await;
        ready.map_err(|trouble| not_ready(&trouble, Kind::JsapiTicket, self.core.now()))
    }

    /// The account's ticket for card coupons; waits as [`Tokens::ticket_ready`].
    ///
    /// # Errors
    /// 409 `card_ticket_off` where the account keeps none; those of [`Tokens::ticket_ready`].
    pub async fn card_ticket(&self, account: &Account) -> Result<Arc<Held>, AppError> {
        if !account.card_ticket {
            return Err(AppError::conflict("card_ticket_off", CARD_OFF));
        }
        let ready = self.keeper(&account.app_id).ready(Kind::CardTicket, &self.who).await;
        ready.map_err(|trouble| not_ready(&trouble, Kind::CardTicket, self.core.now()))
    }

    /// The account's access token for another server; waits as [`Tokens::ticket_ready`].
    ///
    /// # Errors
    /// 503 `upstream_backoff` or `token_not_ready`.
    pub async fn access_token(&self, account: &Account) -> Result<TokenValue, AppError> {
        let ready = self.keeper(&account.app_id).ready(Kind::AccessToken, &self.who).await;
        ready.map(|held| self.value(&held)).map_err(|trouble| not_ready(&trouble, Kind::AccessToken, self.core.now()))
    }

    /// Takes a report that WeChat refused `reported`. One that is not current changes nothing. Gives whether a new token took its
    /// place, and the present one.
    ///
    /// # Errors
    /// As [`Tokens::access_token`].
    pub async fn stale(&self, account: &Account, reported: &str, by: Option<&Actor>) -> Result<(bool, TokenValue), AppError> {
        let keeper = self.keeper(&account.app_id);
        let who = by.map_or_else(|| self.who.clone(), |by| Who::Named(by.name().to_owned()));
        let present = keeper.ready(Kind::AccessToken, &who).await;
        let present = present.map_err(|trouble| not_ready(&trouble, Kind::AccessToken, self.core.now()))?;
        let refusal = Refusal { who, errcode: None };
        if !present.is(reported) {
            keeper.skip(&refusal, Skipped::NotCurrent);
            return Ok((false, self.value(&present)));
        }
        match keeper.refused(present.generation, true, &refusal).await {
            Ok(held) => Ok((!held.is(reported), self.value(&held))),
            Err(_) if keeper.token.usable(self.core.now()).is_some() => Ok((false, self.value(&present))),
            Err(trouble) => Err(not_ready(&trouble, Kind::AccessToken, self.core.now())),
        }
    }

    /// 重新获取: asks WeChat again for token and ticket, for a person. At most once a minute.
    ///
    /// # Errors
    /// 429 within that minute; what WeChat answered.
    pub async fn refresh(&self, account: &Account, actor: Actor) -> Result<(), AppError> {
        let keeper = self.keeper(&account.app_id);
        {
            let (mut memory, now) = (keeper.memory(), self.core.now());
            let ready_at = memory.asked_at + schedule::ASKED_APART;
            if now < ready_at && now >= memory.asked_at {
                return Err(too_soon(ready_at - now));
            }
            memory.asked_at = now;
        }
        keeper.by_hand(Kind::AccessToken, false, &actor).await.map_err(|trouble| AppError::from(trouble.error))?;
        for kind in keeper::tickets(account) {
            keeper.by_hand(kind, false, &actor).await.map_err(|trouble| AppError::from(trouble.error))?;
        }
        Ok(())
    }

    /// 强制换新: makes WeChat replace the token, for a person. At most 20 a day, 30 s apart, those that happen by themselves included.
    ///
    /// # Errors
    /// 429 `forced_too_often`, or too soon; what WeChat answered.
    pub async fn force(&self, account: &Account, actor: Actor) -> Result<(), AppError> {
        let keeper = self.keeper(&account.app_id);
        if account.token_mode == TokenMode::Classic {
            // The old endpoint makes a new token with every call; there is nothing to force, and nothing that rations it.
            let detail = Text::new(
                "旧方式每次获取都会换新，请用“重新获取”。",
                "The old endpoint replaces the token with every call; use “Fetch again”.",
            );
            return Err(AppError::new(409, "nothing_to_force", detail));
        }
        let now = self.core.now();
        // Looked at and spent under one lock: of two people who press at once, one hears that it is too soon.
        let taken = keeper.memory().ration.take(schedule::FORCED_A_DAY, now);
        taken.map_err(|shortage| match shortage {
            Shortage::Today => {
                let detail =
                    Text::new("今天的强制换新次数已用完，明天 0 点恢复。", "No forced refresh is left today; they come back at midnight.");
                let mut error = AppError::new(429, "forced_too_often", detail);
                error.retry_after = u64::try_from((day_start(day_number(now) + 1) - now) / SECOND).ok();
                error
            }
            Shortage::Until(ready_at) => too_soon(ready_at - now),
        })?;
        keeper.by_hand(Kind::AccessToken, true, &actor).await.map(|_| ()).map_err(|trouble| AppError::from(trouble.error))
    }

    /// How the account's access token is, for the pill on every page.
    pub fn health(&self, app_id: &str) -> TokenHealth {
        let Some(keeper) = self.read().get(app_id).cloned() else { return TokenHealth::Waiting };
        let given_up = keeper.memory().given_up_at.is_some();
        match keeper.token.standing(self.core.now()) {
            Standing::Waiting | Standing::Unneeded => TokenHealth::Waiting,
            Standing::Failed => TokenHealth::Failed,
            _ if given_up => TokenHealth::Failed,
            Standing::Soon => TokenHealth::Soon,
            Standing::Good => TokenHealth::Good,
        }
    }

    fn value(&self, held: &Held) -> TokenValue {
        let left = (held.expires_at - self.core.now()).max(0);
        TokenValue { value: held.value.clone(), expires_at: held.expires_at, expires_in: left / SECOND }
    }

    fn keeper(&self, app_id: &str) -> Arc<Keeper> {
        if let Some(keeper) = self.read().get(app_id) {
            return keeper.clone();
        }
        let mut keepers = self.keepers.write().unwrap_or_else(|broken| broken.into_inner());
        let new = || {
            Keeper::new(self.core.clone(), self.accounts.clone(), app_id, Ration::default(), self.mirror.bell.clone(), self.noted.clone())
        };
        // An account that is not there gets a keeper that says so, and is not remembered.
        if self.accounts.get(app_id).is_none() { new() } else { keepers.entry(app_id.to_owned()).or_insert_with(new).clone() }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, HashMap<String, Arc<Keeper>>> {
        self.keepers.read().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl TokenValue {
    /// The token itself, for the answer to whoever may have it.
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }
}

/// The page and the API of the tokens.
pub fn routes(tokens: &Tokens) -> Table {
    http::routes(tokens).merge(forms::routes(tokens)).merge(mirror::routes(tokens)).merge(quota::routes(tokens))
}

const CARD_OFF: Text = Text::new(
    "这个公众号没有开启卡券票据，可在公众号设置里开启。",
    "The card ticket is off for this account. Switch it on in the account's settings.",
);

fn seconds(span: i64) -> u64 {
    u64::try_from(span).unwrap_or(0).div_ceil(1000).max(1)
}

fn too_soon(span: i64) -> AppError {
    let left = seconds(span);
    let mut error = AppError::too_many(left);
    error.detail = Said::new(format!("{left} 秒后可再刷新。"), format!("You can refresh again in {left} s."));
    error
}

/// What a caller hears while there is no token or ticket.
fn not_ready(trouble: &Trouble, kind: Kind, now: i64) -> AppError {
    let after = seconds(trouble.until - now);
    if !trouble.closed {
        return match kind {
            Kind::AccessToken => AppError::unavailable(
                "token_not_ready",
                Text::new("令牌还没有取到，请稍后再试。", "The access token is not there yet. Try again shortly."),
                after,
            ),
            Kind::JsapiTicket | Kind::CardTicket => AppError::unavailable(
                "ticket_not_ready",
                Text::new("票据还没有取到，请稍后再试。", "The ticket is not there yet. Try again shortly."),
                after,
            ),
        };
    }
    let detail = Text::new(
        "微信拒绝了取令牌的请求，暂不再问微信。管理员可在令牌页看到原因。",
        "WeChat refused to give a token, so it is left alone for now. Administrators see why on the tokens page.",
    );
    let mut error = AppError::unavailable("upstream_backoff", detail, after);
    if let wechat::Error::Platform { errcode, errmsg, .. } = &trouble.error {
        error.refusal = Some(wechat::answer::refusal(*errcode, errmsg));
    }
    error
}
