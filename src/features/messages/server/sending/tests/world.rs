//! A small world of one message, two workers and WeChat, and the steps that can happen in it. The statements are the real ones.

use std::collections::HashMap;

use sqlx::{SqliteConnection, SqlitePool};

use super::super::{
    REPEAT_WITHIN,
    journal::Traces,
    lease, lease_store,
    outcome::{self, Outcome},
    store,
    verdict::{Call, judge, may_repeat},
};
use crate::{
    features::messages::{model::Channel, server::receipts},
    infra::clock::Chance,
    shared::time::MINUTE,
    wechat::{Error, events},
};

const APP: &str = "wx1";
const START: i64 = 1_795_320_000_000;
/// How long WeChat knows a client_msg_id again.
const REMEMBERED: i64 = 10 * MINUTE;

/// What the steps are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Story {
    /// The process dies; receipts come.
    Crashes,
    /// A worker sleeps past its lease, and the other takes over.
    Leases,
}

impl Story {
    /// How many steps are walked. Each of the faults below shows within them; every further step takes about three times as long.
    pub(super) fn deepest(self) -> usize {
        match self {
            Self::Crashes => 7,
            Self::Leases => 8,
        }
    }
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A worker takes the message, if it may.
    Claim(usize),
    /// It calls; `true`: the answer comes back.
    Call(usize, bool),
    /// It writes down what came of the call.
    Settle(usize),
    /// It puts back what it has not called.
    GiveBack(usize),
    /// Its lease runs out unnoticed by itself, and the other takes over.
    Lapse(usize),
    /// The process dies and starts again at once, or ten minutes later.
    Crash(bool),
    /// Some minutes pass, or more than WeChat remembers where it is about leases, and the sweep comes by.
    Wait,
    /// WeChat's receipt comes.
    Receipt,
}

/// What breaks the protocol on purpose, to see that it would be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// After a crash a message goes out under another client_msg_id.
    FreshId,
    /// The call comes before its intent is on disk.
    NoIntent,
    /// The journal does not know of a call.
    UnnotedCall,
    /// Doubts of any age are repeated.
    LateRepeat,
    /// A worker that wakes up calls what it had claimed, without a look at its lease.
    LateCall,
    /// What a worker writes after its lease ran out counts.
    Unfenced,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Worker {
    Idle,
    Claimed { under: String, client_msg_id: String, doubt_since: Option<i64>, at: i64, attempts: i64 },
    Called { under: String, outcome: Result<i64, Error>, reached: bool, doubt_since: Option<i64>, at: i64, attempts: i64 },
}

pub(super) struct World {
    pool: SqlitePool,
    story: Story,
    fault: Fault,
    now: i64,
    /// Under which lease each works.
    leases: [String; 2],
    workers: [Worker; 2],
    /// What WeChat remembers: client_msg_id, its msgid, since when.
    known: HashMap<String, (i64, i64)>,
    delivered: Vec<i64>,
    receipted: bool,
    crashes: u8,
    lost: u8,
    waits: u8,
    lapses: u8,
}

impl World {
    pub(super) async fn new(pool: &SqlitePool, story: Story, fault: Fault) -> Self {
        for sql in [
            "delete from messages",
            "delete from receipts",
            "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
             values ('m', 'wx1', 'oA', 't', '{}', 'queued', 'c', 1795320000000, 1795406400000, 'x', 1795320000000)",
        ] {
            sqlx::query(sql).execute(pool).await.expect("prepares");
        }
        Self {
            pool: pool.clone(),
            story,
            fault,
            now: START,
            leases: ["w0".into(), "w1".into()],
            workers: [Worker::Idle, Worker::Idle],
            known: HashMap::new(),
            delivered: Vec::new(),
            receipted: false,
            crashes: 0,
            lost: 0,
            waits: 0,
            lapses: 0,
        }
    }

    async fn row(&self) -> (String, Option<i64>, i64, Option<i64>) {
        sqlx::query_as("select state, intent_at, not_before, msgid from messages").fetch_one(&self.pool).await.expect("row")
    }

    /// What can happen next.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, worker) in self.workers.iter().enumerate() {
            match worker {
                Worker::Idle => steps.push(Step::Claim(at)),
                Worker::Claimed { under, .. } => {
                    if *under == self.leases[at] || self.fault == Fault::LateCall {
                        steps.push(Step::Call(at, true));
                        if self.lost < 1 {
                            steps.push(Step::Call(at, false));
                        }
                    }
                    if self.story == Story::Leases {
                        steps.push(Step::GiveBack(at));
                    }
                }
                Worker::Called { .. } => steps.push(Step::Settle(at)),
            }
        }
        if self.story == Story::Leases {
            if self.lapses < 2 {
                steps.extend([Step::Lapse(0), Step::Lapse(1)]);
            }
            if self.waits < 1 {
                steps.push(Step::Wait);
            }
            return steps;
        }
        if self.crashes < 2 {
            steps.extend([Step::Crash(false), Step::Crash(true)]);
        }
        if self.waits < 4 {
            steps.push(Step::Wait);
        }
        if !self.delivered.is_empty() && !self.receipted {
            steps.push(Step::Receipt);
        }
        steps
    }

    pub(super) async fn take(&mut self, step: Step) {
        match step {
            Step::Claim(at) => self.claim(at).await,
            Step::Call(at, answered) => self.call(at, answered),
            Step::Settle(at) => self.settle(at).await,
            Step::GiveBack(at) => self.give_back(at).await,
            Step::Lapse(at) => self.lapse(at).await,
            Step::Crash(long) => self.crash(long).await,
            Step::Wait => self.wait().await,
            Step::Receipt => self.receipt().await,
        }
    }

    async fn claim(&mut self, at: usize) {
        let safe_since = if self.fault == Fault::LateRepeat { 0 } else { self.now - REPEAT_WITHIN };
        let mut unit = self.pool.begin().await.expect("begins");
        if let Some(message) = store::due(&mut unit, APP, None, (i64::MIN, ""), self.now, safe_since, 1).await.expect("reads").pop() {
            if self.fault != Fault::NoIntent {
                store::intend(&mut unit, r#"["m"]"#, &self.leases[at], self.now).await.expect("writes");
            }
            self.workers[at] = Worker::Claimed {
                under: self.leases[at].clone(),
                client_msg_id: message.client_msg_id,
                doubt_since: message.intent_at,
                at: self.now,
                attempts: message.attempts,
            };
        }
        unit.commit().await.expect("commits");
    }

    fn call(&mut self, at: usize, answered: bool) {
        let Worker::Claimed { under, client_msg_id, doubt_since, at: claimed_at, attempts } = self.workers[at].clone() else { return };
        let stale = self.fault != Fault::LateRepeat && doubt_since.is_some_and(|since| !may_repeat(since, self.now));
        let mut outcome = Err(Error::Timeout);
        if !stale {
            let remembered = self.known.get(&client_msg_id).filter(|(_, since)| self.now - since < REMEMBERED).map(|(msgid, _)| *msgid);
            let msgid = remembered.unwrap_or_else(|| {
                let msgid = 700 + i64::try_from(self.delivered.len()).expect("few");
                self.delivered.push(msgid);
                self.known.insert(client_msg_id, (msgid, self.now));
                msgid
            });
            if answered {
                outcome = Ok(msgid);
            } else {
                self.lost += 1;
            }
        }
        self.workers[at] = Worker::Called { under, outcome, reached: !stale, doubt_since, at: claimed_at, attempts };
    }

    async fn settle(&mut self, at: usize) {
        let worker = std::mem::replace(&mut self.workers[at], Worker::Idle);
        let Some(outcome) = self.outcome(&worker) else { return };
        let mut unit = self.pool.begin().await.expect("begins");
        self.unfence(&mut unit, &outcome.worker).await;
        outcome::write(&mut unit, &[outcome], &Chance::seeded(1)).await.expect("writes");
        unit.commit().await.expect("commits");
    }

    /// What came of a worker's call, as it would write it down.
    fn outcome(&self, worker: &Worker) -> Option<Outcome> {
        let Worker::Called { under, outcome, reached, doubt_since, at: intent_at, attempts } = worker else { return None };
        let call = Call {
            now: self.now,
            attempts: attempts + 1,
            doubt_since: *doubt_since,
            intent_at: *intent_at,
            reached: *reached,
            in_batch: false,
            panicked: false,
            ask_unsure: false,
            notification: false,
        };
        let verdict = judge(outcome.clone().map(Some), call, &Chance::seeded(1));
        Some(Outcome {
            id: "m".into(),
            app_id: APP.into(),
            batch_id: None,
            worker: under.as_str().into(),
            claimed_at: *intent_at,
            verdict,
            braked: false,
            now: self.now,
        })
    }

    /// What the journal of a worker tells that is gone. An answer that was lost is one that was not noted any more.
    fn traces(&self, worker: &Worker) -> Traces {
        let mut traces = Traces::default();
        if let Worker::Called { outcome, .. } = worker
            && self.fault != Fault::UnnotedCall
        {
            traces.called.insert("m".into());
            traces.ended.extend(outcome.is_ok().then(|| self.outcome(worker)).flatten());
        }
        traces
    }

    async fn give_back(&mut self, at: usize) {
        let Worker::Claimed { under, doubt_since, .. } = std::mem::replace(&mut self.workers[at], Worker::Idle) else { return };
        let mut unit = self.pool.begin().await.expect("begins");
        self.unfence(&mut unit, &under).await;
        store::give_back(&mut unit, "m", &under, doubt_since).await.expect("writes");
        unit.commit().await.expect("commits");
    }

    /// With the fault, whatever is under way counts as this worker's own.
    async fn unfence(&self, unit: &mut SqliteConnection, under: &str) {
        if self.fault == Fault::Unfenced {
            sqlx::query("update messages set worker = ? where state = 'sending'").bind(under).execute(unit).await.expect("writes");
        }
    }

    async fn lapse(&mut self, at: usize) {
        self.lapses += 1;
        let mut unit = self.pool.begin().await.expect("begins");
        self.take_over(&mut unit, at, self.now - REPEAT_WITHIN).await;
        unit.commit().await.expect("commits");
        self.leases[at].push('+');
    }

    async fn take_over(&self, unit: &mut SqliteConnection, at: usize, safe_since: i64) {
        let lease = &self.leases[at];
        lease_store::repeat(unit, lease, self.now, safe_since).await.expect("writes");
        for ended in lease_store::unknown(unit, lease, self.now).await.expect("writes") {
            receipts::late(unit, APP, &ended.id, self.now).await.expect("writes");
        }
    }

    async fn crash(&mut self, long: bool) {
        self.crashes += 1;
        let traces = self.workers.clone().map(|worker| self.traces(&worker));
        self.workers = [Worker::Idle, Worker::Idle];
        self.now += if long { REMEMBERED + MINUTE } else { 1000 };
        let safe_since = if self.fault == Fault::LateRepeat { 0 } else { self.now - REPEAT_WITHIN };
        let mut unit = self.pool.begin().await.expect("begins");
        for (at, traces) in traces.into_iter().enumerate() {
            lease::believe(&mut unit, &self.leases[at], &traces, &Chance::seeded(1)).await.expect("writes");
            self.take_over(&mut unit, at, safe_since).await;
        }
        if self.fault == Fault::FreshId {
            sqlx::query("update messages set client_msg_id = client_msg_id || 'x' where state = 'queued'")
                .execute(&mut *unit)
                .await
                .expect("writes");
        }
        unit.commit().await.expect("commits");
    }

    async fn wait(&mut self) {
        self.waits += 1;
        self.now += if self.story == Story::Leases { REMEMBERED + MINUTE } else { 4 * MINUTE };
        if self.fault == Fault::LateRepeat {
            return;
        }
        let mut unit = self.pool.begin().await.expect("begins");
        for ended in store::given_up(&mut unit, APP, self.now, self.now - REPEAT_WITHIN).await.expect("writes") {
            receipts::late(&mut unit, APP, &ended.id, self.now).await.expect("writes");
        }
        unit.commit().await.expect("commits");
    }

    async fn receipt(&mut self) {
        self.receipted = true;
        let receipt = receipts::Receipt {
            msgid: self.delivered.first().copied(),
            openid: "oA".into(),
            channel: Channel::Template,
            status: events::Receipt::from_status("success"),
            created_ms: self.now,
            received: self.now,
        };
        let mut unit = self.pool.begin().await.expect("begins");
        receipts::take(&mut unit, APP, &receipt).await.expect("writes");
        unit.commit().await.expect("commits");
    }

    /// What must hold after every step.
    pub(super) async fn broken(&self) -> Option<String> {
        if self.delivered.len() > 1 {
            return Some("the person got it twice".into());
        }
        let (state, _, _, msgid) = self.row().await;
        let told = matches!(state.as_str(), "accepted" | "delivered");
        if told && self.delivered.is_empty() {
            return Some(format!("{state}, and it never left"));
        }
        if msgid.is_some_and(|msgid| !self.delivered.contains(&msgid)) {
            return Some("a msgid that WeChat never gave".into());
        }
        (!matches!(state.as_str(), "queued" | "sending" | "accepted" | "delivered" | "unknown")).then(|| format!("ended {state}"))
    }

    /// Everything the future depends on.
    pub(super) async fn signature(&self) -> String {
        let (state, intent, not_before, msgid) = self.row().await;
        let kept: i64 =
            sqlx::query_scalar("select count(*) from receipts where message_id is null").fetch_one(&self.pool).await.expect("counts");
        format!(
            "{state} {intent:?} {not_before} {msgid:?} {kept} {} {:?} {:?} {:?} {} {} {} {} {}",
            self.now, self.leases, self.workers, self.delivered, self.receipted, self.crashes, self.lost, self.waits, self.lapses
        )
    }
}
