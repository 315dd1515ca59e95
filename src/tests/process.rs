//! The real binary as an operator runs it: commands, processes, and SIGKILL.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A running process; killed hard when dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    /// Where operators ask; nobody answers there for the simulator alone.
    pub ops: SocketAddr,
    /// Lines it said on standard output before it was ready.
    pub said: Vec<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Running {
    /// SIGKILL, at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; the exit code.
    pub fn stop(mut self) -> i32 {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory it holds just now (KiB).
    pub fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// A data folder with the binary around it.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

/// What a finished command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs one command to its end, with `input` on standard input.
    pub fn run(&self, words: &[&str], input: &str) -> Said {
        self.end(command(&self.data()).args(words), input)
    }

    /// The same with variables of the environment.
    pub fn run_with(&self, variables: &[(&str, &str)], words: &[&str]) -> Said {
        self.end(command(&self.data()).envs(variables.iter().copied()).args(words), "")
    }

    /// The same where no file may grow beyond `kilobytes`.
    pub fn run_limited(&self, kilobytes: u32, words: &[&str], input: &str) -> Said {
        let mut limited = Command::new("bash");
        limited.args(["-c", &format!("ulimit -f {kilobytes}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_wxdesk")]).args(words);
        self.end(limited.env("WXDESK_DATA", self.data()), input)
    }

    /// Starts the server and stops it as soon as its folder is there; the exit code.
    pub fn stop_at_once(&self) -> i32 {
        let mut serve = command(&self.data());
        serve.args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = serve.spawn().unwrap();
        while !self.data().exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
        child.wait().unwrap().code().unwrap_or(-1)
    }

    fn end(&self, command: &mut Command, input: &str) -> Said {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that needs no input may be gone before it is written.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same; fails the test unless it ended well.
    pub fn must(&self, words: &[&str], input: &str) -> String {
        let said = self.run(words, input);
        assert_eq!(said.code, 0, "{words:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Runs a statement on the database of a server that is not running.
    pub async fn sql(&self, statement: &'static str) {
        let file = sqlx::sqlite::SqliteConnectOptions::new().filename(self.data().join("wxdesk.db"));
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&file).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    }

    /// What a statement finds in the database of a server that is not running: one text.
    pub async fn text(&self, statement: &str) -> String {
        let file = sqlx::sqlite::SqliteConnectOptions::new().filename(self.data().join("wxdesk.db"));
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&file).await.unwrap();
        let found: String = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        found
    }

    /// Starts the server on free ports and waits until it answers.
    pub fn serve(&self, options: &[&str]) -> Running {
        let (address, ops, platform) = (free(), free(), free());
        let mut serve = command(&self.data());
        serve.args([
            "serve",
            "--listen",
            &address.to_string(),
            "--ops-listen",
            &ops.to_string(),
            "--sandbox-listen",
            &platform.to_string(),
        ]);
        let mut running = start(serve.args(options), address, &self.log());
        running.ops = ops;
        running
    }

    /// Starts the simulator alone.
    pub fn simulator(&self) -> Running {
        let address = free();
        let journal = self.folder.path().join("sandbox.jsonl");
        let mut sandbox = command(&self.data());
        let log = self.folder.path().join("sandbox.log");
        start(sandbox.args(["sandbox", "--listen", &address.to_string(), "--journal"]).arg(journal), address, &log)
    }

    /// Everything the server wrote to standard error so far.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wxdesk"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WXDESK_")) {
        command.env_remove(name);
    }
    command.env("WXDESK_DATA", data);
    command
}

/// A free port below those that outgoing connections take, so that none of them has it by the time the server binds.
fn free() -> SocketAddr {
    loop {
        let address = SocketAddr::from(([127, 0, 0, 1], rand::random_range(10_000..32_000)));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

fn start(command: &mut Command, address: SocketAddr, log: &Path) -> Running {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut said = Vec::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    said.push(first.trim_end().to_owned());
    let (lines, more) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            lines.send(line).ok();
        }
    });
    let late = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(address).is_err() {
        assert!(Instant::now() < late, "the process at {address} does not answer; it said {said:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    // What it says comes in one go; a silence means that it is done.
    while let Ok(line) = more.recv_timeout(Duration::from_millis(300)) {
        said.push(line);
    }
    Running { child, address, ops: address, said }
}
