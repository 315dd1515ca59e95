//! What the doors for other systems cost: a call handed on to WeChat, and programs that wait for the next token. The release binary
//! beside its simulator, both as processes. Figures are printed as measured.
//!
//! `ulimit -n 8192; cargo bench --bench doors`. The binary is `WXDESK_BIN`, else `target/release/wxdesk`.

mod process;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use process::{Running, cpu, free, resident, run, start};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const APP_ID: &str = "wxsandbox0000001";
/// Calls that are handed on.
const CALLS: u32 = 5_000;
/// Calls before the measurement begins.
const WARM: u32 = 500;
/// Programs that wait.
const WAITING: u32 = 2_000;

fn main() -> anyhow::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/wxdesk");
    let binary = env::var_os("WXDESK_BIN").map_or(built, PathBuf::from);
    anyhow::ensure!(binary.is_file(), "{} is missing; make build makes it", binary.display());
    rustls::crypto::ring::default_provider().install_default().ok();
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(measure(&binary))
}

async fn measure(binary: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data").display().to_string();
    let port = free()?;
    let mut sandbox = Command::new(binary);
    sandbox.args(["sandbox", "--listen", &format!("127.0.0.1:{port}")]);
    let (platform, said) = start(sandbox, port)?;
    let secret = said.iter().find_map(|line| line.strip_prefix("AppSecret: ")).unwrap_or_default().to_owned();
    run(binary, &["account", "add", "--app-id", APP_ID, "--name", "bench", "--api-base", &platform.1, "--data", &data], &secret)?;
    let key = run(binary, &["key", "create", "bench", "--scope", "wx:call,token:read", "--data", &data], "")?.trim().to_owned();
    let (port, ops) = (free()?, free()?);
    let mut serve = Command::new(binary);
    serve.args(["serve", "--log", "warn", "--key-rate", "0", "--data", &data]);
    serve.args(["--listen", &format!("127.0.0.1:{port}"), "--ops-listen", &format!("127.0.0.1:{ops}")]);
    let server = start(serve, port)?.0;
    // The first token is fetched meanwhile.
    thread::sleep(Duration::from_secs(3));
    println!("| doors | measured | bar |\n| --- | --- | --- |");
    handing_on(&server, &key).await?;
    waiting(&server, port, &key).await
}

async fn handing_on(server: &Running, key: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let url = format!("{}/wx/{APP_ID}/cgi-bin/tags/get", server.1);
    let mut before = Duration::ZERO;
    for round in 0..WARM + CALLS {
        if round == WARM {
            before = cpu(server.0.id());
        }
        let answer = http.get(&url).bearer_auth(key).send().await?;
        anyhow::ensure!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await?;
    }
    let each = (cpu(server.0.id()) - before).as_secs_f64() * 1e6 / f64::from(CALLS);
    println!("| server CPU a call handed on, {CALLS} calls one after the other | {each:.0} µs | 150 µs |");
    Ok(())
}

async fn waiting(server: &Running, port: u16, key: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let token = http.get(format!("{}/api/v1/access-token", server.1)).bearer_auth(key).send().await?;
    let mark = token.headers().get("etag").and_then(|mark| mark.to_str().ok()).unwrap_or_default().to_owned();
    anyhow::ensure!(!mark.is_empty(), "no ETag: {}", token.status());
    let ask = format!(
        "GET /api/v1/access-token HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nIf-None-Match: {mark}\r\n\
         Prefer: wait=30\r\n\r\n"
    );
    let before = resident(server.0.id());
    let mut clients = Vec::new();
    for _ in 0..WAITING {
        let mut client = TcpStream::connect(("127.0.0.1", port)).await?;
        client.write_all(ask.as_bytes()).await?;
        clients.push(client);
    }
    thread::sleep(Duration::from_secs(5));
    let each = resident(server.0.id()).saturating_sub(before) as f64 / f64::from(WAITING);
    println!("| memory a client that waits for the next token, {WAITING} of them | {each:.1} kB | 25 kB |");
    // All of them really waited: each is answered in the end.
    let mut answered = 0;
    for mut client in clients {
        let mut head = [0; 16];
        client.read_exact(&mut head).await?;
        answered += u32::from(head.starts_with(b"HTTP/1.1 304"));
    }
    anyhow::ensure!(answered == WAITING, "{answered} of {WAITING} waited to the end");
    Ok(())
}
