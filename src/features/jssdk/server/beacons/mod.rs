//! Failures that H5 pages report: taken into memory within bounds, written in groups, kept for 14 days.
//!
//! Anybody can write what a page writes, so nothing here grows with what is sent: reports are sorted into rows by day, page, phone and
//! ground, a report more is one more of them, and an account keeps so many rows at most.

mod http;
mod served;
mod store;
mod worker;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard},
};

pub use http::Api;
pub(super) use http::routes;
pub(super) use served::Served;
pub use worker::Writing;

use super::Signer;
use crate::{
    features::jssdk::failure::{Failure, Ground, Shares, Tally},
    infra::limits::Limiter,
    shared::{error::AppError, list::Listed, time::day_number},
};

/// Reports of one address: so many at once, and one more every two seconds.
const AT_ONCE: f64 = 20.0;
const PER_SECOND: f64 = 0.5;
/// Reports of all addresses together.
const ALL_AT_ONCE: f64 = 200.0;
const ALL_PER_SECOND: f64 = 20.0;
/// Rows that wait to be written; past it only the number of reports is kept.
const MOST_WAITING: usize = 1024;
/// Rows an account keeps; past it the ones longest not seen go.
const MOST_ROWS: i64 = 2000;
/// Days that rows are kept, today included.
const DAYS: i64 = 14;

/// What reports are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    app_id: String,
    day: i64,
    page: String,
    phone: String,
    ground: Ground,
}

/// Reports of one kind not yet written: how many, and the last of them.
#[derive(Clone, Debug)]
struct Line {
    reports: i64,
    first_at: i64,
    last_at: i64,
    last: Last,
}

/// What is kept of the last report.
#[derive(Clone, Debug)]
struct Last {
    url: String,
    signed: Option<String>,
    timestamp: Option<i64>,
    nonce: Option<String>,
    signature: Option<String>,
    code: String,
    message: String,
    cut: bool,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: HashMap<Key, Line>,
    /// All reports by account and day, those without a line included.
    counts: HashMap<(String, i64), i64>,
}

/// Reports on their way to the database.
pub(super) struct Intake {
    by_address: Limiter<IpAddr>,
    all: Limiter<()>,
    waiting: Mutex<Waiting>,
}

impl Intake {
    pub fn new() -> Self {
        Self { by_address: Limiter::new(PER_SECOND, AT_ONCE), all: Limiter::new(ALL_PER_SECOND, ALL_AT_ONCE), waiting: Mutex::default() }
    }

    /// Whether one more report may come in.
    ///
    /// # Errors
    /// 429.
    fn admit(&self, address: IpAddr, now: i64) -> Result<(), AppError> {
        self.by_address.take(address, now).and_then(|()| self.all.take((), now)).map_err(AppError::too_many)
    }

    fn push(&self, key: Key, line: Line) {
        let mut waiting = self.waiting();
        *waiting.counts.entry((key.app_id.clone(), key.day)).or_default() += line.reports;
        if let Some(known) = waiting.lines.get_mut(&key) {
            known.reports += line.reports;
            known.first_at = known.first_at.min(line.first_at);
            if line.last_at >= known.last_at {
                (known.last_at, known.last) = (line.last_at, line.last);
            }
        } else if waiting.lines.len() < MOST_WAITING {
            waiting.lines.insert(key, line);
        }
    }

    fn take(&self) -> Waiting {
        std::mem::take(&mut *self.waiting())
    }

    /// Puts back what could not be written.
    fn give_back(&self, taken: Waiting) {
        for (key, line) in taken.lines {
            *self.waiting().counts.entry((key.app_id.clone(), key.day)).or_default() -= line.reports;
            self.push(key, line);
        }
        for (day, count) in taken.counts {
            *self.waiting().counts.entry(day).or_default() += count;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Signer {
    /// Failures that pages of an account reported, the latest first.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn failures(&self, app_id: &str, cursor: Option<&str>, limit: usize) -> Result<Listed<Failure>, sqlx::Error> {
        let after = cursor.and_then(|cursor| cursor.split_once('-')).and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
        let rows = store::list(self.core.db.read(), app_id, after, limit).await?;
        Ok(Listed::cut(rows, limit, |row| format!("{}-{}", row.last_at, row.id)))
    }

    /// One of them.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn failure(&self, app_id: &str, id: i64) -> Result<Option<Failure>, sqlx::Error> {
        store::one(self.core.db.read(), app_id, id).await
    }

    /// Signatures and failures of today, and of all days that are kept.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn tallies(&self, app_id: &str) -> Result<(Tally, Tally), sqlx::Error> {
        let today = day_number(self.core.now());
        let days = store::days(self.core.db.read(), app_id, today - DAYS + 1).await?;
        let add = |sum: Tally, (_, day): &(i64, Tally)| Tally {
            signatures: sum.signatures + day.signatures,
            failures: sum.failures + day.failures,
        };
        let of_today = days.iter().filter(|(day, _)| *day == today).fold(Tally::default(), add);
        Ok((of_today, days.iter().fold(Tally::default(), add)))
    }
}

impl Signer {
    /// Failures and signatures of all days that are kept, by page and by phone.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn shares(&self, app_id: &str) -> Result<Shares, sqlx::Error> {
        let (failures, signatures) =
            tokio::try_join!(store::failures_by(self.core.db.read(), app_id), store::signatures_by(self.core.db.read(), app_id))?;
        let failed = failures.into_iter().map(|row| (row.page, row.phone, Tally { signatures: 0, failures: row.number }));
        let signed = signatures.into_iter().map(|row| (row.page, row.phone, Tally { signatures: row.number, failures: 0 }));
        Ok(Shares::of(failed.chain(signed)))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn line(at: i64) -> Line {
        let last = Last {
            url: format!("https://h5.example.com/{at}"),
            signed: None,
            timestamp: None,
            nonce: None,
            signature: None,
            code: "refused".into(),
            message: String::new(),
            cut: false,
        };
        Line { reports: 1, first_at: at, last_at: at, last }
    }

    fn key(page: usize) -> Key {
        Key { app_id: "wx1".into(), day: 1, page: page.to_string(), phone: String::new(), ground: Ground::Moved }
    }

    #[test]
    fn reports_of_a_kind_are_one_line_and_lines_are_bounded() {
        let intake = Intake::new();
        (1..=3).for_each(|at| intake.push(key(0), line(at)));
        (0..2 * MOST_WAITING).for_each(|page| intake.push(key(page), line(9)));
        let taken = intake.take();
        let known = &taken.lines[&key(0)];
        assert_eq!((known.reports, known.first_at, known.last_at, known.last.url.as_str()), (4, 1, 9, "https://h5.example.com/9"));
        assert_eq!((taken.lines.len(), taken.counts[&("wx1".to_owned(), 1)]), (MOST_WAITING, 3 + 2 * MOST_WAITING as i64));
        intake.push(key(0), line(10));
        intake.give_back(taken);
        let again = intake.take();
        assert_eq!((again.lines[&key(0)].reports, again.counts[&("wx1".to_owned(), 1)]), (5, 4 + 2 * MOST_WAITING as i64));
    }

    #[test]
    fn one_address_is_held_back_and_so_are_all_together() {
        let intake = Intake::new();
        let from = |last: u8| IpAddr::V4(Ipv4Addr::new(203, 0, 113, last));
        assert_eq!((0..100).filter(|_| intake.admit(from(1), 0).is_ok()).count(), 20);
        let others = (2..=255).flat_map(|last| (0..10).map(move |_| last)).filter(|last| intake.admit(from(*last), 0).is_ok()).count();
        assert_eq!(others, 180);
        assert!(intake.admit(from(1), 2_000).is_ok());
    }
}
