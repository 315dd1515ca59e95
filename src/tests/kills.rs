//! SIGKILL and second thoughts in the middle of a batch: the real binary, a real database file, the simulator's ledger as the judge.
//!
//! Seeds are printed. `WXDESK_KILL_ROUNDS` asks for more rounds, `WXDESK_KILL_PEOPLE` for larger batches, `WXDESK_SEED` for the same again.

use std::{
    collections::HashMap,
    env,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wxdesk::sandbox::{SANDBOX_APP_ID, demo::template_id};

use super::{
    batches::{data, ended},
    crash::Scene,
    house::answer,
    process::Running,
};

const SEND: &str = "/cgi-bin/message/template/send";

/// A number from the environment.
pub fn asked(name: &str, usual: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

struct Rounds {
    scene: Scene,
    /// Calls at once.
    parallel: usize,
    people: Vec<String>,
    chance: StdRng,
    seed: u64,
    batches: Vec<String>,
}

impl Rounds {
    async fn new() -> Self {
        let seed = asked("WXDESK_SEED", rand::random());
        println!("seed {seed}");
        let scene = Scene::new();
        let count = asked("WXDESK_KILL_PEOPLE", 120);
        let url = scene.simulator.url("/sandbox/followers");
        let (_, people) = answer(scene.http.post(url).json(&json!({ "count": count }))).await;
        let openids = people.as_array().unwrap().iter().filter_map(|one| one["openid"].as_str());
        let people = openids.filter(|openid| openid.starts_with("oCrowd")).map(str::to_owned).collect();
        let parallel = if count > 1000 { 64 } else { 8 };
        Self { scene, parallel, people, chance: StdRng::seed_from_u64(seed), seed, batches: Vec::new() }
    }

    fn serve(&self) -> Running {
        self.scene.desk.serve(&["--send-rate", "0", "--send-parallel", &self.parallel.to_string()])
    }

    async fn is_running(&self, server: &Running) -> bool {
        match self.batches.last() {
            Some(id) => self.scene.read(server, &format!("/api/v1/batches/{id}")).await["state"] == "running",
            None => false,
        }
    }

    async fn file(&mut self, server: &Running) -> String {
        let recipients: Vec<_> = self.people.iter().map(|openid| json!({"touser": openid})).collect();
        let body = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": data(), "recipients": recipients});
        let (status, filed) = self.scene.post(server, "/api/v1/batches", body).await.unwrap();
        assert_eq!(status, 202, "{filed}");
        let id = filed["id"].as_str().unwrap().to_owned();
        self.batches.push(id.clone());
        id
    }

    /// Rounds of SIGKILL at random moments within `span` (milliseconds), a new batch whenever the last has ended; the server that is left.
    async fn kill(&mut self, rounds: u64, span: u64) -> Running {
        let (mut server, mut slowest) = (self.serve(), Duration::ZERO);
        for _ in 0..rounds {
            if !self.is_running(&server).await {
                self.file(&server).await;
            }
            tokio::time::sleep(Duration::from_millis(self.chance.random_range(0..span))).await;
            server.kill();
            let begun = Instant::now();
            let before = self.got().await.iter().sum::<usize>();
            server = self.serve();
            if self.people.len() <= 1000 && self.is_running(&server).await {
                slowest = slowest.max(self.resumed(&server, before, begun).await);
            }
        }
        println!("first message after a restart: {} ms at most", slowest.as_millis());
        server
    }

    /// How long after `begun` the first message went out, or the batch turned out to have none left.
    async fn resumed(&self, server: &Running, before: usize, begun: Instant) -> Duration {
        while self.got().await.iter().sum::<usize>() == before && self.is_running(server).await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }

    /// The counts of every batch once it has ended, added up.
    async fn counts(&self, server: &Running) -> HashMap<String, u64> {
        let mut sums = HashMap::new();
        for id in &self.batches {
            let batch = ended(&self.scene, server, id).await;
            assert_eq!(batch["state"], "done", "seed {}: {batch}", self.seed);
            for (state, count) in batch["counts"].as_object().unwrap() {
                *sums.entry(state.clone()).or_default() += count.as_u64().unwrap();
            }
        }
        sums
    }

    /// How often each person got something.
    async fn got(&self) -> Vec<usize> {
        let counts = self.scene.simulator_json("/sandbox/messages/counts").await;
        self.people.iter().map(|openid| usize::try_from(counts[openid].as_u64().unwrap_or(0)).unwrap()).collect()
    }

    fn all(&self) -> u64 {
        (self.people.len() * self.batches.len()) as u64
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_nobody_gets_it_twice_and_nobody_is_skipped() {
    let mut rounds = Rounds::new().await;
    // Many rounds are more than a day's quota.
    rounds.scene.dials(json!({"path": SEND, "delay_ms": 60, "daily_limits": {SEND: 1_000_000_000}})).await;
    // Several kills a batch, at its beginning, in its middle and at its end.
    let span = (rounds.people.len() as u64 * 60 / rounds.parallel as u64 / 4).clamp(120, 3000);
    let server = rounds.kill(asked("WXDESK_KILL_ROUNDS", 20), span).await;
    let counts = rounds.counts(&server).await;
    let of = |state: &str| counts.get(state).copied().unwrap_or(0);
    assert_eq!((of("queued"), of("sending"), of("unknown"), of("failed")), (0, 0, 0, 0), "seed {}: {counts:?}", rounds.seed);
    assert_eq!(of("accepted") + of("delivered"), rounds.all(), "seed {}: {counts:?}", rounds.seed);
    let got = rounds.got().await;
    assert!(got.iter().all(|count| *count == rounds.batches.len()), "seed {}: once a batch: {got:?}", rounds.seed);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_wechat_forgets_numbers_the_rule_decides_between_twice_and_uncertain() {
    for asks in [true, false] {
        let mut rounds = Rounds::new().await;
        let server = rounds.serve();
        server.kill();
        if asks {
            rounds.scene.desk.sql("insert into sending_rules (app_id, ask_unsure) select app_id, 1 from accounts").await;
        }
        rounds.scene.dials(json!({"path": SEND, "delay_ms": 60, "ignore_client_msg_id": true})).await;
        let kills = 6;
        let server = rounds.kill(kills, 300).await;
        let counts = rounds.counts(&server).await;
        let of = |state: &str| counts.get(state).copied().unwrap_or(0);
        // What was under way.
        let bound = rounds.parallel as u64 * kills;
        let got = rounds.got().await;
        let twice: usize = got.iter().map(|count| count.saturating_sub(rounds.batches.len())).sum();
        assert_eq!(of("accepted") + of("delivered") + of("unknown"), rounds.all(), "seed {}: {counts:?}", rounds.seed);
        if asks {
            assert!(twice == 0 && of("unknown") <= bound, "seed {}: {twice} twice, {counts:?}", rounds.seed);
        } else {
            assert_eq!(of("unknown"), 0, "seed {}: {counts:?}", rounds.seed);
            assert!(got.iter().all(|count| *count >= rounds.batches.len()), "seed {}: nobody is lost", rounds.seed);
            assert!(twice as u64 <= bound, "seed {}: {twice} twice", rounds.seed);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_pause_no_more_leave_than_were_under_way_and_a_cancel_is_final() {
    let mut rounds = Rounds::new().await;
    rounds.scene.dials(json!({"path": SEND, "delay_ms": 60})).await;
    let mut server = rounds.serve();
    let sum = |got: Vec<usize>| got.into_iter().sum::<usize>();
    for last in ["resume", "cancel"] {
        let id = rounds.file(&server).await;
        tokio::time::sleep(Duration::from_millis(rounds.chance.random_range(50..350))).await;
        let (status, said) = rounds.scene.post(&server, &format!("/api/v1/batches/{id}/pause"), json!({})).await.unwrap();
        assert!(status < 300, "seed {}: {said}", rounds.seed);
        let paused = sum(rounds.got().await);
        quiet(&rounds.scene, &server, &id).await;
        let still = sum(rounds.got().await);
        assert!(still <= paused + rounds.parallel, "seed {}: {paused} then {still}", rounds.seed);
        server.kill();
        server = rounds.serve();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(sum(rounds.got().await), still, "seed {}: a restart resumes nothing", rounds.seed);
        let (status, said) = rounds.scene.post(&server, &format!("/api/v1/batches/{id}/{last}"), json!({})).await.unwrap();
        assert!(status < 300, "seed {}: {said}", rounds.seed);
        if last == "cancel" {
            server.kill();
            server = rounds.serve();
            let (status, said) = rounds.scene.post(&server, &format!("/api/v1/batches/{id}/resume"), json!({})).await.unwrap();
            assert_eq!(status, 409, "seed {}: {said}", rounds.seed);
            assert_eq!(sum(rounds.got().await), still, "seed {}", rounds.seed);
        } else {
            ended(&rounds.scene, &server, &id).await;
            assert!(rounds.got().await.iter().all(|count| *count == 1), "seed {}", rounds.seed);
        }
    }
}

/// Waits until nothing of a batch is under way.
async fn quiet(scene: &Scene, server: &Running, id: &str) {
    loop {
        let batch: Value = scene.read(server, &format!("/api/v1/batches/{id}")).await;
        if batch["counts"]["sending"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
