//! Which API keys fetch the token: counted in memory since midnight in China or the start of the server.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use crate::{features::tokens::model::Usage, infra::guard::ApiCaller, shared::time::day_number};

/// Past this many lines, those of other days are dropped.
const MOST: usize = 1024;

/// Counts by account and key.
#[derive(Default)]
pub(super) struct Usages(Mutex<HashMap<(String, String), Usage>>);

impl Usages {
    /// Counts one fetch, or one report of a refused token.
    pub fn count(&self, app_id: &str, caller: &ApiCaller, stale: bool, now: i64) {
        let mut lines = self.lines();
        if lines.len() > MOST {
            lines.retain(|_, line| day_number(line.last_at) == day_number(now));
        }
        let line = lines.entry((app_id.to_owned(), caller.key_id.clone())).or_insert_with(|| Usage {
            name: caller.name.clone(),
            today: 0,
            last_at: now,
            stale: 0,
        });
        if day_number(line.last_at) != day_number(now) {
            (line.today, line.stale) = (0, 0);
        }
        line.last_at = now;
        if stale {
            line.stale += 1;
        } else {
            line.today += 1;
        }
    }

    /// The account's users, the busiest first.
    pub fn of(&self, app_id: &str, now: i64) -> Vec<Usage> {
        let lines = self.lines();
        let mut found: Vec<_> = lines
            .iter()
            .filter(|((owner, _), line)| owner == app_id && day_number(line.last_at) == day_number(now))
            .map(|(_, line)| line.clone())
            .collect();
        found.sort_by(|a, b| b.today.cmp(&a.today).then_with(|| a.name.cmp(&b.name)));
        found
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<(String, String), Usage>> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::time::DAY;

    #[test]
    fn counts_are_the_key_s_own_and_start_anew_each_day() {
        let (usages, now) = (Usages::default(), 1_795_327_569_000);
        let key = |id: &str| ApiCaller { key_id: id.into(), name: format!("key {id}"), scopes: Vec::new(), account: None };
        for _ in 0..3 {
            usages.count("wx1", &key("b"), false, now);
        }
        usages.count("wx1", &key("a"), true, now);
        usages.count("wx2", &key("a"), false, now);
        let lines: Vec<_> = usages.of("wx1", now).into_iter().map(|line| (line.name, line.today, line.stale)).collect();
        assert_eq!(lines, [("key b".to_owned(), 3, 0), ("key a".to_owned(), 0, 1)]);
        usages.count("wx1", &key("b"), false, now + DAY);
        assert_eq!(usages.of("wx1", now + DAY).iter().map(|line| line.today).collect::<Vec<_>>(), [1]);
    }
}
