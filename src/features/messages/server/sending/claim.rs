//! Claiming: intents on disk for a handful of messages of each lane that may go.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use sqlx::SqliteConnection;

use super::{Claimed, Inner, SWEEP, journal::Journal, outgoing_store::Outgoing, safe_since, store};
use crate::{
    features::{
        accounts::server::Account,
        messages::{
            model::{BatchState, Rules},
            server::{
                batches,
                history::first_id,
                rules::{self, WEEK},
            },
        },
    },
    shared::time::{MINUTE, SECOND},
};

impl Inner {
    /// Claims ahead what one account may send, and says when to look again.
    pub(super) async fn fill(&self, account: &Arc<Account>, now: i64, locked: bool) -> anyhow::Result<i64> {
        let app_id = account.app_id.as_str();
        let slow_until = self.slow.lock().unwrap_or_else(PoisonError::into_inner).get(app_id).copied().unwrap_or(0);
        let hold = self.messages.hold_now(account, now).await?;
        let holding = self.holding.load(Ordering::Acquire) > 0;
        self.messages.gate.hold(app_id, holding || hold.is_some() || slow_until > now);
        let mut live = self.live(app_id, now).await?;
        let watched = self.messages.judge_canaries(&mut live, now).await?;
        self.give_back_shut_out(app_id).await?;
        if locked {
            return Ok(now + SWEEP);
        }
        if slow_until > now {
            return Ok(slow_until);
        }
        let rules = self.messages.rules(app_id).await?;
        self.brakes.set(app_id, rules.brake_percent, &live);
        if let Some(until) = rules.quiet.and_then(|quiet| quiet.until(now)) {
            return Ok(until.min(now + SWEEP));
        }
        let probe = match hold {
            None if holding => return Ok(now + SWEEP),
            None => false,
            Some(hold) if hold.try_again_at <= now => true,
            Some(hold) => return Ok(hold.try_again_at),
        };
        let waiting = self.ready.len(app_id);
        if waiting * 2 > self.ahead || (probe && waiting > 0) {
            // The bell rings when there is room again.
            return Ok(now + SWEEP);
        }
        let (worker, journal) = self.lease.held_under();
        let want = if probe { 1 } else { self.ahead - waiting };
        let claim = Claim { app_id: app_id.into(), lanes: self.lanes(&live), now, want, probe, rules, worker, journal };
        let (claimed, look_again) = self.claim(claim).await?;
        self.ready.put(app_id, claimed);
        let starts = live.iter().filter(|batch| batch.send_at > now).map(|batch| batch.send_at).min();
        // Receipts ring no bell here: there are too many of them.
        let look_again = if watched { look_again.min(now + SECOND) } else { look_again };
        Ok(starts.map_or(look_again, |at| look_again.min(at)))
    }

    /// The account's live batches, those whose time has come started and those with nothing left ended.
    async fn live(&self, app_id: &str, now: i64) -> Result<Vec<batches::store::Live>, sqlx::Error> {
        let pool = self.messages.core.db.read();
        let live = batches::store::live(pool, app_id).await?;
        let due = live.iter().any(|batch| batch.state == BatchState::Scheduled.word() && batch.send_at <= now);
        let empty = live.iter().any(|batch| batch.open == 0);
        if !due && !empty {
            return Ok(live);
        }
        let app_id = app_id.to_owned();
        let unit = self.messages.core.db.write({
            let app_id = app_id.clone();
            move |connection| {
                Box::pin(async move {
                    batches::store::start_due(connection, &app_id, now).await?;
                    batches::store::end_empty(connection, &app_id, now).await
                })
            }
        });
        unit.await?;
        batches::store::live(pool, &app_id).await
    }

    /// Single messages and every running batch; whose turn it is stands first.
    fn lanes(&self, live: &[batches::store::Live]) -> Vec<Lane> {
        let running = live.iter().filter(|batch| batch.state == BatchState::Running.word());
        let running = running.map(|batch| Lane { batch: Some(batch.id.clone()), canary_last: batch.canary_last.clone() });
        let mut lanes: Vec<_> = std::iter::once(Lane::default()).chain(running).collect();
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % lanes.len();
        lanes.rotate_left(first);
        lanes
    }

    /// Writes the intents, and says when to look again. When this fails nothing is called.
    async fn claim(&self, claim: Claim) -> Result<(Vec<Claimed>, i64), sqlx::Error> {
        let unit = self.messages.core.db.write(move |connection| Box::pin(async move { claim.write(connection).await }));
        let (claimed, capped, look_again) = unit.await?;
        for id in capped {
            self.messages.waiting.changed(&id);
        }
        Ok((claimed, look_again))
    }

    async fn give_back_shut_out(&self, app_id: &str) -> Result<(), sqlx::Error> {
        let out = self.ready.shut_out(app_id, &self.messages.gate);
        let given = self.give_back(&out).await;
        if given.is_err() {
            self.ready.put(app_id, out);
        }
        given
    }

    /// Back to the queue with messages that were claimed and not called.
    pub(super) async fn give_back(&self, claimed: &[Claimed]) -> Result<(), sqlx::Error> {
        if claimed.is_empty() {
            return Ok(());
        }
        let now = self.messages.core.now();
        let row = |one: &Claimed| (one.message.id.clone(), one.message.batch_id.clone(), one.worker.clone(), one.doubt_since);
        let rows: Vec<_> = claimed.iter().map(row).collect();
        let unit = self.messages.core.db.write(move |connection| {
            Box::pin(async move {
                for (id, batch, worker, doubt_since) in rows {
                    store::give_back(connection, &id, &worker, doubt_since).await?;
                    if let Some(batch) = batch {
                        batches::ending::catch_up(connection, &batch, now).await?;
                    }
                }
                Ok(())
            })
        });
        unit.await
    }
}

/// A batch, or all single messages.
#[derive(Default)]
struct Lane {
    batch: Option<String>,
    /// The last of the few that may go now.
    canary_last: Option<String>,
}

/// One unit of claiming.
struct Claim {
    app_id: String,
    lanes: Vec<Lane>,
    now: i64,
    want: usize,
    probe: bool,
    rules: Rules,
    worker: Arc<str>,
    journal: Option<Arc<Journal>>,
}

impl Claim {
    /// What was claimed, what a person's weekly cap kept back, and when to look again.
    async fn write(self, connection: &mut SqliteConnection) -> Result<(Vec<Claimed>, Vec<String>, i64), sqlx::Error> {
        let Self { now, probe, .. } = self;
        let Rules { weekly_cap, ask_unsure, .. } = self.rules;
        let (due, look_again) = self.due(connection).await?;
        let (mut claimed, mut capped) = (Vec::with_capacity(due.len()), Vec::new());
        let (since, since_id) = (now - WEEK, first_id(now - 2 * WEEK));
        for message in due {
            // One in doubt has counted already.
            if let Some(cap) = weekly_cap.filter(|_| message.intent_at.is_none())
                && rules::store::had_enough(connection, &self.app_id, &message.touser, &since_id, since, cap).await?
            {
                rules::store::capped(connection, &message.id, now).await?;
                if let Some(batch) = &message.batch_id {
                    batches::ending::catch_up(connection, batch, now).await?;
                }
                capped.push(message.id);
                continue;
            }
            if weekly_cap.is_some() {
                // The next look at the same person must see this one.
                store::intend(connection, &json(&[&message.id]), &self.worker, now).await?;
            }
            let (worker, journal, doubt_since) = (self.worker.clone(), self.journal.clone(), message.intent_at);
            claimed.push(Claimed { message, worker, journal, doubt_since, at: now, ask_unsure, probe });
        }
        if weekly_cap.is_none() && !claimed.is_empty() {
            let ids: Vec<_> = claimed.iter().map(|one: &Claimed| &one.message.id).collect();
            store::intend(connection, &json(&ids), &self.worker, now).await?;
        }
        if probe && !claimed.is_empty() {
            store::probe_at(connection, &self.app_id, now + MINUTE).await?;
        }
        Ok((claimed, capped, look_again))
    }

    /// Messages that may go now, the lanes taking turns, and when to look again.
    async fn due(&self, connection: &mut SqliteConnection) -> Result<(Vec<Outgoing>, i64), sqlx::Error> {
        let (app_id, now, safe_since) = (self.app_id.as_str(), self.now, safe_since(&self.rules, self.now));
        let (mut due, mut look_again) = (Vec::<Outgoing>::with_capacity(self.want), now + SWEEP);
        let mut ends = vec![(i64::MIN, String::new()); self.lanes.len()];
        // Twice around: what one lane leaves of its share, others may use.
        for round in 0..2 {
            for (at, (lane, (after, after_id))) in self.lanes.iter().zip(&mut ends).enumerate() {
                let left = self.want - due.len();
                if left == 0 {
                    break;
                }
                let share = if round == 0 { left.div_ceil(self.lanes.len() - at) } else { left };
                let (id, limit) = (lane.batch.as_deref(), i64::try_from(share).unwrap_or(1));
                let found = match lane.canary_last.as_deref().zip(id) {
                    Some((last, id)) => batches::canary::store::due(connection, id, after_id, last, now, safe_since, limit).await?,
                    None => store::due(connection, app_id, id, (*after, after_id), now, safe_since, limit).await?,
                };
                match found.last() {
                    Some(last) => (*after, *after_id) = (last.not_before, last.id.clone()),
                    None if round == 0 => {
                        let next = store::next_due(connection, app_id, id, now).await?;
                        look_again = look_again.min(next.unwrap_or(look_again));
                    }
                    None => {}
                }
                due.extend(found);
            }
        }
        Ok((due, look_again))
    }
}

fn json<T: serde::Serialize>(ids: &[T]) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".into())
}
