//! The log of calls: a line is pushed into memory, written in groups each second, and kept for 30 days.

mod forms;
mod store;
mod worker;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

pub(super) use forms::routes;

use super::Relay;
use crate::{features::relay::model::Line, infra::Core, jobs::Bell};

/// So many waiting lines are written at once, before the second is over.
const FULL: usize = 200;
/// Lines that wait to be written; past it only their number is kept.
const MOST_WAITING: usize = 50_000;

/// Lines on their way to the database.
#[derive(Default)]
pub(super) struct Log {
    waiting: Mutex<Vec<Line>>,
    lost: AtomicU64,
    bell: Bell,
}

impl Log {
    fn push(&self, line: Line) {
        let mut waiting = self.waiting();
        if waiting.len() >= MOST_WAITING {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.push(line);
        let full = waiting.len().is_multiple_of(FULL);
        drop(waiting);
        if full {
            self.bell.ring();
        }
    }

    /// The oldest of them, as many as one unit of the writer takes.
    fn take(&self) -> Vec<Line> {
        let mut waiting = self.waiting();
        let count = waiting.len().min(FULL);
        waiting.drain(..count).collect()
    }

    fn give_back(&self, mut lines: Vec<Line>) {
        let mut waiting = self.waiting();
        lines.append(&mut waiting);
        *waiting = lines;
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call under way. Its line is pushed when it ends, also where its caller goes away before.
pub(super) struct Entry {
    log: Arc<Log>,
    core: Core,
    line: Line,
}

impl Entry {
    /// Of a call that begins now; `line` lacks its end.
    pub fn open(relay: &Relay, line: Line) -> Self {
        Self { log: relay.log.clone(), core: relay.core.clone(), line }
    }

    /// Notes how it ended.
    pub fn close(mut self, status: u16, errcode: Option<i64>, code: Option<&'static str>) {
        (self.line.status, self.line.errcode, self.line.code) = (status.into(), errcode, code.map(str::to_owned));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.line.elapsed_ms = (self.core.now() - self.line.at).max(0);
        self.log.push(self.line.clone());
    }
}

impl Relay {
    /// Writes the lines that wait down, in groups.
    ///
    /// # Errors
    /// The database; what was not written is kept for the next time.
    pub async fn write_log(&self) -> Result<(), sqlx::Error> {
        loop {
            let lines = self.log.take();
            if lines.is_empty() {
                break;
            }
            let rows = lines.clone();
            let written = self.core.db.write(move |connection| {
                Box::pin(async move {
                    for line in &rows {
                        store::add(&mut *connection, line).await?;
                    }
                    Ok(())
                })
            });
            if let Err(error) = written.await {
                self.log.give_back(lines);
                return Err(error);
            }
        }
        let lost = self.log.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "Calls were handed on faster than their lines could be written");
        }
        Ok(())
    }
}
