//! Which API keys fetch the token: counted in memory, written down in groups.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use super::{Tokens, store};
use crate::{
    features::tokens::model::Usage,
    infra::guard::ApiCaller,
    jobs::{Next, Worker},
    shared::time::{DAY, day_number},
};

/// Past this many lines, those of other days are dropped from memory.
const MOST: usize = 1024;
/// How long a program that no longer comes is remembered.
const REMEMBERED: i64 = 30 * DAY;
/// How often counts are written down.
const EVERY: Duration = Duration::from_secs(5);

/// A line, and whether it was counted on since it was last written.
struct Line {
    usage: Usage,
    fresh: bool,
}

/// Counts by account and key.
#[derive(Default)]
pub(super) struct Usages(Mutex<HashMap<(String, String), Line>>);

impl Usages {
    /// Counts as they were written down.
    pub fn known(rows: Vec<store::User>) -> Self {
        let lines = rows.into_iter().map(|row| ((row.app_id, row.key_id), Line { usage: row.usage, fresh: false }));
        Self(Mutex::new(lines.collect()))
    }

    /// Counts one fetch, or one report of a refused token.
    pub fn count(&self, app_id: &str, caller: &ApiCaller, stale: bool, now: i64) {
        let mut lines = self.lines();
        if lines.len() > MOST {
            lines.retain(|_, line| line.fresh || day_number(line.usage.last_at) == day_number(now));
        }
        let line = lines
            .entry((app_id.to_owned(), caller.key_id.clone()))
            .or_insert_with(|| Line { usage: Usage { name: caller.name.clone(), today: 0, last_at: now, stale: 0 }, fresh: true });
        line.usage.roll(now);
        (line.usage.last_at, line.fresh) = (now, true);
        if stale {
            line.usage.stale += 1;
        } else {
            line.usage.today += 1;
        }
    }

    /// The account's users of the last 30 days, the busiest of today first, then the latest.
    pub fn of(&self, app_id: &str, now: i64) -> Vec<Usage> {
        let lines = self.lines();
        let own = lines.iter().filter(|((owner, _), line)| owner == app_id && now - line.usage.last_at < REMEMBERED);
        let mut found: Vec<_> = own.map(|(_, line)| line.usage.clone()).collect();
        found.iter_mut().for_each(|usage| usage.roll(now));
        found.sort_by(|a, b| b.today.cmp(&a.today).then(b.last_at.cmp(&a.last_at)).then_with(|| a.name.cmp(&b.name)));
        found
    }

    /// Lines that were counted on since they were last taken.
    fn take_fresh(&self) -> Vec<store::User> {
        let mut rows = Vec::new();
        for ((app_id, key_id), line) in self.lines().iter_mut() {
            if std::mem::take(&mut line.fresh) {
                rows.push(store::User { app_id: app_id.clone(), key_id: key_id.clone(), usage: line.usage.clone() });
            }
        }
        rows
    }

    fn give_back(&self, rows: &[store::User]) {
        let mut lines = self.lines();
        for row in rows {
            if let Some(line) = lines.get_mut(&(row.app_id.clone(), row.key_id.clone())) {
                line.fresh = true;
            }
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<(String, String), Line>> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Usage {
    /// Begins the day anew where it is another one.
    fn roll(&mut self, now: i64) {
        if day_number(self.last_at) != day_number(now) {
            (self.today, self.stale) = (0, 0);
        }
    }
}

impl Tokens {
    /// Writes down who fetched the token, in one group.
    ///
    /// # Errors
    /// The database; the counts are kept for the next time.
    pub async fn write_users(&self) -> Result<(), sqlx::Error> {
        let (rows, before) = (self.usage.take_fresh(), self.core.now() - REMEMBERED);
        if rows.is_empty() {
            return Ok(());
        }
        let kept = rows.clone();
        let written = self.core.db.write(move |connection| {
            Box::pin(async move {
                for row in &rows {
                    store::save_user(&mut *connection, row).await?;
                }
                store::forget_users(connection, before).await
            })
        });
        let written = written.await;
        if written.is_err() {
            self.usage.give_back(&kept);
        }
        written
    }
}

/// The worker that writes down who fetches the token, and who brought one that was refused.
pub struct Tallying(
    /// Whose users are counted.
    pub Tokens,
);

impl Worker for Tallying {
    fn name(&self) -> &'static str {
        "token_users"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.0.write_refusals().await?;
        self.0.write_users().await?;
        Ok(Next::In(EVERY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> ApiCaller {
        ApiCaller { key_id: id.into(), name: format!("key {id}"), scopes: Vec::new(), account: None }
    }

    #[test]
    fn counts_are_the_key_s_own_and_start_anew_each_day() {
        let (usages, now) = (Usages::default(), 1_795_327_569_000);
        for _ in 0..3 {
            usages.count("wx1", &key("b"), false, now);
        }
        usages.count("wx1", &key("a"), true, now);
        usages.count("wx2", &key("a"), false, now);
        let lines: Vec<_> = usages.of("wx1", now).into_iter().map(|line| (line.name, line.today, line.stale)).collect();
        assert_eq!(lines, [("key b".to_owned(), 3, 0), ("key a".to_owned(), 0, 1)]);
        usages.count("wx1", &key("b"), false, now + DAY);
        let next: Vec<_> = usages.of("wx1", now + DAY).into_iter().map(|line| (line.name, line.today, line.stale)).collect();
        assert_eq!(next, [("key b".to_owned(), 1, 0), ("key a".to_owned(), 0, 0)], "who did not come today is still known");
        assert_eq!(usages.of("wx1", now + 30 * DAY).len(), 1);
    }

    #[test]
    fn each_line_is_written_once_and_again_only_after_a_call() {
        let (usages, now) = (Usages::default(), 1_795_327_569_000);
        usages.count("wx1", &key("a"), false, now);
        let rows = usages.take_fresh();
        assert_eq!((rows.len(), usages.take_fresh().len()), (1, 0));
        usages.give_back(&rows);
        assert_eq!(usages.take_fresh().len(), 1);
        let again = Usages::known(rows);
        again.count("wx1", &key("a"), false, now);
        assert_eq!((again.of("wx1", now)[0].today, again.take_fresh().len()), (2, 1));
    }
}
