//! How much a key may do: calls a second, from memory, and messages a day, counted where the messages are filed.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use sqlx::SqliteConnection;

use super::{Keys, counting::Turn, store};
use crate::{
    infra::{limits::Limiter, secrets::sha256},
    shared::{
        error::AppError,
        lang::Said,
        time::{SECOND, day_number, day_start},
    },
};

/// At once a key may call as often as in so many seconds.
const WINDOW: u32 = 4;

/// The limiter for a rate a second; 0 means no limit.
pub(super) fn limiter(rate: u32) -> Limiter<String> {
    Limiter::new(f64::from(rate), f64::from(rate.saturating_mul(WINDOW)))
}

/// A key that has sent as many messages, or had as many calls handed on, as it may today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// How many a day it may.
    pub most: i64,
    /// How many there were today.
    pub sent: i64,
    /// When the next day begins (Unix milliseconds).
    pub until: i64,
}

impl Spent {
    /// 429 `daily_limit`, with the seconds until midnight in China.
    pub fn refusal(self, now: i64) -> AppError {
        let (most, left) = (self.most, (self.most - self.sent).max(0));
        let detail = Said::new(
            format!("这把 API 密钥每天最多发 {most} 条消息，今天还剩 {left} 条，明天 0 点（北京时间）恢复。"),
            format!("This API key may send {most} messages a day; {left} are left today. They come back at midnight in China."),
        );
        self.error(detail, now)
    }

    /// The same where it is calls that are handed on to WeChat.
    pub fn calls_refusal(self, now: i64) -> AppError {
        let most = self.most;
        let detail = Said::new(
            format!("这把 API 密钥每天最多转发 {most} 次微信调用，今天已用完，明天 0 点（北京时间）恢复。"),
            format!(
                "This API key may have {most} calls a day handed on to WeChat; none is left today. They come back at midnight in China."
            ),
        );
        self.error(detail, now)
    }

    fn error(self, detail: Said, now: i64) -> AppError {
        let mut error = AppError::new(429, "daily_limit", detail);
        error.retry_after = u64::try_from((self.until - now).max(SECOND) / SECOND).ok();
        error
    }
}

/// Counts messages of a key inside the caller's transaction, before they are filed there: one conditional update, so that any number of
/// requests at once come to the limit exactly. `Err` where they are too many; then nothing was counted.
///
/// # Errors
/// The database.
pub async fn spend_in(connection: &mut SqliteConnection, key_id: &str, messages: i64, now: i64) -> Result<Result<(), Spent>, sqlx::Error> {
    let day = day_number(now);
    if store::spend(&mut *connection, key_id, messages, day).await? {
        return Ok(Ok(()));
    }
    let (most, sent) = store::spent(connection, key_id, day).await?;
    // Without a limit there is no row of the key: rows are never taken away, so there is nothing to count against.
    Ok(most.map_or(Ok(()), |most| Err(Spent { most, sent, until: day_start(day + 1) })))
}

impl Keys {
    /// Counts a call of the key of this id that is about to be handed on to WeChat, if its daily limit allows. Memory only, but for
    /// one write for each block that is taken ahead on disk: after a kill the day goes on behind the block, never before it.
    ///
    /// # Errors
    /// 429 `daily_limit`, and what the database says where a block is to be taken; then nothing was counted.
    pub async fn hand_on(&self, id: &str) -> Result<(), AppError> {
        let (now, all) = (self.core.now(), self.snapshot());
        let known = all.values().find(|known| known.id == id).ok_or_else(AppError::no_key)?;
        let day = day_number(now);
        loop {
            let turn = known.calls.hand_on(day, known.daily_calls).map_err(|sent| {
                let spent = Spent { most: known.daily_calls.unwrap_or(sent), sent, until: day_start(day + 1) };
                spent.calls_refusal(now)
            })?;
            match turn {
                Turn::Taken => return Ok(()),
                Turn::Short => self.reserve(id, &known.calls, known.daily_calls).await?,
            }
        }
    }

    /// The name of the key of this id, if it may still be used.
    pub fn living(&self, id: &str) -> Option<String> {
        let (now, all) = (self.core.now(), self.snapshot());
        let living = all.values().find(|known| known.id == id && !known.revoked && known.expires_at.is_none_or(|end| end > now));
        living.map(|known| known.name.clone())
    }

    /// Says in an answer how many calls a key has left (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell_allowance(&self, key: &str, answer: &mut HeaderMap) {
        let id = self.snapshot().get(&sha256(key.as_bytes())).map(|known| known.id.clone());
        let Some(left) = id.and_then(|id| self.limiter.left(&id, self.core.now())) else { return };
        let lines = [
            ("ratelimit-policy", format!("\"key\";q={};w={WINDOW}", left.most)),
            ("ratelimit", format!("\"key\";r={};t={}", left.left, left.full_in)),
        ];
        for (name, line) in lines {
            if let Ok(value) = HeaderValue::from_str(&line) {
                answer.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
