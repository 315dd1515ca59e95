//! SIGKILL in the middle: the real binary, a real database file, the simulator's ledger as the judge.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wxdesk::sandbox::SANDBOX_APP_ID;

use super::{
    house::{answer, client},
    kills::asked,
    process::{Desk, Running},
};

/// How many downloads are under way or wait while the process is killed.
const PICTURES: usize = 500;
/// A picture of a few pixels: what is tried here is not the decoding.
const SMALL: &[u8] = include_bytes!("../features/media/server/cmyk.jpg");

/// A data folder, the simulator as a process of its own, and a key.
pub struct Scene {
    pub desk: Desk,
    pub simulator: Running,
    pub key: String,
    pub http: reqwest::Client,
}

impl Scene {
    pub fn new() -> Self {
        Self::on(Desk::new(), &[])
    }

    /// The same in a folder that is there already, its account added with these options.
    pub fn on(desk: Desk, options: &[&str]) -> Self {
        let simulator = desk.simulator();
        let secret = simulator_secret(&simulator);
        let base = simulator.url("");
        let add = ["account", "add", "--app-id", SANDBOX_APP_ID, "--name", "测试", "--api-base", &base, "--js-domain", "localhost"];
        desk.must(&[&add, options].concat(), &secret);
        let key = desk.must(&["key", "create", "crash", "--scope", "media:write,media:read,messages:send,messages:read"], "");
        Self { desk, simulator, key: key.trim().to_owned(), http: client() }
    }

    pub async fn dials(&self, dials: Value) {
        let (status, said) = answer(self.http.put(self.simulator.url("/sandbox/dials")).json(&dials)).await;
        assert!(status < 300, "{status} {said}");
    }

    /// Somebody uploads a picture in WeChat: its media id.
    pub async fn upload(&self, bytes: &'static [u8]) -> String {
        let (status, said) = answer(self.http.post(self.simulator.url("/sandbox/upload")).body(bytes)).await;
        assert!(status < 300, "{status} {said}");
        said["media_id"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, server: &Running, path: &str, body: Value) -> Option<(u16, Value)> {
        let sent = self.http.post(server.url(path)).bearer_auth(&self.key).json(&body).send().await.ok()?;
        let status = sent.status().as_u16();
        Some((status, sent.json().await.ok()?))
    }

    /// What the simulator answers.
    pub async fn simulator_json(&self, path: &str) -> Value {
        self.http.get(self.simulator.url(path)).send().await.unwrap().json().await.unwrap()
    }

    pub async fn read(&self, server: &Running, path: &str) -> Value {
        let (status, body) = answer(self.http.get(server.url(path)).bearer_auth(&self.key)).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Waits until none of the records is in one of the open states, and gives all of them by id.
    async fn settled(&self, server: &Running, path: &str, ids: &HashSet<String>, open: &[&str]) -> HashMap<String, Value> {
        let late = Instant::now() + Duration::from_secs(60);
        loop {
            let mut records = HashMap::new();
            for id in ids {
                records.insert(id.clone(), self.read(server, &format!("{path}/{id}")).await);
            }
            if records.values().all(|record| !open.contains(&record["state"].as_str().unwrap_or_default())) {
                return records;
            }
            assert!(Instant::now() < late, "still open after a minute: {records:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn simulator_secret(simulator: &Running) -> String {
    let all = simulator.said.join("\n");
    match all.lines().find_map(|line| line.strip_prefix("AppSecret: ")) {
        Some(secret) => secret.to_owned(),
        None => wxdesk::sandbox::SANDBOX_SECRET.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_nobody_gets_it_twice_and_nobody_is_forgotten() {
    let scene = Scene::new();
    let people = scene.http.get(scene.simulator.url("/sandbox/followers")).send().await.unwrap().json::<Value>().await.unwrap();
    let openids: Vec<String> = people
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["subscribed"] == true)
        .take(30)
        .map(|one| one["openid"].as_str().unwrap().into())
        .collect();
    let template = wxdesk::sandbox::demo::template_id(SANDBOX_APP_ID, 2);

    let server = scene.desk.serve(&[]);
    scene.dials(json!({"path": "/cgi-bin/message/template/send", "delay_ms": 250})).await;
    let mut accepted = HashSet::new();
    for openid in &openids {
        let data = json!({"thing1": "春季自然笔记班", "amount2": "1280.00元", "date3": "2026年12月05日"});
        let (status, record) = scene
            .post(&server, "/api/v1/messages", json!({"touser": openid, "template_id": template, "data": data}))
            .await
            .expect("the server takes it");
        assert_eq!(status, 202, "{record}");
        accepted.insert(record["id"].as_str().unwrap().to_owned());
    }
    server.kill();
    let server = scene.desk.serve(&[]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.kill();
    let server = scene.desk.serve(&[]);
    scene.dials(json!({})).await;
    let records = scene.settled(&server, "/api/v1/messages", &accepted, &["queued", "sending"]).await;
    assert_eq!(records.len(), openids.len(), "what was answered 202 is there");
    for record in records.values() {
        assert!(["accepted", "delivered", "failed"].contains(&record["state"].as_str().unwrap()), "{record}");
        let openid = record["touser"].as_str().unwrap();
        let got = scene
            .http
            .get(scene.simulator.url(&format!("/sandbox/messages?openid={openid}")))
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap();
        let got = got.as_array().unwrap();
        assert_eq!(got.len(), 1, "{openid} got it {} times", got.len());
        let told = got[0]["msgid"].as_str().map_or_else(|| got[0]["msgid"].to_string(), str::to_owned);
        assert_eq!(record["msgid"], told.as_str(), "our number is the platform's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_downloading_no_half_file_and_no_lost_record() {
    let seed = asked("WXDESK_SEED", rand::random());
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let scene = Scene::new();
    let (mut waiting, mut known) = (Vec::new(), HashSet::new());
    for at in 0..PICTURES {
        // A JPEG ends before its end where more follows: the same picture, and other bytes.
        let bytes = [SMALL, at.to_string().as_bytes()].concat();
        known.insert(hex::encode(wxdesk::infra::secrets::sha256(&bytes)));
        let (status, said) = answer(scene.http.post(scene.simulator.url("/sandbox/upload")).body(bytes)).await;
        assert!(status < 300, "{said}");
        waiting.push(said["media_id"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned());
    }
    scene.dials(json!({"path": "/cgi-bin/media/get", "delay_ms": 30})).await;
    let mut server = scene.desk.serve(&[]);
    let mut accepted = HashSet::new();
    for (at, media_id) in waiting.iter().enumerate() {
        let body = json!({"media_id": media_id, "user_id": "../../etc", "answer_title": "第一周", "question_id": at});
        let (status, record) = scene.post(&server, "/api/v1/media", body).await.expect("the server takes it");
        assert_eq!(status, 202, "{record}");
        accepted.insert(record["id"].as_str().unwrap().to_owned());
    }
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(chance.random_range(100..600))).await;
        server.kill();
        server = scene.desk.serve(&[]);
    }
    scene.dials(json!({})).await;
    let records = scene.settled(&server, "/api/v1/media", &accepted, &["pending", "downloading"]).await;
    let mut whole = HashSet::new();
    for record in records.values() {
        assert_eq!((&record["state"], &record["user_id"]), (&json!("stored"), &json!("../../etc")), "{record}");
        let file = scene.http.get(record["file_url"].as_str().unwrap()).bearer_auth(&scene.key).send().await.unwrap();
        assert_eq!(file.status(), 200);
        let hash = hex::encode(wxdesk::infra::secrets::sha256(&file.bytes().await.unwrap()));
        assert_eq!(record["sha256"], hash.as_str());
        whole.insert(hash);
    }
    assert_eq!(whole, known, "each picture, once");
    let mut kept = HashSet::new();
    for folder in std::fs::read_dir(scene.desk.data().join("media")).unwrap().flatten() {
        let names = std::fs::read_dir(folder.path()).unwrap().flatten().map(|file| file.file_name().into_string().unwrap());
        let names: Vec<_> = names.collect();
        assert!(folder.file_name() != "tmp" || names.is_empty(), "{names:?}");
        kept.extend(names.into_iter().filter(|name| !name.contains('.')));
    }
    assert_eq!(kept, known, "no file that no record knows, and none missing");
}
