//! Use cases: a call handed on, a stand-in given and recognised.

mod answers;
pub mod http;
mod log;
mod roads;
mod stand_in;
mod token;

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    features::{
        accounts::server::{Account, Accounts},
        tokens::server::{Tokens, Who},
        users::server::keys::Keys,
    },
    infra::{Core, guard::ApiCaller},
    shared::{error::AppError, lang::Text},
    wechat::{
        self,
        forward::{Asked, Forwarded},
    },
};

/// The largest body that is handed on (bytes); it is held in memory, because it may have to be sent twice.
const LARGEST: usize = 12 << 20;
/// One piece of the memory for bodies (bytes), and how many there are.
const PIECE: usize = 64 << 10;
const PIECES: usize = 1024;
/// How long a call waits for room.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hands calls on. Cheap to clone.
#[derive(Clone)]
pub struct Relay {
    core: Core,
    accounts: Accounts,
    tokens: Tokens,
    keys: Keys,
    room: Arc<Semaphore>,
    log: Arc<log::Log>,
}

impl Relay {
    /// Opens the feature.
    pub fn new(core: Core, accounts: Accounts, tokens: Tokens, keys: Keys) -> Self {
        Self { core, accounts, tokens, keys, room: Arc::new(Semaphore::new(PIECES)), log: Arc::default() }
    }

    /// The program behind what was brought as a token, as its key allows at this moment; counts the call. It is a stand-in of the account,
    /// or the key itself: SDKs that fetch from a fixed address can be given a token instead.
    ///
    /// # Errors
    /// 401 where it opens nothing (any more), 429 where the key calls too often.
    fn caller(&self, app_id: &str, token: &str, address: Option<IpAddr>) -> Result<ApiCaller, AppError> {
        if !token.starts_with(stand_in::HEAD) {
            return self.keys.caller(token, address);
        }
        let found = stand_in::key_of(&self.core.vault, app_id, token, self.core.now());
        let (key_id, mark) = found.ok_or_else(AppError::no_key)?;
        if !self.keys.opens(&key_id, &mark) {
            return Err(AppError::no_key());
        }
        let caller = self.keys.caller_of(&key_id, address);
        caller.inspect_err(|error| tracing::info!(app_id, code = error.code, "A stand-in's key opens nothing now"))
    }

    /// Room for a body of `length` bytes, the largest where that is not told.
    ///
    /// # Errors
    /// 413; 503 `overloaded` where others take all of it for too long.
    async fn room(&self, length: Option<u64>) -> Result<OwnedSemaphorePermit, AppError> {
        let length = length.map_or(LARGEST, |length| usize::try_from(length).unwrap_or(usize::MAX).min(LARGEST));
        let pieces = u32::try_from(length.div_ceil(PIECE).max(1)).unwrap_or(u32::MAX);
        let taken = tokio::time::timeout(PATIENCE, self.room.clone().acquire_many_owned(pieces)).await;
        taken.ok().and_then(Result::ok).ok_or_else(|| {
            AppError::unavailable("overloaded", Text::new("请求太多，请稍后再试。", "Too much to do at once. Try again shortly."), 5)
        })
    }

    /// Calls WeChat with the account's token. One that turns out stale is replaced once and the call repeated once; what WeChat says
    /// then is the answer.
    ///
    /// # Errors
    /// 429 where the key's calls of the day are spent, 503 while there is no token, 504 where WeChat does not answer.
    async fn with_token(&self, account: &Account, caller: &ApiCaller, asked: &Asked) -> Result<Forwarded, AppError> {
        // Says in our words why there is no token; the call below then has it from memory.
        let tokens = self.tokens.of(Who::Named(caller.name.clone()));
        tokens.access_token(account).await?;
        self.keys.hand_on(&caller.key_id).await?;
        let refused = Mutex::new(None);
        let outcome = tokens
            .call(account, |client, token| {
                let refused = &refused;
                async move {
                    let answer = client.forward(asked, Some(&token)).await?;
                    match answer.refusal().filter(wechat::Error::is_stale_token) {
                        None => Ok(answer),
                        Some(error) => {
                            *refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                            Err(error)
                        }
                    }
                }
            })
            .await;
        match outcome {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let kept = refused.into_inner().unwrap_or_else(PoisonError::into_inner).filter(|_| error.is_stale_token());
                kept.ok_or_else(|| error.into())
            }
        }
    }

    /// Calls WeChat with whatever the caller put into the query.
    ///
    /// # Errors
    /// 429 where the key's calls of the day are spent, 504 where WeChat does not answer.
    async fn as_it_is(&self, account: &Account, caller: &ApiCaller, asked: &Asked) -> Result<Forwarded, AppError> {
        self.keys.hand_on(&caller.key_id).await?;
        Ok(wechat::Client::new(&account.api_base)?.forward(asked, None).await?)
    }
}
