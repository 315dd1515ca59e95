//! `Idempotency-Key`: the same request twice has one effect and one answer.
//!
//! A row is written before the work begins and completed with its answer afterwards. Whether a row without an answer is being worked
//! on or was left behind by a crash is told by a list in memory: what is not on it is begun anew.

mod store;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use axum::http::HeaderValue;
use serde_json::Value;

use self::store::Name;
use super::{Core, respond, secrets::sha256};
use crate::shared::{
    error::AppError,
    lang::Text,
    time::{DAY, HOUR},
};

/// How long an answer is remembered (milliseconds).
pub const MEMORY: i64 = DAY;
/// The longest key (characters).
const LONGEST: usize = 255;
/// How many rows one sweep drops: a unit of the writer stays short.
const SWEPT: i64 = 500;

/// Requests under way in this process. Their database is part of the name, because tests open many.
static RUNNING: LazyLock<Mutex<HashSet<(PathBuf, Name)>>> = LazyLock::new(Mutex::default);

/// The doorkeeper of requests that may come twice.
pub struct Idempotency;

enum Begun {
    Fresh,
    Answered(u16, Value),
    OtherBody,
}

impl Idempotency {
    /// Runs `work` once per API key, route and `Idempotency-Key`; a repeat with the same body gets the first answer (for 24 h).
    /// Without the header `work` simply runs.
    ///
    /// `work` goes on when its caller hangs up, so that its effect and its answer stay together. A refusal (`Err`) is not kept: it had
    /// no effect, and the caller may mend the request and use the key again.
    ///
    /// # Errors
    /// 409 `idempotency_in_progress` while the first runs, 422 `idempotency_key_reused` for another body, 422
    /// `idempotency_key_malformed`; otherwise what `work` ends with.
    pub async fn run<W>(
        core: &Core,
        key_id: &str,
        route: &str,
        header: Option<&HeaderValue>,
        body: &[u8],
        work: W,
    ) -> Result<(u16, Value), AppError>
    where
        W: Future<Output = Result<(u16, Value), AppError>> + Send + 'static,
    {
        Self::run_hashed(core, key_id, route, header, sha256(body), work).await
    }

    /// As [`Idempotency::run`] for a body of which only the SHA-256 is known.
    ///
    /// # Errors
    /// The same.
    pub async fn run_hashed<W>(
        core: &Core,
        key_id: &str,
        route: &str,
        header: Option<&HeaderValue>,
        hash: [u8; 32],
        work: W,
    ) -> Result<(u16, Value), AppError>
    where
        W: Future<Output = Result<(u16, Value), AppError>> + Send + 'static,
    {
        let Some(header) = header else { return work.await };
        let name = Name { key_id: key_id.to_owned(), route: route.to_owned(), key: read(header)? };
        let Some(turn) = Turn::take(core, &name) else {
            let other = store::body_hash(core.db.read(), &name).await?.is_some_and(|known| known != hash);
            return Err(if other { reused() } else { in_progress() });
        };
        match begin(core, &name, hash).await? {
            Begun::Answered(status, answer) => Ok((status, answer)),
            Begun::OtherBody => Err(reused()),
            Begun::Fresh => {
                let core = core.clone();
                let finished = tokio::spawn(async move {
                    let _turn = turn;
                    finish(&core, name, work.await).await
                });
                finished.await.unwrap_or_else(|_| Err(respond::unexpected(&"a request with an Idempotency-Key panicked")))
            }
        }
    }
}

/// Drops some answers older than [`MEMORY`]; `true` when there may be more.
///
/// # Errors
/// The database.
pub async fn sweep(core: &Core) -> Result<bool, sqlx::Error> {
    let before = core.now() - MEMORY;
    let dropped = core.db.write(move |connection| Box::pin(async move { store::sweep(connection, before, SWEPT).await })).await?;
    Ok(dropped >= SWEPT.unsigned_abs())
}

async fn begin(core: &Core, name: &Name, hash: [u8; 32]) -> Result<Begun, AppError> {
    let (name, now) = (name.clone(), core.now());
    let begun = core.db.write(move |connection| {
        Box::pin(async move {
            let known = store::find(connection, &name).await?.filter(|row| row.created_at > now - MEMORY);
            match known {
                Some(row) if row.body_hash != hash => Ok(Begun::OtherBody),
                Some(store::Row { status: Some(status), answer: Some(answer), .. }) => {
                    let answer = serde_json::from_str(&answer).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
                    Ok(Begun::Answered(u16::try_from(status).unwrap_or(200), answer))
                }
                _ => store::begin(connection, &name, &hash, now).await.map(|()| Begun::Fresh),
            }
        })
    });
    Ok(begun.await?)
}

async fn finish(core: &Core, name: Name, outcome: Result<(u16, Value), AppError>) -> Result<(u16, Value), AppError> {
    let kept = match &outcome {
        Ok((status, answer)) if *status < 500 => {
            let (status, answer) = (i64::from(*status), answer.to_string());
            core.db.write(move |connection| Box::pin(async move { store::settle(connection, &name, status, &answer).await })).await
        }
        _ => core.db.write(move |connection| Box::pin(async move { store::forget(connection, &name).await })).await,
    };
    if let Err(error) = kept {
        // The work is done and its caller must hear so; only a repeat would not be recognised.
        tracing::error!(error = %error, "An answer could not be kept for its Idempotency-Key");
    }
    outcome
}

/// A place on the list of running requests, given back when dropped.
struct Turn((PathBuf, Name));

impl Turn {
    fn take(core: &Core, name: &Name) -> Option<Self> {
        let place = (core.place.database(), name.clone());
        // Only a place that was free may become a turn: dropping one gives the place back.
        let free = running().insert(place.clone());
        free.then(|| Self(place))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        running().remove(&self.0);
    }
}

fn running() -> MutexGuard<'static, HashSet<(PathBuf, Name)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(header: &HeaderValue) -> Result<String, AppError> {
    let key = header.to_str().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST {
        let detail = Text::new("Idempotency-Key 应是 1 到 255 个 ASCII 字符。", "Idempotency-Key must be 1 to 255 ASCII characters.");
        return Err(AppError::new(422, "idempotency_key_malformed", detail));
    }
    Ok(key.to_owned())
}

fn in_progress() -> AppError {
    let detail = Text::new(
        "带这个 Idempotency-Key 的第一个请求还在处理，请稍后再问。",
        "The first request with this Idempotency-Key is still running. Ask again shortly.",
    );
    AppError::conflict("idempotency_in_progress", detail)
}

fn reused() -> AppError {
    let hours = MEMORY / HOUR;
    AppError::new(
        422,
        "idempotency_key_reused",
        respond::said(
            format!("这个 Idempotency-Key 在 {hours} 小时内已用于另一个请求体，请换一个。"),
            format!("This Idempotency-Key was used for another body within {hours} h. Use a new one."),
        ),
    )
}

#[cfg(test)]
mod tests;
