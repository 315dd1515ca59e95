//! How long a signature takes while much is asked: at half the peak, while tokens and tickets change each second, while WeChat hangs,
//! and at three times of what these callers can carry. The release binary on core 0, callers and simulator on core 1. Figures are
//! printed as measured.
//!
//! `ulimit -n 8192; cargo bench --bench tail [half] [changing] [hanging] [over]`; all of it takes five minutes. The binary is
//! `WXDESK_BIN`, else `target/release/wxdesk`; `WXDESK_TAIL_SECONDS` shortens the stretches of 60 s.

#[path = "signature/cold.rs"]
#[expect(dead_code, reason = "the bench of signatures needs more of it")]
mod cold;
#[path = "tail/figures.rs"]
mod figures;
#[path = "tail/open.rs"]
mod open;
#[expect(dead_code, reason = "the other benches need more of it")]
mod process;
/// What the simulator's neighbour needs to know of the bench of signatures.
mod serve {
    pub const PATH: &str = "/api/v1/jssdk/signature";
}

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use figures::{line, ms, settled, times};
use open::{Answered, Plan, Seen};
use process::{Running, free, run, start};
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;
use wxdesk::sandbox::{App, Dials, SANDBOX_APP_ID};

/// The page that is signed.
const PAGE: &str = "https%3A%2F%2Fh5.example.com%2Fact%2F1128%3Fid%3D7%26from%3Dsinglemessage";
/// Connections at half the peak.
const CONNECTIONS: usize = 64;
/// Connections at three times the peak: as many as a proxy would open.
const MANY: usize = 2048;
const PEAK: Duration = Duration::from_secs(5);
const OVER: Duration = Duration::from_secs(30);
const AFTER: Duration = Duration::from_secs(10);
const HEAD: &str = "| | p50 ms | p99 | p99.9 | slowest | no 200, broken | answers |\n| --- | --- | --- | --- | --- | --- | --- |";

/// A server with an account of its own, and its simulator.
struct Bench {
    server: Running,
    address: SocketAddr,
    platform: cold::Platform,
    _data: tempfile::TempDir,
}

fn main() -> anyhow::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/wxdesk");
    let binary = env::var_os("WXDESK_BIN").map_or(built, PathBuf::from);
    anyhow::ensure!(binary.is_file(), "{} is missing; make build makes it", binary.display());
    let parts: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    let seconds = env::var("WXDESK_TAIL_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let (runtime, span) =
        (tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?, Duration::from_secs(seconds));
    pin("1", std::process::id());
    let begin = |dials| Bench::begin(&runtime, &binary, dials);

    let bench = begin(Dials::default())?;
    let carried = bench.peak()?;
    // These callers look at the time for each request, which costs them more than it costs wrk.
    let peak = bench.wrk().unwrap_or(carried).max(carried);
    println!("peak: {peak:.0} signatures a second over {CONNECTIONS} connections; {carried:.0} by the callers below\n\n{HEAD}");
    let half = bench.load(vec![(peak / 2.0, span)], CONNECTIONS, false)?;
    println!("{}", line("half of it", &half));
    let bar = ms(&times(&half.answered, 200), 0.99);
    if wanted("changing") {
        changing(&begin(Dials { life_s: Some(2), ..Dials::default() })?, (peak / 2.0, span), bar)?;
    }
    if wanted("hanging") {
        hanging(&begin(Dials { life_s: Some(60), ..Dials::default() })?, peak / 2.0, bar)?;
    }
    if wanted("over") {
        over(&bench, carried, bar)?;
    }
    Ok(())
}

/// All threads of a process to one core, where that can be arranged.
fn pin(core: &str, pid: u32) {
    Command::new("taskset").args(["-acp", core, &pid.to_string()]).output().ok();
}

impl Bench {
    fn begin(runtime: &Runtime, binary: &Path, dials: Dials) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let platform = runtime.block_on(cold::platform())?;
        platform.dial(dials);
        let folder = data.path().display().to_string();
        let words = ["account", "add", "--app-id", SANDBOX_APP_ID, "--name", "bench", "--js-domain", "h5.example.com"];
        let secret = App::sandbox().secret;
        run(binary, &[&words[..], &["--api-base", &platform.base, "--data", &folder]].concat(), secret.expose_secret())?;
        let (port, ops) = (free()?, free()?);
        let pinned = Command::new("taskset").args(["-c", "0", "true"]).status().is_ok_and(|status| status.success());
        let mut serve = Command::new(if pinned { Path::new("taskset") } else { binary });
        if pinned {
            serve.args(["-c", "0"]).arg(binary);
        }
        serve.args(["serve", "--log", "error", "--signature-rate", "0"]).arg("--data").arg(data.path());
        serve.args(["--listen", &format!("127.0.0.1:{port}"), "--ops-listen", &format!("127.0.0.1:{ops}")]);
        let server = start(serve, port)?.0;
        let bench = Self { server, address: SocketAddr::from(([127, 0, 0, 1], port)), platform, _data: data };
        // The first ticket comes, and everything is warm.
        bench.load(vec![(1000.0, Duration::from_secs(2))], CONNECTIONS, false)?;
        Ok(bench)
    }

    fn load(&self, stretches: Vec<(f64, Duration)>, connections: usize, impatient: bool) -> anyhow::Result<Seen> {
        let seen = open::run(self.address, request().as_bytes(), &Plan { stretches, connections, impatient })?;
        anyhow::ensure!(process::resident(self.server.0.id()) > 0, "the server ended");
        Ok(seen)
    }

    /// The peak as wrk sees it; `None` where it is not there.
    fn wrk(&self) -> Option<f64> {
        let words = ["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", PEAK.as_secs()), &format!("http://{}{}", self.address, path())];
        let output = Command::new("wrk").args(words).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")?.trim().parse().ok())
    }

    /// As many as are answered where each connection asks again at once: far more arrive than that, and who finds none free leaves.
    fn peak(&self) -> anyhow::Result<f64> {
        let seen = self.load(vec![(1_000_000.0, PEAK)], CONNECTIONS, true)?;
        Ok(times(&seen.answered, 200).len() as f64 / PEAK.as_secs_f64())
    }
}

fn path() -> String {
    format!("{}?url={PAGE}", serve::PATH)
}

fn request() -> String {
    format!("GET {} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", path())
}

fn changing(bench: &Bench, (rate, span): (f64, Duration), bar: f64) -> anyhow::Result<()> {
    let before = bench.platform.asked();
    let seen = bench.load(vec![(rate, span)], CONNECTIONS, false)?;
    let after = bench.platform.asked();
    println!("{}", line("token and ticket change each second", &seen));
    let (tokens, tickets) = (after.0 - before.0, after.1 - before.1);
    println!("| meanwhile {tokens} tokens and {tickets} tickets; p99 ÷ that of half | | {:.2} | | | | |", ratio(&seen, bar));
    Ok(())
}

/// The ticket lives for a minute and is asked for after half of it, in the middle of ten seconds in which WeChat says nothing.
fn hanging(bench: &Bench, rate: f64, bar: f64) -> anyhow::Result<()> {
    let seen = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(20));
            bench.platform.dial(Dials { delay_ms: 10_000, ..Dials::default() });
        });
        bench.load(vec![(rate, Duration::from_secs(45))], CONNECTIONS, false)
    })?;
    println!("{}", line("WeChat hangs, the ticket is due", &seen));
    println!("| p99 ÷ that of half | | {:.2} | | | | |", ratio(&seen, bar));
    Ok(())
}

fn over(bench: &Bench, peak: f64, bar: f64) -> anyhow::Result<()> {
    let seen = bench.load(vec![(peak * 3.0, OVER), (peak / 2.0, AFTER)], MANY, true)?;
    let (over, after): (Vec<Answered>, Vec<Answered>) = seen.answered.iter().partition(|one| one.planned < OVER);
    let (good, refused, calm) = (times(&over, 200), times(&over, 503), times(&after, 200));
    let dumb = over.iter().filter(|one| one.status == 503 && !one.says_when).count();
    println!("\n| three times the peak over {MANY} connections for 30 s | |\n| --- | --- |");
    println!("| answered with a signature, of what they carry at 64 connections | {:.2} |", good.len() as f64 / OVER.as_secs_f64() / peak);
    println!("| their p50 and p99 | {:.1} and {:.1} ms |", ms(&good, 0.5), ms(&good, 0.99));
    println!("| turned away with 503; of these without Retry-After | {}; {dumb} |", refused.len());
    println!("| their p50 and p99 | {:.1} and {:.1} ms |", ms(&refused, 0.5), ms(&refused, 0.99));
    println!("| found no free connection; broken | {}; {} |", seen.left, seen.broken);
    println!("| at half the peak again: p99; no 200 | {:.2} ms; {} |", ms(&calm, 0.99), after.len() - calm.len());
    println!("| p99 back within 1.2 × that of half | after {} ms |", settled(&seen, OVER, bar * 1.2).as_millis());
    Ok(())
}

fn ratio(seen: &Seen, bar: f64) -> f64 {
    ms(&times(&seen.answered, 200), 0.99) / bar
}
