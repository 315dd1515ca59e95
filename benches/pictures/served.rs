//! The release binary beside its simulator: signatures while two hundred thumbnails are made, and ten gigabytes of pictures as one ZIP.

use std::{
    fs,
    io::{BufRead, BufReader, Cursor, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use image::{DynamicImage, ImageFormat, RgbImage, codecs::jpeg::JpegEncoder};
use reqwest::header;
use serde_json::{Value, json};
use sqlx::Connection;

const APP_ID: &str = "wxsandbox0000001";
const PASSWORD: &str = "correct horse battery";
const PICTURES: usize = 200;
/// Signatures a second meanwhile.
const RATE: u64 = 1_000;
/// How much the ZIP has to hold (bytes).
const ZIP: u64 = 10_000_000_000;

/// A child process; ended when dropped.
struct Running(Child, String);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub async fn measure(binary: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data").display().to_string();
    let port = free()?;
    let mut sandbox = Command::new(binary);
    sandbox.args(["sandbox", "--listen", &format!("127.0.0.1:{port}")]);
    let (platform, said) = start(sandbox, port)?;
    let secret = said.iter().find_map(|line| line.strip_prefix("AppSecret: ")).unwrap_or_default().to_owned();
    let account = ["account", "add", "--app-id", APP_ID, "--name", "bench", "--api-base", &platform.1, "--js-domain", "h5.example.com"];
    run(binary, &[&account[..], &["--data", &data]].concat(), &secret)?;
    run(binary, &["user", "add", "bench", "--role", "admin", "--data", &data], PASSWORD)?;
    let key = run(binary, &["key", "create", "bench", "--scope", "media:read,media:write", "--data", &data], "")?;
    let key = key.trim();
    signing(binary, &platform, &data, key).await?;
    zip(binary, &platform, &data, key).await
}

/// Signatures in an open loop while pictures are fetched and their thumbnails made.
async fn signing(binary: &Path, platform: &Running, data: &str, key: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let server = serve(binary, data)?;
    let mut ids = Vec::new();
    for at in 0..PICTURES {
        ids.push(upload(&http, platform, picture(1080, 1440, at, 88)?).await?);
    }
    let took = Arc::new(Mutex::new(Vec::new()));
    for media_id in &ids {
        file(&http, &server, key, media_id, "sign").await?;
    }
    let url = format!("{}/api/v1/jssdk/signature?url=https%3A%2F%2Fh5.example.com%2F", server.1);
    let began = Instant::now();
    let mut beat = tokio::time::interval(Duration::from_micros(1_000_000 / RATE));
    let mut looked = Instant::now();
    let mut asks = tokio::task::JoinSet::new();
    loop {
        beat.tick().await;
        let (client, url, took) = (http.clone(), url.clone(), took.clone());
        asks.spawn(async move {
            let asked = Instant::now();
            let good = client.get(url).send().await.is_ok_and(|answer| answer.status().is_success());
            if let Ok(mut took) = took.lock() {
                took.push((asked.elapsed().as_secs_f64() * 1000.0, good));
            }
        });
        if looked.elapsed() > Duration::from_millis(500) {
            looked = Instant::now();
            let listed: Value =
                http.get(format!("{}/api/v1/media?state=stored&limit=200", server.1)).bearer_auth(key).send().await?.json().await?;
            if listed["items"].as_array().is_some_and(|items| items.len() >= PICTURES) {
                break;
            }
        }
    }
    let span = began.elapsed().as_secs_f64();
    while asks.join_next().await.is_some() {}
    let mut took = took.lock().map(|took| took.clone()).unwrap_or_default();
    let bad = took.iter().filter(|(_, good)| !good).count();
    took.sort_by(|a, b| a.0.total_cmp(&b.0));
    let p99 = took[took.len() * 99 / 100].0;
    println!(
        "| p99 of {} signatures at {RATE}/s while {PICTURES} thumbnails of 1080 × 1440 are made ({span:.1} s, {bad} not answered 200) | {p99:.1} ms | 5 ms |",
        took.len()
    );
    Ok(())
}

/// A ZIP of many rows of one large content, streamed by a person's session.
async fn zip(binary: &Path, platform: &Running, data: &str, key: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let large = picture(2200, 1650, 0, 98)?;
    let rows = ZIP / large.len() as u64 + 1;
    let server = serve(binary, data)?;
    let media_id = upload(&http, platform, large).await?;
    // A person of its own, or the two hundred before it would be taken for it.
    file(&http, &server, key, &media_id, "zip").await?;
    loop {
        let listed: Value =
            http.get(format!("{}/api/v1/media?user_id=zip&state=stored", server.1)).bearer_auth(key).send().await?.json().await?;
        if listed["items"].as_array().is_some_and(|items| !items.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(server);
    let mut database = sqlx::SqliteConnection::connect(&format!("sqlite:{data}/wxdesk.db")).await?;
    let more = sqlx::query(
        "with recursive n (at) as (select 1 union all select at + 1 from n where at < ?)
         insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, kind, sha256, attempts, next_attempt_at, actor,
            created_at, stored_at, expires_at)
         select printf('%s%020x', substr(m.id, 1, 12), at), m.app_id, 'zip' || at, m.user_id, m.answer_title, 'q' || at, m.state, m.kind,
            m.sha256, 1, 0, m.actor, m.created_at, m.stored_at, m.expires_at from n, media m where m.media_id = ?",
    );
    more.bind(i64::try_from(rows)?).bind(&media_id).execute(&mut database).await?;
    database.close().await?;
    let server = serve(binary, data)?;
    let entered =
        http.post(format!("{}/login", server.1)).header(header::ORIGIN, &server.1).form(&[("name", "bench"), ("password", PASSWORD)]);
    let entered = entered.send().await?;
    let cookie = entered.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let cookie = cookie.split(';').next().unwrap_or_default();
    let before = resident(server.0.id());
    let began = Instant::now();
    let asked = http.post(format!("{}/media?user=zip", server.1)).header(header::ORIGIN, &server.1).header(header::COOKIE, cookie);
    let made = asked.form(&[("zip", "shown")]).send().await?;
    let path = made.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let path = path.ok_or_else(|| anyhow::anyhow!("no ZIP: {}", made.status()))?;
    let answer = http.get(format!("{}{path}", server.1)).header(header::COOKIE, cookie).send().await?;
    anyhow::ensure!(answer.status().is_success(), "no ZIP: {}", answer.status());
    let (mut body, mut bytes, mut peak) = (answer.bytes_stream(), 0_u64, before);
    let mut looked = Instant::now();
    while let Some(piece) = body.next().await {
        bytes += piece?.len() as u64;
        if looked.elapsed() > Duration::from_millis(50) {
            looked = Instant::now();
            peak = peak.max(resident(server.0.id()));
        }
    }
    anyhow::ensure!(bytes > ZIP, "{bytes} bytes only");
    println!(
        "| memory above idle while a ZIP of {:.1} GB streams ({rows} pictures, {:.0} MB/s) | {:.1} MB | 20 MB |",
        bytes as f64 / 1e9,
        bytes as f64 / 1e6 / began.elapsed().as_secs_f64(),
        peak.saturating_sub(before) as f64 / 1000.0
    );
    Ok(())
}

/// A picture of noise, which no two have alike.
fn picture(width: u32, height: u32, seed: usize, quality: u8) -> anyhow::Result<Vec<u8>> {
    let mut state = 0x9e37_79b9_u32.wrapping_mul(u32::try_from(seed)? + 1) | 1;
    let image = RgbImage::from_fn(width, height, |x, y| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [a, b, c, _] = state.to_le_bytes();
        let slope = u8::try_from((x / 9 + y / 7) % 256).unwrap_or_default();
        image::Rgb([slope / 2 + a / 2, slope / 2 + b / 2, slope / 2 + c / 2])
    });
    let mut out = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut out, quality).encode_image(&DynamicImage::ImageRgb8(image))?;
    anyhow::ensure!(image::guess_format(out.get_ref())? == ImageFormat::Jpeg, "a JPEG");
    Ok(out.into_inner())
}

async fn upload(http: &reqwest::Client, platform: &Running, bytes: Vec<u8>) -> anyhow::Result<String> {
    let answer: Value = http.post(format!("{}/sandbox/upload", platform.1)).body(bytes).send().await?.json().await?;
    answer["media_id"].as_str().map(str::to_owned).ok_or_else(|| anyhow::anyhow!("not uploaded: {answer}"))
}

async fn file(http: &reqwest::Client, server: &Running, key: &str, media_id: &str, user: &str) -> anyhow::Result<()> {
    let body = json!({"media_id": media_id, "user_id": user, "answer_title": "bench", "question_id": "q"});
    let answer = http.post(format!("{}/api/v1/media", server.1)).bearer_auth(key).json(&body).send().await?;
    anyhow::ensure!(answer.status() == 202, "not filed: {}", answer.status());
    Ok(())
}

fn serve(binary: &Path, data: &str) -> anyhow::Result<Running> {
    let (port, ops) = (free()?, free()?);
    let mut serve = Command::new(binary);
    serve.args(["serve", "--log", "warn", "--signature-rate", "0", "--data", data]);
    serve.args(["--listen", &format!("127.0.0.1:{port}"), "--ops-listen", &format!("127.0.0.1:{ops}")]);
    let running = start(serve, port)?.0;
    // Tokens and tickets are fetched meanwhile.
    thread::sleep(Duration::from_secs(4));
    Ok(running)
}

fn start(mut command: Command, port: u16) -> anyhow::Result<(Running, Vec<String>)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
    let running = Running(child, format!("http://127.0.0.1:{port}"));
    let (lines, more) = std::sync::mpsc::channel();
    thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).for_each(|line| drop(lines.send(line))));
    let late = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        anyhow::ensure!(Instant::now() < late, "the process does not answer");
        thread::sleep(Duration::from_millis(20));
    }
    let mut said = Vec::new();
    while let Ok(line) = more.recv_timeout(Duration::from_millis(300)) {
        said.push(line);
    }
    Ok((running, said))
}

fn run(binary: &Path, words: &[&str], input: &str) -> anyhow::Result<String> {
    let mut child = Command::new(binary).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).ok();
    }
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "{words:?} failed");
    Ok(String::from_utf8(output.stdout)?)
}

fn free() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Resident memory in kB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
