//! Refused tokens that led to no fetch: noted in memory, equal ones of a minute as one line, written down in groups.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Tokens, store};
use crate::{
    features::tokens::model::{Part, Skipped},
    jobs::{Bell, Crew},
    shared::time::MINUTE,
};

/// Sorts of refusals that wait or may still grow; past it further sorts are only counted in the log of the process.
const MOST: usize = 1024;

/// Who brought a token that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A part of ours.
    Own(Part),
    /// An API key or a person, by name.
    Named(String),
}

/// A token that WeChat refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Refusal {
    pub who: Who,
    /// WeChat's code, where we heard it ourselves.
    pub errcode: Option<i64>,
}

/// What equal lines have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sort {
    pub app_id: String,
    pub refusal: Refusal,
    pub why: Skipped,
}

/// A line that counts what is equal for a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    first_at: i64,
    /// When the last one came (Unix milliseconds).
    pub last_at: i64,
    /// How many were not written down yet.
    pub fresh: i64,
    /// Its number, once it is written.
    pub id: Option<i64>,
}

/// Refusals on their way to the database.
#[derive(Default)]
pub(super) struct Noted {
    lines: Mutex<HashMap<Sort, Counted>>,
    /// Held while lines are written: whoever writes next sees the row each has by then.
    writing: tokio::sync::Mutex<()>,
    bell: Bell,
}

impl Noted {
    /// Takes note of one more.
    pub fn note(&self, app_id: &str, refusal: &Refusal, why: Skipped, now: i64) {
        let sort = Sort { app_id: app_id.to_owned(), refusal: refusal.clone(), why };
        let mut lines = self.lines();
        // One that waits to be written takes what comes, so that none is lost between two lines.
        let grows = |line: &&mut Counted| line.id.is_none() || line.fresh > 0 || (now - line.first_at).abs() < MINUTE;
        if let Some(line) = lines.get_mut(&sort).filter(grows) {
            (line.fresh, line.last_at) = (line.fresh + 1, now);
        } else if lines.len() >= MOST {
            tracing::warn!(app_id, "A refused access token was not noted: too many sorts at once");
        } else {
            lines.insert(sort, Counted { first_at: now, last_at: now, fresh: 1, id: None });
            drop(lines);
            self.bell.ring();
        }
    }

    /// What waits to be written, and drops what can grow no more.
    fn take(&self, now: i64) -> Vec<(Sort, Counted)> {
        let mut lines = self.lines();
        lines.retain(|_, line| line.fresh > 0 || (now - line.first_at).abs() < MINUTE);
        let waiting = lines.iter_mut().filter(|(_, line)| line.fresh > 0);
        waiting.map(|(sort, line)| (sort.clone(), Counted { fresh: std::mem::take(&mut line.fresh), ..*line })).collect()
    }

    fn written(&self, sort: &Sort, id: Option<i64>) {
        if let Some(line) = self.lines().get_mut(sort) {
            line.id = id;
        }
    }

    fn give_back(&self, taken: Vec<(Sort, Counted)>) {
        let mut lines = self.lines();
        for (sort, line) in taken {
            lines.entry(sort).and_modify(|known| known.fresh += line.fresh).or_insert(line);
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Sort, Counted>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tokens {
    /// The same tokens in the hands of somebody: who calls with one that is refused is named in the history.
    pub fn of(&self, who: Who) -> Self {
        Self { who, ..self.clone() }
    }

    /// Writes refusals down that led to no fetch, in one group; waits for a group that is being written.
    ///
    /// # Errors
    /// The database; they are kept for the next time.
    pub async fn write_refusals(&self) -> Result<(), sqlx::Error> {
        let _writing = self.noted.writing.lock().await;
        let taken = self.noted.take(self.core.now());
        if taken.is_empty() {
            return Ok(());
        }
        let rows = taken.clone();
        let written = self.core.db.write(move |connection| {
            Box::pin(async move {
                let mut ids = Vec::new();
                for (sort, line) in &rows {
                    ids.push(store::skipped(&mut *connection, sort, line).await?);
                }
                Ok(ids)
            })
        });
        match written.await {
            Ok(ids) => {
                for ((sort, _), id) in taken.iter().zip(ids) {
                    self.noted.written(sort, id);
                }
                Ok(())
            }
            Err(error) => {
                self.noted.give_back(taken);
                Err(error)
            }
        }
    }

    /// Rung when a refusal is to be written.
    pub fn refusals_bell(&self) -> Bell {
        self.noted.bell.clone()
    }

    /// Lets an orderly stop write down what waits.
    pub fn finish_with(&self, crew: &Crew) {
        let (tokens, stop) = (self.clone(), crew.stop().clone());
        crew.spawn(async move {
            stop.cancelled().await;
            if let Err(error) = tokens.write_refusals().await {
                tracing::warn!(%error, "The last refused tokens could not be noted");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_of_a_minute_are_one_line_and_none_is_lost() {
        let (noted, minute) = (Noted::default(), MINUTE);
        let refusal = |name: &str| Refusal { who: Who::Named(name.into()), errcode: Some(40001) };
        for at in 0..5 {
            noted.note("wx1", &refusal("crm"), Skipped::Joined, at);
        }
        noted.note("wx1", &refusal("shop"), Skipped::Joined, 5);
        noted.note("wx1", &refusal("crm"), Skipped::GivenUp, 6);
        let mut taken = noted.take(7);
        taken.sort_by_key(|(_, line)| line.first_at);
        assert_eq!(taken.iter().map(|(_, line)| (line.fresh, line.last_at)).collect::<Vec<_>>(), [(5, 4), (1, 5), (1, 6)]);
        assert!(noted.take(7).is_empty());
        noted.written(&taken[0].0, Some(11));
        noted.note("wx1", &refusal("crm"), Skipped::Joined, minute - 1);
        assert_eq!(noted.take(minute - 1).iter().map(|(_, line)| (line.fresh, line.id)).collect::<Vec<_>>(), [(1, Some(11))]);
        noted.note("wx1", &refusal("crm"), Skipped::Joined, minute);
        let next = noted.take(minute);
        assert_eq!(next.iter().map(|(_, line)| (line.fresh, line.id)).collect::<Vec<_>>(), [(1, None)], "a line of its own");
        noted.give_back(next);
        assert_eq!(noted.take(minute * 9).len(), 1, "kept until it is written");
        assert!(noted.take(minute * 9).is_empty() && noted.lines().is_empty());
    }
}
