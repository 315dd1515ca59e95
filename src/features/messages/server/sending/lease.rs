//! Who may send: each worker holds a lease that it renews by beats in the database.
//!
//! Times are those of a clock that only runs forward, each worker's own: nobody reads another's clock. A worker that was stopped and wakes up
//! finds its lease run out before it calls; one that saw no new beat of another for the length of a lease takes over what that one had
//! under way. What the late one still writes about its calls is refused, because the messages are no longer its own.
//!
//! The workers share the rate: each sends its part of it. A new one waits for the length of a lease before its first call; by then
//! everybody else counts it, or has stopped.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::SqliteConnection;

use super::{
    REPEAT_WITHIN,
    journal::{self, Journal, Traces},
    lease_store as store, outcome,
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::server::{batches, receipts},
    },
    infra::{Core, clock::Chance},
    shared::time::SECOND,
};

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
    /// How many calls are under way or not written down at most.
    calls: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// The name under which it is registered; empty before that, and after the lease was lost.
    id: Arc<str>,
    /// Where the calls made under it are noted; none where no journal can be kept.
    journal: Option<Arc<Journal>>,
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
    /// Messages that workers had under way that are gone: the sum of what follows.
    pub(super) others_had: u64,
    /// The journal knew what came of the call.
    pub(super) ended: u64,
    /// The journal knew that there was no call.
    pub(super) not_called: u64,
    /// Queued again under their number.
    pub(super) repeated: u64,
    /// Too old to be repeated, or not to be.
    pub(super) unknown: u64,
}

/// What the database said.
struct Looked {
    id: String,
    /// Its last beat.
    beat: i64,
    others: Vec<(String, i64)>,
    kept: Kept,
}

impl Lease {
    pub(super) fn new(company: Company, calls: usize) -> Self {
        Self { company, calls, held: Mutex::default() }
    }

    /// The name under which messages are claimed, and where their calls are noted.
    pub(super) fn held_under(&self) -> (Arc<str>, Option<Arc<Journal>>) {
        let held = self.held();
        (held.id.clone(), held.journal.clone())
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

    /// When it was last renewed, by its own clock.
    pub(super) fn renewed_at(&self) -> i64 {
        self.held().renewed_at
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
        let (begins, alone, fresh, chance) = (id.is_empty(), self.company == Company::None, core.new_id(), core.chance.clone());
        let folder = core.place.calls();
        // What is told of a process that is surely gone may be believed.
        let traces = match journal::boot().filter(|_| begins && alone) {
            Some(boot) => journal::read(&folder, &boot),
            None => HashMap::new(),
        };
        let looked = core.db.write(move |connection| {
            Box::pin(async move {
                let told = Told { alone, traces: &traces, gone: &gone, chance: &chance };
                look(connection, id, fresh, told, now).await
            })
        });
        let looked = looked.await?;
        let journal = (*self.held().id != *looked.id).then(|| self.begin_journal(&folder, &looked.id));
        Ok(self.note(looked, journal, uptime))
    }

    /// A journal for a new lease, before anything is claimed under it.
    fn begin_journal(&self, folder: &Path, id: &str) -> Option<Arc<Journal>> {
        if self.company == Company::None {
            journal::clear(folder, id);
        }
        let made = Journal::create(folder, id, self.calls, &journal::boot()?);
        made.inspect_err(|error| tracing::warn!(%error, "No journal of calls can be kept: after a crash more messages will be in doubt"))
            .ok()
    }

    fn note(&self, looked: Looked, journal: Option<Option<Arc<Journal>>>, uptime: i64) -> Kept {
        let mut held = self.held();
        if let Some(journal) = &held.journal
            && *held.id == *looked.id
        {
            journal.beat(looked.beat);
        }
        if let Some(journal) = journal {
            held.id = looked.id.into();
            held.journal = journal;
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
        looked.kept
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

/// What a look at the leases goes by.
struct Told<'a> {
    /// Whether every other worker is gone.
    alone: bool,
    /// What the journals of those tell.
    traces: &'a HashMap<String, Traces>,
    /// Workers that have been silent for too long, and their last beats.
    gone: &'a [(String, i64)],
    chance: &'a Chance,
}

/// One look at the leases, in one unit of work.
async fn look(connection: &mut SqliteConnection, id: String, fresh: String, told: Told<'_>, now: i64) -> Result<Looked, sqlx::Error> {
    let new = id.is_empty();
    let beat = if new { None } else { store::beat(connection, &id).await? };
    let lost = !new && beat.is_none();
    let id = if new || lost { fresh } else { id };
    let mut kept = Kept { lost, ..Kept::default() };
    if new || lost {
        if told.alone {
            for (other, beat) in store::all(connection).await? {
                take_over(connection, &other, beat, &told, now, &mut kept).await?;
            }
        }
        store::enter(connection, &id).await?;
    }
    for (other, beat) in told.gone {
        take_over(connection, other, *beat, &told, now, &mut kept).await?;
    }
    kept.others_had = kept.ended + kept.not_called + kept.repeated + kept.unknown;
    let others = store::all(connection).await?.into_iter().filter(|(other, _)| *other != id).collect();
    Ok(Looked { id, beat: beat.unwrap_or(0), others, kept })
}

/// Sorts out what a worker had under way that is gone. One that has beaten meanwhile is left alone.
async fn take_over(
    connection: &mut SqliteConnection,
    other: &str,
    beat: i64,
    told: &Told<'_>,
    now: i64,
    kept: &mut Kept,
) -> Result<(), sqlx::Error> {
    if !store::end(connection, other, beat).await? {
        return Ok(());
    }
    let under_way = store::under_way(connection, other).await?;
    if let Some(traces) = told.traces.get(other).filter(|traces| traces.beat == beat) {
        let (ended, not_called) = believe(connection, other, traces, told.chance).await?;
        kept.ended += ended;
        kept.not_called += not_called;
    }
    kept.repeated += store::repeat(connection, other, now, now - REPEAT_WITHIN).await?;
    let unknown = store::unknown(connection, other, now).await?;
    for ended in &unknown {
        receipts::late(connection, &ended.app_id, &ended.id, now).await?;
    }
    kept.unknown += unknown.len() as u64;
    let unknown: HashSet<_> = unknown.into_iter().map(|ended| ended.id).collect();
    let mut batches: BTreeMap<_, usize> = BTreeMap::new();
    for (id, batch) in under_way {
        if let Some(batch) = batch {
            *batches.entry(batch).or_default() += usize::from(unknown.contains(&id));
        }
    }
    for (batch, unknown) in batches {
        let detail = serde_json::json!({ "unknown": unknown }).to_string();
        record_in(connection, now, &Act::new(Actor::System, "batch.restarted", format!("batch:{batch}")).detail(detail)).await?;
        batches::ending::catch_up(connection, &batch, now).await?;
    }
    Ok(())
}

/// Goes by what a gone worker's journal tells: how many of its calls had ended, and how many messages were claimed and not called.
pub(super) async fn believe(
    connection: &mut SqliteConnection,
    other: &str,
    traces: &Traces,
    chance: &Chance,
) -> Result<(u64, u64), sqlx::Error> {
    let open: HashSet<_> = store::under_way(connection, other).await?.into_iter().map(|(id, _)| id).collect();
    // Of the others the outcome was in the database already.
    let ended: Vec<_> = traces.ended.iter().filter(|one| open.contains(&one.id)).cloned().collect();
    outcome::write(connection, &ended, chance).await?;
    let called = serde_json::to_string(&traces.called).unwrap_or_else(|_| "[]".into());
    let not_called = store::not_called(connection, other, &called).await?;
    Ok((ended.len() as u64, not_called))
}
