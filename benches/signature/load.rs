//! Load on a server of ours, and the CPU time it took.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::serve::PATH;

const SECONDS: u64 = 3;
const CONNECTIONS: usize = 32;

/// What one slice of load showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figure {
    /// User and system time of the server per request.
    pub cpu_us: f64,
    /// Requests a second.
    pub per_second: f64,
    /// Answers that were no success.
    pub refused: u64,
}

/// The median of each column.
pub fn median(figures: &[Figure]) -> Figure {
    let middle = |column: fn(&Figure) -> f64| {
        let mut values: Vec<f64> = figures.iter().map(column).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figure {
        cpu_us: middle(|figure| figure.cpu_us),
        per_second: middle(|figure| figure.per_second),
        refused: figures.iter().map(|figure| figure.refused).sum(),
    }
}

/// A server in a child process; ended when dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    /// Starts this program again as a server, on core 0 where that can be arranged.
    pub fn start(words: &[&str]) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = pinned("0", &program.display().to_string());
        let mut child = command.arg("--serve").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        Ok(Self { child, address: line.trim().parse()? })
    }

    /// The first good answer's body; waits for it up to 20 s.
    pub fn first_answer(&self, page: &str) -> anyhow::Result<String> {
        let late = Instant::now() + Duration::from_secs(20);
        loop {
            match ask(self.address, page) {
                Ok((200, body)) => return Ok(body),
                _ if Instant::now() > late => anyhow::bail!("the server at {} gives no signature", self.address),
                _ => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Some seconds of load.
    pub fn load(&self, page: &str) -> anyhow::Result<Figure> {
        let before = cpu_time(self.child.id())?;
        let started = Instant::now();
        let (done, refused) = wrk(self.address, page).unwrap_or_else(|| threads(self.address, page));
        let (took, cpu) = (started.elapsed(), cpu_time(self.child.id())? - before);
        Ok(Figure { cpu_us: cpu.as_secs_f64() * 1e6 / done.max(1) as f64, per_second: done as f64 / took.as_secs_f64(), refused })
    }
}

/// CPU time of all threads so far.
fn cpu_time(pid: u32) -> anyhow::Result<Duration> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))?.flatten() {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        nanos += text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
    }
    anyhow::ensure!(nanos > 0, "the kernel does not tell the CPU time of a process");
    Ok(Duration::from_nanos(nanos))
}

fn pinned(core: &str, program: &str) -> Command {
    let taskset = Command::new("taskset").args(["-c", core, "true"]).status().is_ok_and(|status| status.success());
    if !taskset {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core, program]);
    command
}

/// Requests done and refused, by wrk; `None` where it is not there.
fn wrk(address: SocketAddr, page: &str) -> Option<(u64, u64)> {
    Command::new("wrk").arg("-v").output().ok()?;
    let url = format!("http://{address}{PATH}?url={page}");
    let output = pinned("1", "wrk").args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s"), &url]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let done = text.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok())?;
    let refused = text.lines().find_map(|line| line.trim().strip_prefix("Non-2xx or 3xx responses: ")?.parse().ok()).unwrap_or(0);
    Some((done, refused))
}

/// The same by plain threads, each with one connection kept alive.
fn threads(address: SocketAddr, page: &str) -> (u64, u64) {
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let one = || {
        let (mut done, mut refused) = (0u64, 0u64);
        let Ok(mut stream) = TcpStream::connect(address) else { return (0, 1) };
        stream.set_nodelay(true).ok();
        let request = request(page, "keep-alive");
        let mut buffer = [0; 8192];
        while Instant::now() < end {
            if stream.write_all(request.as_bytes()).is_err() {
                return (done, refused + 1);
            }
            // Answers are small: they come in one piece.
            match stream.read(&mut buffer) {
                Ok(length) if buffer[..length].starts_with(b"HTTP/1.1 200") => done += 1,
                _ => refused += 1,
            }
        }
        (done, refused)
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one)).collect();
        all.into_iter().filter_map(|thread| thread.join().ok()).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    })
}

fn request(page: &str, connection: &str) -> String {
    format!("GET {PATH}?url={page} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: {connection}\r\n\r\n")
}

/// One request on a connection of its own: status and body.
pub fn ask(address: SocketAddr, page: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request(page, "close").as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok((status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()))
}
