//! What a batch costs: the release binary beside its simulator, both as processes, over HTTP. Filing a hundred thousand recipients,
//! sending through a slow platform as fast as the free slots allow, and with a cap. Figures are printed as measured.
//!
//! `cargo bench --bench batches`. The binary is `WXDESK_BIN`, else `target/release/wxdesk`.

mod process;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use process::{Running, cpu, free, resident, run, start, status_kb};
use serde_json::{Value, json};

const APP_ID: &str = "wxsandbox0000001";
/// How long the simulator takes for each send.
const LATENCY_MS: u64 = 50;

/// A server and the port of its metrics.
struct Served {
    process: Running,
    ops: u16,
}

impl std::ops::Deref for Served {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.process
    }
}

struct Scene {
    binary: PathBuf,
    folder: tempfile::TempDir,
    platform: Running,
    key: String,
    http: reqwest::Client,
}

fn main() -> anyhow::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/wxdesk");
    let binary = env::var_os("WXDESK_BIN").map_or(built, PathBuf::from);
    anyhow::ensure!(binary.is_file(), "{} is missing; make build makes it", binary.display());
    rustls::crypto::ring::default_provider().install_default().ok();
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(measure(binary))
}

async fn measure(binary: PathBuf) -> anyhow::Result<()> {
    let scene = Scene::new(binary)?;
    let crowd = scene.crowd(100_000).await?;
    println!("| batches | measured | bar |\n| --- | --- | --- |");
    filing(&scene, &crowd).await?;
    let open = ["--send-rate", "0", "--send-parallel", "64"];
    let durable = sending(&scene, &crowd[..20_000], &open, None, None).await?;
    match careless() {
        Some(library) => {
            let loose = sending(&scene, &crowd[..20_000], &open, None, Some(&library)).await?;
            println!("| durable against a disk that only says so | {:.3} | 0.9 |", durable / loose);
        }
        None => println!("| durable against a disk that only says so | not measured: libeatmydata is not installed | 0.9 |"),
    }
    sending(&scene, &crowd[..6_000], &["--send-rate", "500", "--send-parallel", "64"], Some(500.0), None).await.map(|_| ())
}

async fn filing(scene: &Scene, crowd: &[String]) -> anyhow::Result<()> {
    let server = scene.serve(&["--send-rate", "1"])?;
    let body = scene.body(crowd, Some("2026-12-24T00:00:00Z"));
    let before = resident(server.0.id());
    let began = Instant::now();
    let filed = scene.post(&server, "/api/v1/batches", &body).await?;
    let took = began.elapsed();
    anyhow::ensure!(filed["total"] == crowd.len(), "{filed}");
    let peak = status_kb(server.0.id(), "VmHWM:");
    println!(
        "| filing {} recipients, {:.1} MB of JSON, durable | {:.2} s | 3 s |",
        crowd.len(),
        body.len() as f64 / 1e6,
        took.as_secs_f64()
    );
    println!("| memory above idle at its peak | {:.0} MB | 60 MB |", peak.saturating_sub(before) as f64 / 1000.0);
    Ok(())
}

/// A library that makes every fsync a word; from the distribution's package `libeatmydata1`.
fn careless() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
    folders.iter().map(|folder| Path::new(folder).join("libeatmydata.so")).find(|file| file.is_file())
}

/// Sends a batch; messages a second.
async fn sending(scene: &Scene, crowd: &[String], options: &[&str], cap: Option<f64>, preload: Option<&Path>) -> anyhow::Result<f64> {
    scene
        .http
        .put(format!("{}/sandbox/dials", scene.platform.1))
        .json(&json!({"path": "/cgi-bin/message/template/send", "delay_ms": LATENCY_MS, "receipt_missing_percent": 100}))
        .send()
        .await?;
    let server = scene.serve_with(options, preload)?;
    let commits_before = scene.commits(&server).await?;
    let cpu_before = cpu(server.0.id());
    let began = Instant::now();
    let filed = scene.post(&server, "/api/v1/batches", &scene.body(crowd, None)).await?;
    let id = filed["id"].as_str().unwrap_or_default().to_owned();
    let (filed_after, cpu_filed) = (began.elapsed(), cpu(server.0.id()));
    let done = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let batch: Value = scene.http.get(format!("{}/api/v1/batches/{id}", server.1)).bearer_auth(&scene.key).send().await?.json().await?;
        if batch["state"] == "done" {
            break batch;
        }
    };
    let span = (began.elapsed() - filed_after).as_secs_f64();
    let rate = crowd.len() as f64 / span;
    let cpu_now = cpu(server.0.id());
    let each = |since: Duration| (cpu_now - since).as_secs_f64() * 1e6 / crowd.len() as f64;
    anyhow::ensure!(done["counts"]["accepted"] == crowd.len(), "{done}");
    match cap {
        None => {
            let ideal = 64.0 * 1000.0 / LATENCY_MS as f64;
            println!(
                "| {} messages, 64 in flight, {LATENCY_MS} ms each | {rate:.0}/s, {:.3} of {ideal:.0} | 0.95 |",
                crowd.len(),
                rate / ideal
            );
        }
        Some(cap) => {
            println!("| {} messages with a cap of {cap:.0}/s | {rate:.1}/s, {:.3} of it | 0.97 to 1.00 |", crowd.len(), rate / cap)
        }
    }
    if preload.is_some() {
        return Ok(rate);
    }
    let commits = (scene.commits(&server).await? - commits_before) / crowd.len() as f64;
    println!("| server CPU a message, from its claim to its outcome | {:.0} µs | 120 µs |", each(cpu_filed));
    println!("| the same with its filing | {:.0} µs | – |", each(cpu_before));
    println!("| commits a message | {commits:.3} | 0.1 |");
    Ok(rate)
}

impl Scene {
    fn new(binary: PathBuf) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free()?;
        let mut sandbox = Command::new(&binary);
        sandbox.args(["sandbox", "--listen", &format!("127.0.0.1:{port}")]);
        let (platform, said) = start(sandbox, port)?;
        let secret = said.iter().find_map(|line| line.strip_prefix("AppSecret: ")).unwrap_or_default().to_owned();
        let data = folder.path().join("data").display().to_string();
        let base = platform.1.clone();
        run(&binary, &["account", "add", "--app-id", APP_ID, "--name", "bench", "--api-base", &base, "--data", &data], &secret)?;
        let key = run(&binary, &["key", "create", "bench", "--scope", "messages:send,messages:read", "--data", &data], "")?;
        Ok(Self { binary, folder, platform, key: key.trim().to_owned(), http: reqwest::Client::new() })
    }

    fn serve(&self, options: &[&str]) -> anyhow::Result<Served> {
        self.serve_with(options, None)
    }

    /// How many transactions were committed so far.
    async fn commits(&self, server: &Served) -> anyhow::Result<f64> {
        let said = self.http.get(format!("http://127.0.0.1:{}/metrics", server.ops)).send().await?.text().await?;
        let line = said.lines().find_map(|line| line.strip_prefix("wxdesk_commits_total "));
        Ok(line.and_then(|count| count.trim().parse().ok()).unwrap_or(0.0))
    }

    fn serve_with(&self, options: &[&str], preload: Option<&Path>) -> anyhow::Result<Served> {
        let (port, ops) = (free()?, free()?);
        let mut serve = Command::new(&self.binary);
        serve.args(["serve", "--log", "warn", "--listen", &format!("127.0.0.1:{port}"), "--ops-listen", &format!("127.0.0.1:{ops}")]);
        serve.arg("--data").arg(self.folder.path().join("data")).args(options);
        if let Some(library) = preload {
            serve.env("LD_PRELOAD", library);
        }
        let process = start(serve, port)?.0;
        // Tokens and templates are fetched meanwhile.
        thread::sleep(Duration::from_secs(4));
        Ok(Served { process, ops })
    }

    async fn crowd(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let url = format!("{}/sandbox/followers", self.platform.1);
        let people: Vec<Value> = self.http.post(url).json(&json!({ "count": count })).send().await?.json().await?;
        let openids = people.iter().filter_map(|one| one["openid"].as_str()).filter(|openid| openid.starts_with("oCrowd"));
        Ok(openids.map(str::to_owned).collect())
    }

    fn body(&self, crowd: &[String], send_at: Option<&str>) -> String {
        let recipients: Vec<_> = crowd.iter().map(|openid| json!({"touser": openid, "data": {"thing3": "前台"}})).collect();
        let data = json!({"character_string1": "A-3071", "thing2": "自然笔记套装", "phone_number4": "0571-88880000"});
        let template = wxdesk::sandbox::demo::template_id(APP_ID, 4);
        json!({"template_id": template, "data": data, "recipients": recipients, "send_at": send_at}).to_string()
    }

    async fn post(&self, server: &Running, path: &str, body: &str) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}{path}", server.1)).bearer_auth(&self.key).header("content-type", "application/json");
        Ok(request.body(body.to_owned()).send().await?.json().await?)
    }
}
