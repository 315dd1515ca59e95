//! From what happened to what was told: events out of the outbox, attempts side by side, and what came of each.

use std::sync::{PoisonError, atomic::Ordering};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Webhooks, sign,
    store::{self, Due, Ended, Event},
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        webhooks::model::{Endpoint, GIVE_UP_AFTER, KEPT, QUIET, State, Stopped, pause},
    },
    infra::Core,
    jobs::Crew,
    shared::time::{HOUR, rfc3339},
};

/// How many notes are taken up at once.
const TAKEN_AT_ONCE: i64 = 100;
/// How many deliveries to one endpoint are under way at most: a slow one holds up itself and nobody else.
const PARALLEL: usize = 4;
/// Attempts whose outcome could not be written are not repeated for so long.
const BREATH: std::time::Duration = std::time::Duration::from_secs(10);

/// What is sent.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Value,
}

/// An event under an id of its own.
pub(super) fn event(core: &Core, app_id: String, kind: String, at: i64, data: Value) -> Event {
    let body = serde_json::to_string(&Payload { kind: &kind, timestamp: rfc3339(at), data }).unwrap_or_default();
    Event { id: format!("msg_{}", core.new_id()), app_id, kind, body }
}

impl Webhooks {
    /// Makes events of what happened, with a delivery for each endpoint that wants them. Whether there may be more.
    pub(super) async fn take_up(&self) -> Result<bool, sqlx::Error> {
        let lines = store::outbox(self.core.db.read(), TAKEN_AT_ONCE).await?;
        let Some(last) = lines.last().map(|line| line.id) else { return Ok(false) };
        let (now, more) = (self.core.now(), lines.len() as i64 == TAKEN_AT_ONCE);
        let events = lines.into_iter().filter_map(|line| {
            let record = self.records.record(&line.kind, &line.row);
            if record.is_none() {
                tracing::error!(kind = line.kind, "What happened could not be read; no webhook tells of it");
            }
            Some(event(&self.core, line.app_id, line.kind, line.at.unwrap_or(now), record?))
        });
        let events: Vec<_> = events.collect();
        // Notes go and events come in one unit: killed in between, the same notes are taken up again.
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                for event in &events {
                    store::put_event(c, event, now).await?;
                    store::fan_out(c, event, now).await?;
                }
                store::taken_up(c, last).await
            })
        });
        unit.await?;
        Ok(more)
    }

    /// Starts attempts at what is due, as many as each endpoint may have under way.
    pub(super) async fn start_due(&self, crew: &Crew) -> Result<(), sqlx::Error> {
        let (pool, now) = (self.core.db.read(), self.core.now());
        for endpoint in store::enabled(pool).await? {
            // Those under way are still due in the database; that many more are looked at.
            let due = store::due(pool, &endpoint, now, 2 * PARALLEL as i64).await?;
            for id in self.claim(&endpoint, due) {
                let hooks = self.clone();
                crew.spawn(async move {
                    let _under_way = UnderWay { hooks: &hooks, id };
                    if let Err(error) = hooks.attempt(id).await {
                        tracing::error!(error = %error, "What came of a webhook could not be written");
                        hooks.core.clock.sleep(BREATH).await;
                    }
                });
            }
        }
        Ok(())
    }

    /// Marks deliveries as under way, as far as there is room.
    fn claim(&self, endpoint: &str, due: Vec<i64>) -> Vec<i64> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let room = PARALLEL.saturating_sub(under_way.values().filter(|of| *of == endpoint).count());
        let free: Vec<_> = due.into_iter().filter(|id| !under_way.contains_key(id)).take(room).collect();
        under_way.extend(free.iter().map(|id| (*id, endpoint.to_owned())));
        free
    }

    /// One attempt at one delivery.
    async fn attempt(&self, id: i64) -> Result<(), sqlx::Error> {
        let pool = self.core.db.read();
        let Some(due) = store::still_due(pool, id, self.core.now()).await? else { return Ok(()) };
        let Some(row) = store::get(pool, &due.endpoint_id).await? else { return Ok(()) };
        let old = self.old_secrets(&due.endpoint_id).await?;
        let headers = self.headers(&row, &old, &due);
        let endpoint = Endpoint::from(row);
        let answer = match headers {
            Some(headers) => self.outward.post(&endpoint.url, endpoint.inside, headers, due.body.clone()).await.map_err(|why| why.word()),
            None => Err("secret_lost"),
        };
        self.write_down(id, due, answer).await
    }

    /// The headers of Standard Webhooks; `None` where the secret does not open any more.
    fn headers(&self, row: &store::Row, old: &[SecretString], due: &Due) -> Option<HeaderMap> {
        let now = self.core.now();
        let timestamp = now.div_euclid(1000);
        let signed = |secret: &SecretString| sign::sign(secret, &due.event_id, timestamp, &due.body);
        let mut signature = signed(&self.secret(&due.endpoint_id, &row.secret)?)?;
        // While receivers change over, any of the secrets verifies.
        for also in old.iter().filter_map(signed) {
            signature = format!("{signature} {also}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("wxdesk/", env!("CARGO_PKG_VERSION"))));
        let told = [("webhook-id", due.event_id.clone()), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signature)];
        for (name, value) in told {
            headers.insert(HeaderName::from_static(name), value.parse().ok()?);
        }
        Some(headers)
    }

    /// Writes what came of an attempt, for the delivery and for its endpoint.
    async fn write_down(&self, id: i64, due: Due, answer: Result<u16, &'static str>) -> Result<(), sqlx::Error> {
        let now = self.core.now();
        let (well, gone) = (matches!(answer, Ok(200..=299)), answer == Ok(410));
        let attempts = due.attempts + 1;
        let again = pause(attempts).filter(|_| !well && !gone);
        let jitter = again.map_or(0, |pause| self.core.chance.below(u64::try_from(pause / 10).unwrap_or(0)));
        let ended = Ended {
            state: if well { State::Delivered } else { again.map_or(State::Failed, |_| State::Pending) },
            attempts,
            next_at: now + again.unwrap_or(0) + i64::try_from(jitter).unwrap_or(0),
            status: answer.ok().map(i64::from),
            error: answer.err(),
            now,
        };
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::ended(c, id, &ended).await?;
                if well {
                    return store::answered(c, &due.endpoint_id).await;
                }
                let since = store::failed(c, &due.endpoint_id, now, now - QUIET).await?;
                let tired = since.is_some_and(|since| now - since >= GIVE_UP_AFTER).then_some(Stopped::Failing);
                let why = if gone { Some(Stopped::Gone) } else { tired };
                if let Some(why) = why
                    && store::stop(c, &due.endpoint_id, why, now).await?
                {
                    let act = Act::new(Actor::System, "webhook.stopped", format!("webhook:{}", due.endpoint_id));
                    record_in(c, now, &act.detail(json!({ "why": why.word() }).to_string())).await?;
                }
                Ok(())
            })
        });
        unit.await
    }

    /// Drops what is older than it is kept for; once an hour.
    pub(super) async fn sweep(&self) -> Result<(), sqlx::Error> {
        let now = self.core.now();
        if now - self.swept_at.load(Ordering::Relaxed) < HOUR {
            return Ok(());
        }
        while self.core.db.write(move |c| Box::pin(async move { store::sweep(c, now - KEPT).await })).await? > 0 {}
        self.swept_at.store(now, Ordering::Relaxed);
        Ok(())
    }
}

/// Takes a delivery off the list of those under way, however its attempt ends.
struct UnderWay<'a> {
    hooks: &'a Webhooks,
    id: i64,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.hooks.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        self.hooks.bell.ring();
    }
}
