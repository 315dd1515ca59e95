//! Claiming: intents on disk for a handful of messages of each lane that may go.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use super::{Claimed, Inner, SWEEP, safe_since, store};
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
        let want = if probe { 1 } else { self.ahead - waiting };
        let (due, look_again) = self.due(app_id, &live, now, safe_since(&rules, now), want).await?;
        if !due.is_empty() {
            let claimed = self.claim(app_id, due, now, probe, rules).await?;
            self.ready.put(app_id, claimed);
        }
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

    /// Ids of messages that may go now, the lanes taking turns, and when to look again.
    async fn due(
        &self,
        app_id: &str,
        live: &[batches::store::Live],
        now: i64,
        safe_since: i64,
        want: usize,
    ) -> Result<(Vec<String>, i64), sqlx::Error> {
        let running = live.iter().filter(|batch| batch.state == BatchState::Running.word()).map(Some);
        let mut lanes: Vec<Option<&batches::store::Live>> = std::iter::once(None).chain(running).collect();
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % lanes.len();
        lanes.rotate_left(first);
        let pool = self.messages.core.db.read();
        let (mut due, mut look_again) = (Vec::with_capacity(want), now + SWEEP);
        // Twice around: what one lane leaves of its share, others may use.
        for round in 0..2 {
            for (at, lane) in lanes.iter().enumerate() {
                let left = want - due.len();
                if left == 0 {
                    break;
                }
                let share = if round == 0 { left.div_ceil(lanes.len() - at) } else { left };
                let asked = if round == 0 { share } else { share + due.len() };
                let (id, limit) = (lane.map(|batch| batch.id.as_str()), i64::try_from(asked).unwrap_or(1));
                let found = match lane.and_then(|batch| batch.canary_last.as_deref().zip(id)) {
                    Some((last, id)) => batches::canary::store::due(pool, id, last, now, safe_since, limit).await?,
                    None => store::due(pool, app_id, id, now, safe_since, limit).await?,
                };
                if found.is_empty()
                    && let Some(at) = store::next_due(pool, app_id, id, now).await?
                {
                    look_again = look_again.min(at);
                }
                for id in found {
                    if due.len() < want && !due.contains(&id) {
                        due.push(id);
                    }
                }
            }
        }
        Ok((due, look_again))
    }

    /// Writes the intents. When this fails nothing is called.
    async fn claim(&self, app_id: &str, due: Vec<String>, now: i64, probe: bool, rules: Rules) -> Result<Vec<Claimed>, sqlx::Error> {
        let Rules { weekly_cap, ask_unsure, .. } = rules;
        let (app_id, (worker, journal)) = (app_id.to_owned(), self.lease.held_under());
        let unit = self.messages.core.db.write(move |connection| {
            Box::pin(async move {
                let (mut claimed, mut capped) = (Vec::with_capacity(due.len()), Vec::new());
                let (since, since_id) = (now - WEEK, first_id(now - 2 * WEEK));
                let mut waiting = store::waiting(connection, &json(&due)).await?;
                waiting.sort_by_key(|message| due.iter().position(|id| *id == message.id));
                for message in waiting {
                    // One in doubt has counted already.
                    if let Some(cap) = weekly_cap.filter(|_| message.intent_at.is_none())
                        && rules::store::had_enough(connection, &app_id, &message.touser, &since_id, since, cap).await?
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
                        store::intend(connection, &json(&[&message.id]), &worker, now).await?;
                    }
                    let doubt_since = message.intent_at;
                    let (worker, journal) = (worker.clone(), journal.clone());
                    claimed.push(Claimed { message, worker, journal, doubt_since, at: now, ask_unsure, probe });
                }
                if weekly_cap.is_none() {
                    let ids: Vec<_> = claimed.iter().map(|one: &Claimed| &one.message.id).collect();
                    store::intend(connection, &json(&ids), &worker, now).await?;
                }
                if probe {
                    store::probe_at(connection, &app_id, now + MINUTE).await?;
                }
                Ok((claimed, capped))
            })
        });
        let (claimed, capped) = unit.await?;
        for id in capped {
            self.messages.waiting.changed(&id);
        }
        Ok(claimed)
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

fn json<T: serde::Serialize>(ids: &[T]) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".into())
}
