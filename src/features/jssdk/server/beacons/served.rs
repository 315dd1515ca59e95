//! Signatures given by page and phone: what failures are a share of. Noted beside the signature without waiting for anything, sorted by
//! the writer.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::{HeaderMap, header};

use crate::features::{
    accounts::server::Account,
    jssdk::failure::{Phone, page_of},
};

/// So many signatures between two rounds of the writer are looked at; the others count as these do.
const MOST: usize = 1024;
/// Sorts of one round that are written; those seen least are left out.
const MOST_SORTS: usize = 200;
/// Of a `User-Agent`, so much is kept (bytes).
const MOST_AGENT: usize = 512;

/// What signatures are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sort {
    pub app_id: String,
    pub page: String,
    /// The system alone: `iPhone`, `Android` … or nothing.
    pub phone: &'static str,
}

struct Line {
    account: Arc<Account>,
    page: String,
    agent: String,
}

/// Signatures on their way to the database.
#[derive(Default)]
pub(in super::super) struct Served {
    given: AtomicUsize,
    lines: Mutex<Vec<Line>>,
}

impl Served {
    /// Notes a signature. Never waits: one that finds the list taken is only counted.
    pub fn note(&self, account: &Arc<Account>, signed: &str, headers: &HeaderMap) {
        if self.given.fetch_add(1, Ordering::Relaxed) >= MOST {
            return;
        }
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let agent = agent[..agent.floor_char_boundary(MOST_AGENT)].to_owned();
        let line = Line { account: account.clone(), page: page_of(signed).to_owned(), agent };
        if let Ok(mut lines) = self.lines.try_lock()
            && lines.len() < MOST
        {
            lines.push(line);
        }
    }

    /// What was given since this was last asked.
    pub(super) fn take(&self) -> Vec<(Sort, i64)> {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        let given = self.given.swap(0, Ordering::Relaxed).max(lines.len());
        let seen = lines.len().max(1);
        let mut sorts: HashMap<Sort, usize> = HashMap::new();
        for line in lines {
            let phone = Phone::read(&line.agent).system;
            *sorts.entry(Sort { app_id: line.account.app_id.clone(), page: line.page, phone }).or_default() += 1;
        }
        let mut sorts: Vec<_> = sorts.into_iter().collect();
        sorts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        sorts.truncate(MOST_SORTS);
        sorts.into_iter().map(|(sort, count)| (sort, i64::try_from(count * given / seen).unwrap_or(i64::MAX))).collect()
    }
}
