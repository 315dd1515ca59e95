//! The release binary: how soon the first signature comes after start, and how much memory it holds idle.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{PAGE, load};

const STARTS: usize = 5;
const SETTLED: Duration = Duration::from_secs(5);

/// The binary to measure.
pub fn binary() -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/wxdesk");
    env::var_os("WXDESK_BIN").map(PathBuf::from).or(Some(built)).filter(|path| path.is_file())
}

/// Starts it a few times on a folder whose token and ticket are kept, and prints the medians.
pub fn measure(binary: &Path, data: &Path) -> anyhow::Result<()> {
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (address, ops) = (free()?, free()?);
        let began = Instant::now();
        let mut child = Command::new(binary)
            .args(["serve", "--signature-rate", "0", "--log", "warn", "--listen", &address.to_string(), "--ops-listen", &ops.to_string()])
            .arg("--data")
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let first = loop {
            if load::ask(address, PAGE).is_ok_and(|(status, _)| status == 200) {
                break Ok(began.elapsed());
            }
            if began.elapsed() > Duration::from_secs(20) {
                break Err(anyhow::anyhow!("the binary gives no signature"));
            }
            thread::sleep(Duration::from_millis(1));
        };
        thread::sleep(SETTLED);
        memory.push(resident(child.id()));
        child.kill()?;
        child.wait()?;
        starts.push(first?.as_millis());
    }
    starts.sort_unstable();
    memory.sort_unstable();
    println!("\n| {}, medians of {STARTS} | measured | bar |\n| --- | --- | --- |", binary.file_name().unwrap_or_default().display());
    println!("| first signature after start | {} ms | 300 ms |", starts[STARTS / 2]);
    println!("| idle memory (VmRSS) | {:.1} MB | 35 MB |", memory[STARTS / 2] as f64 / 1000.0);
    Ok(())
}

/// Resident memory in kB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn free() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
