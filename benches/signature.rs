//! What a signature costs: server CPU per request against a bare axum constant of equal size in the same run, what a thousand cold
//! callers cost WeChat, and how soon after start the first signature comes. Nothing here is a test; figures are printed as measured.
//!
//! `cargo bench --bench signature`. With `wrk` and `taskset` at hand the server has core 0 and the client core 1. The binary for start
//! and memory is `WXDESK_BIN`, else `target/release/wxdesk` where that exists.

#[path = "signature/cold.rs"]
#[expect(dead_code, reason = "the bench of tails needs more of it")]
mod cold;
#[path = "signature/load.rs"]
mod load;
#[path = "signature/serve.rs"]
mod serve;
#[path = "signature/start.rs"]
mod start;

use std::{env, fs, path::Path, process::Command};

use load::Server;

/// Rounds of A-B-C; medians count.
const ROUNDS: usize = 5;
/// The page that is signed.
const PAGE: &str = "https%3A%2F%2Fh5.example.com%2Fact%2F1128%3Fid%3D7%26from%3Dsinglemessage";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    if let Some(at) = arguments.iter().position(|word| word == "--serve") {
        return serve::serve(&arguments[at + 1..]);
    }
    println!("commit {}, {}", said("git", &["rev-parse", "--short", "HEAD"]), cpu());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let platform = runtime.block_on(cold::platform())?;
    let folder = tempfile::tempdir()?;
    runtime.block_on(cold::account(folder.path(), &platform.base))?;

    signatures(folder.path())?;
    let (tokens, tickets, ready) = runtime.block_on(cold::thousand())?;
    println!("\n| 1,000 concurrent cold callers | measured | bar |\n| --- | --- | --- |");
    println!(
        "| token requests at WeChat | {tokens} | 1 |\n| ticket requests at WeChat | {tickets} | 1 |\n| callers answered 200 | {ready} | 1000 |"
    );
    match start::binary() {
        Some(binary) => start::measure(&binary, folder.path())?,
        None => println!("\nNo release binary: start and memory were not measured (set WXDESK_BIN)."),
    }
    Ok(())
}

/// CPU per request, interleaved so that a busy machine disturbs all alike.
fn signatures(folder: &Path) -> anyhow::Result<()> {
    let app = Server::start(&["app", &folder.display().to_string()])?;
    let body = app.first_answer(PAGE)?;
    let bare = Server::start(&["bare", &body.len().to_string()])?;
    let dressed = Server::start(&["dressed", &body.len().to_string()])?;
    let mut rows: [(&str, &Server, Vec<load::Figure>); 3] = [
        ("bare axum constant, equal body", &bare, Vec::new()),
        ("bare axum constant, equal body and headers", &dressed, Vec::new()),
        ("signature", &app, Vec::new()),
    ];
    for (_, server, _) in &rows {
        server.load(PAGE)?;
    }
    for _ in 0..ROUNDS {
        for (_, server, figures) in &mut rows {
            figures.push(server.load(PAGE)?);
        }
    }
    println!("\n| GET /api/v1/jssdk/signature, medians of {ROUNDS} | CPU µs/request | requests/s | not 2xx |\n| --- | --- | --- | --- |");
    let medians: Vec<_> = rows.iter().map(|(_, _, figures)| load::median(figures)).collect();
    for ((name, _, _), figure) in rows.iter().zip(&medians) {
        println!("| {name} | {:.2} | {:.0} | {} |", figure.cpu_us, figure.per_second, figure.refused);
    }
    println!("| **signature / bare (bar 1.15)** | **{:.3}** | | |", medians[2].cpu_us / medians[0].cpu_us);
    println!("| signature / bare with equal headers | {:.3} | | |", medians[2].cpu_us / medians[1].cpu_us);
    Ok(())
}

fn said(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output().ok();
    output.map_or_else(|| "?".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    format!("{} cores of {}", info.matches("processor\t").count(), model.trim_start_matches([' ', '\t', ':']))
}
