//! The worker that writes to Redis.

use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, aio::MultiplexedConnection};
use tokio::sync::Mutex;

use super::{Mirror, Value};
use crate::{
    features::tokens::{mirror_model::MirrorTrouble, server::Tokens},
    jobs::{Next, Worker},
};

/// How often the values are written again.
const EVERY: Duration = Duration::from_secs(5);
/// How long a connection, or an answer, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes tokens and tickets to Redis.
pub struct Mirroring {
    tokens: Tokens,
    client: Client,
    line: Mutex<Option<MultiplexedConnection>>,
}

impl Mirroring {
    /// The worker for a Redis.
    pub(super) fn new(tokens: Tokens, client: Client) -> Self {
        Self { tokens, client, line: Mutex::default() }
    }

    /// Writes the values; over a new connection where the one before has died meanwhile.
    async fn write(&self, values: &[Value]) -> Result<(), RedisError> {
        let mut line = self.line.lock().await;
        if let Some(mut open) = line.take()
            && put(&mut open, values).await.is_ok()
        {
            *line = Some(open);
            return Ok(());
        }
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
        let mut open = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        put(&mut open, values).await?;
        *line = Some(open);
        Ok(())
    }
}

impl Worker for Mirroring {
    fn name(&self) -> &'static str {
        "mirror"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let mirror = &self.tokens.mirror;
        match self.tokens.mirrored() {
            None => {
                *self.line.lock().await = None;
                mirror.state().trouble = None;
            }
            Some(values) => match self.write(&values).await {
                Ok(()) => mirror.went_well(&values, self.tokens.core.now()),
                Err(error) => mirror.failed(&error, self.tokens.core.now()),
            },
        }
        Ok(Next::In(EVERY))
    }
}

impl Mirror {
    fn went_well(&self, values: &[Value], now: i64) {
        let mut state = self.state();
        for value in values {
            state.written_at.insert(value.app_id.clone(), now);
        }
        if state.trouble.take().is_some() {
            tracing::info!("Redis takes tokens again");
        }
        drop(state);
        metrics::counter!("wxdesk_redis_writes_total", "outcome" => "written").increment(1);
        metrics::gauge!("wxdesk_redis_up").set(1.0);
    }

    fn failed(&self, error: &RedisError, now: i64) {
        let trouble = trouble(error);
        let mut state = self.state();
        let since = match &state.trouble {
            Some((_, since)) => *since,
            None => {
                tracing::warn!(reason = %trouble.said().en, "Tokens cannot be written to Redis; nothing else waits for that");
                now
            }
        };
        state.trouble = Some((trouble, since));
        drop(state);
        metrics::counter!("wxdesk_redis_writes_total", "outcome" => "failed").increment(1);
        metrics::gauge!("wxdesk_redis_up").set(0.0);
    }
}

/// All values at once, each with the life that it really has left; with none, only a sign of life.
async fn put(line: &mut MultiplexedConnection, values: &[Value]) -> Result<(), RedisError> {
    if values.is_empty() {
        return redis::cmd("PING").query_async(line).await;
    }
    let mut pipe = redis::pipe();
    pipe.atomic();
    for value in values {
        pipe.set(&value.key, value.held.expose()).ignore().pexpire_at(&value.key, value.held.expires_at).ignore();
    }
    pipe.query_async(line).await
}

fn trouble(error: &RedisError) -> MirrorTrouble {
    match error.code() {
        _ if error.kind() == ErrorKind::AuthenticationFailed => MirrorTrouble::Refused,
        Some(code) => MirrorTrouble::of_code(code),
        None => MirrorTrouble::Unreachable,
    }
}
