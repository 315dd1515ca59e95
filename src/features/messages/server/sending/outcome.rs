//! Outcomes on their way to disk: those of calls that end close together share one unit of work.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use tokio::sync::mpsc;

use super::{
    Claimed, Hold, Inner,
    journal::Entry,
    store,
    verdict::{Pause, Verdict, hold_pause},
};
use crate::{
    features::messages::{
        model::reasons,
        server::{batches, receipts},
    },
    infra::{clock::Chance, respond::disk_is_full},
};

/// How many share a unit at most.
pub(super) const GROUP: usize = 128;
/// How long a first outcome waits for others while many calls are under way.
const LINGER: Duration = Duration::from_millis(20);
/// With fewer calls under way nobody waits.
const FEW: usize = 8;

/// What came of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) batch_id: Option<String>,
    /// Who called.
    #[serde(skip)]
    pub(super) worker: Arc<str>,
    pub(super) claimed_at: i64,
    pub(super) verdict: Verdict,
    /// Whether its batch stops with it.
    pub(super) braked: bool,
    pub(super) now: i64,
}

impl Outcome {
    pub(super) fn new(claimed: &Claimed, verdict: Verdict, braked: bool, now: i64) -> Self {
        let message = &claimed.message;
        Self {
            id: message.id.clone(),
            app_id: message.app_id.clone(),
            batch_id: message.batch_id.clone(),
            worker: claimed.worker.clone(),
            claimed_at: claimed.at,
            verdict,
            braked,
            now,
        }
    }
}

/// An outcome that is not in the database yet, and the journal's line about it.
pub(super) type Unwritten = (Outcome, Option<Entry>);

/// An accepted call as the statement takes it: id, msgid, errcode, errmsg, reason, when, who called.
type Told<'a> = (&'a str, Option<i64>, Option<i64>, Option<&'a str>, Option<&'a str>, i64, &'a str);

impl Outcome {
    fn went_well(&self) -> bool {
        matches!(self.verdict, Verdict::Accepted { .. })
    }

    fn told(&self) -> Option<Told<'_>> {
        match &self.verdict {
            Verdict::Accepted { msgid, errcode, errmsg, reason } => {
                Some((&self.id, *msgid, *errcode, errmsg.as_deref(), reason.as_deref(), self.now, &self.worker))
            }
            _ => None,
        }
    }
}

impl Inner {
    /// Writes outcomes until the crew stops and the last call has ended; what was claimed and not called goes back to the queue then.
    pub(super) async fn write_outcomes(self: Arc<Self>, mut queue: mpsc::Receiver<Unwritten>) {
        let stop = self.crew.stop().clone();
        let mut group = Vec::with_capacity(GROUP);
        loop {
            tokio::select! {
                count = queue.recv_many(&mut group, GROUP) => if count == 0 { return },
                () = stop.cancelled() => break,
            }
            while group.len() < GROUP && self.calls_under_way() > FEW {
                match tokio::time::timeout(LINGER, queue.recv()).await {
                    Ok(Some(outcome)) => group.push(outcome),
                    _ => break,
                }
            }
            self.write_group(&mut group).await;
        }
        self.give_back(&self.ready.drain()).await.ok();
        loop {
            let all = self.calls_under_way() == 0;
            while let Ok(outcome) = queue.try_recv() {
                group.push(outcome);
            }
            self.write_group(&mut group).await;
            if all {
                // Whoever starts next would find out by itself, a little later.
                self.lease.give_up(&self.messages.core).await.ok();
                return;
            }
            if let Ok(Some(outcome)) = tokio::time::timeout(LINGER, queue.recv()).await {
                group.push(outcome);
            }
        }
    }

    async fn write_group(&self, group: &mut Vec<Unwritten>) {
        if group.is_empty() {
            return;
        }
        let mut pause = Duration::from_millis(200);
        // They stay in hand until they are on disk: a full disk stops the sending, it loses nothing.
        while let Err(error) = self.write_down(group).await {
            tracing::error!(error = %error, messages = group.len(), "Outcomes could not be written; trying again");
            if disk_is_full(&error) {
                self.messages.disk_full.store(true, Ordering::Relaxed);
            }
            tokio::select! {
                () = self.crew.stop().cancelled() => return,
                () = self.messages.core.clock.sleep(pause) => pause = (pause * 2).min(Duration::from_secs(10)),
            }
        }
        self.messages.disk_full.store(false, Ordering::Relaxed);
        for (outcome, entry) in group.drain(..) {
            if let Some(entry) = entry {
                entry.done();
            }
            if matches!(outcome.verdict, Verdict::Again { pause: Pause::Hold, .. }) {
                self.holding.fetch_sub(1, Ordering::AcqRel);
            }
            self.messages.waiting.changed(&outcome.id);
            self.open.fetch_sub(1, Ordering::AcqRel);
        }
        self.settled.notify_waiters();
        self.messages.bell.ring();
    }

    async fn write_down(&self, group: &[Unwritten]) -> Result<(), sqlx::Error> {
        let group: Vec<_> = group.iter().map(|(outcome, _)| outcome.clone()).collect();
        let chance = self.messages.core.chance.clone();
        self.messages.core.db.write(move |connection| Box::pin(async move { write(connection, &group, &chance).await })).await
    }
}

/// Writes outcomes in their order. Those that went well one after the other share two statements.
pub(super) async fn write(connection: &mut SqliteConnection, group: &[Outcome], chance: &Chance) -> Result<(), sqlx::Error> {
    for run in group.chunk_by(|one, two| one.went_well() && two.went_well()) {
        match run {
            [other] if !other.went_well() => write_other(connection, other, chance).await?,
            well => write_well(connection, well).await?,
        }
    }
    let mut batches: BTreeMap<&str, i64> = BTreeMap::new();
    for outcome in group {
        let Some(batch) = &outcome.batch_id else { continue };
        if outcome.braked {
            batches::canary::stop(connection, batch, reasons::BRAKED, outcome.now).await?;
        }
        batches.insert(batch, outcome.now);
    }
    for (batch, now) in batches {
        batches::ending::catch_up(connection, batch, now).await?;
    }
    Ok(())
}

/// Writes outcomes of calls that WeChat accepted.
async fn write_well(connection: &mut SqliteConnection, well: &[Outcome]) -> Result<(), sqlx::Error> {
    let told: Vec<_> = well.iter().filter_map(Outcome::told).collect();
    let waited = store::accept(connection, &serde_json::to_string(&told).unwrap_or_else(|_| "[]".into())).await?;
    for outcome in well.iter().filter(|outcome| waited.contains(&outcome.id)) {
        receipts::late(connection, &outcome.app_id, &outcome.id, outcome.now).await?;
    }
    let mut latest: BTreeMap<&str, i64> = BTreeMap::new();
    for outcome in well {
        let at = latest.entry(&outcome.app_id).or_insert(outcome.claimed_at);
        *at = outcome.claimed_at.max(*at);
    }
    // Whatever WeChat says about one message shows that it works for the account again.
    for (app_id, claimed_at) in latest {
        store::end_hold(connection, app_id, claimed_at).await?;
    }
    Ok(())
}

/// Writes any other outcome.
async fn write_other(connection: &mut SqliteConnection, outcome: &Outcome, chance: &Chance) -> Result<(), sqlx::Error> {
    let Outcome { id, app_id, now, .. } = outcome;
    let written = store::settle(connection, id, &outcome.worker, *now, &outcome.verdict).await?;
    match &outcome.verdict {
        Verdict::Doubtful { .. } if written => receipts::late(connection, app_id, id, *now).await?,
        Verdict::Again { pause: Pause::Batch, errcode, errmsg, reason, .. } => {
            if let Some(batch) = &outcome.batch_id {
                batches::store::halt(connection, batch, reason, *errcode, errmsg.as_deref()).await?;
            }
        }
        Verdict::Again { pause: Pause::Hold, errcode: Some(errcode), errmsg, .. } => {
            let before = store::hold_within(connection, app_id).await?;
            let since = before.filter(|hold| hold.errcode == *errcode).map_or(*now, |hold| hold.since);
            let try_again_at = now + hold_pause(*errcode, *now, since, chance);
            let hold = Hold { errcode: *errcode, errmsg: errmsg.clone().unwrap_or_default(), since, try_again_at };
            store::put_hold(connection, app_id, &hold).await?;
        }
        _ => {}
    }
    if !matches!(outcome.verdict, Verdict::Again { .. }) {
        store::end_hold(connection, app_id, outcome.claimed_at).await?;
    }
    Ok(())
}
