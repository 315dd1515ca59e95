//! Who may send: each worker holds a lease that it renews by beats in the database.
//!
//! Times are those of a clock that only runs forward, each worker's own: nobody reads another's clock. A worker that was stopped and wakes up
//! finds its lease run out before it calls; one that saw no new beat of another for the length of a lease takes over what that one had
//! under way. What the late one still writes about its calls is refused, because the messages are no longer its own.
//!
//! The workers share the rate: each sends its part of it. A new one waits for the length of a lease before its first call; by then
//! everybody else counts it, or has stopped.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::SqliteConnection;

use super::{REPEAT_WITHIN, lease_store as store};
use crate::{features::messages::server::receipts, infra::Core, shared::time::SECOND};

/// How long a lease lasts without renewal (milliseconds).
pub const LEASE: i64 = 60 * SECOND;
/// How often it is renewed.
pub const RENEW: i64 = LEASE / 3;
/// No call begins when less than this is left of the lease: a call takes ten seconds at most, and its outcome must be written.
const LEEWAY: i64 = 20 * SECOND;

/// Whether other workers may be at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// No: the data folder is locked by this process. Every worker in the database is gone.
    None,
    /// Others may live.
    Others,
}

/// The worker's own lease and what it knows of others.
pub(super) struct Lease {
    company: Company,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// The name under which it is registered; empty before that, and after the lease was lost.
    id: Arc<str>,
    /// Its own clock before the last renewal was written.
    renewed_at: i64,
    /// No call before this.
    starts_at: i64,
    /// Others, their beats, and when those were first seen.
    others: HashMap<String, (i64, i64)>,
}

/// What a look at the leases brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// The lease was lost: what was claimed under it is somebody else's now.
    pub(super) lost: bool,
    /// Messages of workers that are gone, queued again.
    pub(super) repeated: u64,
    /// Messages of workers that are gone, too old to be repeated.
    pub(super) unknown: u64,
}

/// What the database said.
struct Looked {
    id: String,
    lost: bool,
    others: Vec<(String, i64)>,
    repeated: u64,
    unknown: u64,
}

impl Lease {
    pub(super) fn new(company: Company) -> Self {
        Self { company, held: Mutex::default() }
    }

    /// The name under which messages are claimed.
    pub(super) fn id(&self) -> Arc<str> {
        self.held().id.clone()
    }

    /// Whether a message claimed under this name may be called now.
    pub(super) fn covers(&self, id: &str, uptime: i64) -> bool {
        let held = self.held();
        *held.id == *id && uptime >= held.starts_at && uptime < held.renewed_at + LEASE - LEEWAY
    }

    /// Whether messages may be claimed now; else after how many milliseconds.
    pub(super) fn opens_in(&self, uptime: i64) -> i64 {
        (self.held().starts_at - uptime).max(0)
    }

    /// This worker's part of a rate: the parts of all live workers add up to it. A rate of 0 means no cap and stays so.
    pub(super) fn part_of(&self, rate: u32) -> Option<u32> {
        let held = self.held();
        let count = u32::try_from(held.others.len()).unwrap_or(u32::MAX - 1) + 1;
        let before = u32::try_from(held.others.keys().filter(|other| ***other < *held.id).count()).unwrap_or(0);
        match rate / count + u32::from(before < rate % count) {
            0 if rate > 0 => None,
            part => Some(part),
        }
    }

    /// Renews the lease where it is time, and takes over from workers that are gone.
    pub(super) async fn keep(&self, core: &Core) -> Result<Kept, sqlx::Error> {
        let (uptime, now) = (core.clock.uptime_ms(), core.now());
        let (id, gone) = {
            let held = self.held();
            if !held.id.is_empty() && uptime - held.renewed_at < RENEW {
                return Ok(Kept::default());
            }
            let silent = |(id, (beat, seen)): (&String, &(i64, i64))| (uptime - seen >= LEASE).then(|| (id.clone(), *beat));
            (held.id.to_string(), held.others.iter().filter_map(silent).collect::<Vec<_>>())
        };
        let (fresh, alone) = (core.new_id(), self.company == Company::None);
        let looked = core.db.write(move |connection| Box::pin(async move { look(connection, id, fresh, alone, &gone, now).await })).await?;
        Ok(self.note(looked, uptime))
    }

    fn note(&self, looked: Looked, uptime: i64) -> Kept {
        let mut held = self.held();
        if *held.id != *looked.id {
            held.id = looked.id.into();
            held.starts_at = if looked.others.is_empty() { uptime } else { uptime + LEASE };
        }
        held.renewed_at = uptime;
        let before = std::mem::take(&mut held.others);
        held.others = looked
            .others
            .into_iter()
            .map(|(id, beat)| {
                let seen = before.get(&id).filter(|(last, _)| *last == beat).map_or(uptime, |(_, seen)| *seen);
                (id, (beat, seen))
            })
            .collect();
        Kept { lost: looked.lost, repeated: looked.repeated, unknown: looked.unknown }
    }

    /// Gives the lease back in an orderly stop.
    pub(super) async fn give_up(&self, core: &Core) -> Result<(), sqlx::Error> {
        let id = std::mem::take(&mut *self.held()).id.to_string();
        core.db.write(move |connection| Box::pin(async move { store::leave(connection, &id).await })).await
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One look at the leases, in one unit of work.
async fn look(
    connection: &mut SqliteConnection,
    id: String,
    fresh: String,
    alone: bool,
    gone: &[(String, i64)],
    now: i64,
) -> Result<Looked, sqlx::Error> {
    let new = id.is_empty();
    let lost = !new && !store::beat(connection, &id).await?;
    let id = if new || lost { fresh } else { id };
    let mut looked = Looked { id, lost, others: Vec::new(), repeated: 0, unknown: 0 };
    if new || lost {
        if alone {
            for (other, beat) in store::all(connection).await? {
                take_over(connection, &other, beat, now, &mut looked).await?;
            }
        }
        store::enter(connection, &looked.id).await?;
    }
    for (other, beat) in gone {
        take_over(connection, other, *beat, now, &mut looked).await?;
    }
    looked.others = store::all(connection).await?.into_iter().filter(|(other, _)| *other != looked.id).collect();
    Ok(looked)
}

/// Sorts out what a worker had under way that is gone. One that has beaten meanwhile is left alone.
async fn take_over(connection: &mut SqliteConnection, other: &str, beat: i64, now: i64, looked: &mut Looked) -> Result<(), sqlx::Error> {
    if !store::end(connection, other, beat).await? {
        return Ok(());
    }
    looked.repeated += store::repeat(connection, other, now, now - REPEAT_WITHIN).await?;
    let unknown = store::unknown(connection, other, now).await?;
    for ended in &unknown {
        receipts::late(connection, &ended.app_id, &ended.id, now).await?;
    }
    looked.unknown += unknown.len() as u64;
    Ok(())
}
