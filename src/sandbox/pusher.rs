//! The worker that pushes events to callbacks, and the console's GET check.

use std::{collections::HashSet, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    CallbackTarget, Sandbox,
    event::Event,
    push::{self, Push},
    state::State,
};

/// How long an account's server has to answer a push.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Tries in all.
const TRIES: u32 = 3;
const AGAIN_AFTER_MS: i64 = 5_000;
const AT_ONCE: usize = 32;

impl Sandbox {
    /// Asks the account's callback to echo a string, as the console does on saving.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub async fn verify_callback(&self, app_id: &str) -> Result<(), String> {
        let (target, _) = self.look(|state| target(state, app_id)).ok_or("no callback is set")?;
        let echo = self.0.chance.text(19);
        let mut query = push::signed_query(&target, self.0.clock.now(), &self.0.chance);
        query.push(("echostr", echo.clone()));
        let answer = self.0.http.get(&target.url).query(&query).send().await;
        let answer = answer.map_err(|error| format!("the callback cannot be reached: {}", error.without_url()))?;
        let status = answer.status();
        let body = answer.text().await.map_err(|_| "the answer broke off")?;
        match (status.as_u16(), body == echo) {
            (200, true) => Ok(()),
            (200, false) => Err("the callback did not answer with the echostr alone".into()),
            (other, _) => Err(format!("the callback answered HTTP {other}")),
        }
    }

    /// Pushes due events until told to stop. [`Sandbox::serve`] runs it; run it beside a bare router.
    pub async fn run_pusher(self, stop: CancellationToken) {
        let mut running: HashSet<u64> = HashSet::new();
        let mut tasks = JoinSet::new();
        loop {
            let woken = self.0.wake.notified();
            let now = self.0.clock.now_ms();
            let (due, next) = self.look(|state| due(state, &running, now));
            for push in due.into_iter().take(AT_ONCE.saturating_sub(tasks.len())) {
                running.insert(push.id);
                tasks.spawn(self.clone().try_push(push));
            }
            let wait = next.filter(|_| tasks.len() < AT_ONCE).map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or_default()));
            tokio::select! {
                () = stop.cancelled() => return,
                () = woken => {}
                Some(done) = tasks.join_next(), if !tasks.is_empty() => {
                    if let Ok(id) = done {
                        running.remove(&id);
                    }
                }
                () = self.0.clock.sleep(wait.unwrap_or_default()), if wait.is_some() => {}
            }
        }
    }

    /// Tries one push and notes what came of it.
    async fn try_push(self, push: Push) -> u64 {
        let done = self.deliver(&push).await || push.tries + 1 >= TRIES;
        self.change(|change| change.record(Event::PushTried { id: push.id, done, due_ms: change.now_ms + AGAIN_AFTER_MS }));
        push.id
    }

    /// True once nothing more is to be tried.
    async fn deliver(&self, push: &Push) -> bool {
        let Some((target, original_id)) = self.look(|state| target(state, &push.app_id)) else { return true };
        let plain = push::xml(push, &original_id);
        let now = self.0.clock.now();
        let Some(wrapped) = push::wrap(&target, &push.app_id, push, &plain, &original_id, now, &self.0.chance) else { return true };
        let call = self.0.http.post(&target.url).query(&wrapped.query).header("content-type", "text/xml").body(wrapped.body);
        match call.send().await {
            Ok(answer) if answer.status() == 200 => answer.text().await.is_ok_and(|body| body.is_empty() || body == "success"),
            _ => false,
        }
    }
}

/// Pushes that are due, and when the next one will be.
fn due(state: &State, running: &HashSet<u64>, now: i64) -> (Vec<Push>, Option<i64>) {
    let ids = state.push_order.range(..=(now, u64::MAX)).filter(|(_, id)| !running.contains(id));
    let due = ids.filter_map(|(_, id)| state.pushes.get(id)).take(AT_ONCE).cloned().collect();
    (due, state.push_order.range((now + 1, 0)..).next().map(|(at, _)| *at))
}

fn target(state: &State, app_id: &str) -> Option<(CallbackTarget, String)> {
    let app = state.apps.get(app_id)?;
    let set = state.accounts.get(app_id).and_then(|account| account.callback.clone());
    Some((set.or_else(|| app.callback.clone())?, app.original_id.clone()))
}
