//! The binary as processes, and what they cost.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A child process and its address; ended when dropped.
pub struct Running(pub Child, pub String);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Starts a server and waits until it listens on `port`; gives what it said meanwhile.
pub fn start(mut command: Command, port: u16) -> anyhow::Result<(Running, Vec<String>)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
    let running = Running(child, format!("http://127.0.0.1:{port}"));
    let (lines, more) = std::sync::mpsc::channel();
    thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).for_each(|line| drop(lines.send(line))));
    let late = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        anyhow::ensure!(Instant::now() < late, "the process does not answer");
        thread::sleep(Duration::from_millis(20));
    }
    let mut said = Vec::new();
    while let Ok(line) = more.recv_timeout(Duration::from_millis(300)) {
        said.push(line);
    }
    Ok((running, said))
}

/// Runs a command to its end, with `input` on standard input; gives what it said.
pub fn run(binary: &Path, words: &[&str], input: &str) -> anyhow::Result<String> {
    let mut child = Command::new(binary).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).ok();
    }
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "{words:?} failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// A free port.
pub fn free() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Resident memory in kB.
pub fn resident(pid: u32) -> u64 {
    status_kb(pid, "VmRSS:")
}

/// A line of `/proc/…/status`, in kB.
pub fn status_kb(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// CPU time of all threads.
pub fn cpu(pid: u32) -> Duration {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        nanos += text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
    }
    Duration::from_nanos(nanos)
}
