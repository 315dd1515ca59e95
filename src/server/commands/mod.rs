//! The command line: one enum, one file a command.

mod account;
mod backup;
mod import;
mod key;
mod migrate;
mod open;
mod plain;
mod restore;
mod sandbox;
mod unlock;
mod user;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::telemetry;
use crate::infra::config::{Place, Settings};

/// 服务台: the server side of a WeChat Official Account
#[derive(Parser, Debug)]
#[command(name = "wxdesk", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server: pages, JSON API, WeChat callback, workers
    Serve(Box<Settings>),
    /// People who may sign in: add, list, disable, set passwords
    #[command(subcommand)]
    User(user::User),
    /// API keys for programs: create, list, revoke
    #[command(subcommand)]
    Key(key::Key),
    /// Run the simulator of the WeChat platform alone, for other programs' tests
    Sandbox(sandbox::Options),
    /// Official accounts: add, list, set, check
    Account(account::Options),
    /// Import the pictures of an old folder tree {user}/{title}/{question}/{file}, while the server runs
    Import(import::Options),
    /// Copy database and pictures into one file, while the server runs
    Backup(backup::Options),
    /// Bring a backup back into an empty data folder; sending starts locked
    Restore(restore::Options),
    /// Check a backup: open its database, hash every picture; or the pictures kept here
    Verify(verify::Options),
    /// Unlock sending after a restore
    UnlockSending,
    /// Bring the database to this version; `serve` does it by itself
    Migrate(migrate::Options),
}

impl Cli {
    /// The tracing filter: as set, else one that suits the command. Those that end at once have their say in one sentence.
    fn log(&self) -> &str {
        match self.command {
            _ if !self.place.log.is_empty() => &self.place.log,
            Command::Serve(_) | Command::Sandbox(_) => "info",
            _ => "off",
        }
    }
}

/// Reads the command line and runs one command. Exit codes: 0 fine, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = telemetry::start(cli.log()).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            outlive_limits();
            run(cli).await
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::debug!("What failed, in full: {error:#}");
            eprintln!("{}", plain::plain(&error));
            if error.is::<open::WrongUsage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// A write beyond the limit of file size (ulimit -f) kills the process unless somebody listens to the signal; then it is an error like that of
/// a full disk. Tokio's handler stays for as long as the process lives.
fn outlive_limits() {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(libc::SIGXFSZ)).ok();
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(settings) => super::run::serve(cli.place, *settings).await,
        Command::User(command) => user::run(cli.place, command).await,
        Command::Key(command) => key::run(cli.place, command).await,
        Command::Sandbox(options) => sandbox::run(options).await,
        Command::Account(options) => account::run(&cli.place, options).await,
        Command::Import(options) => import::run(&cli.place, options).await,
        Command::Backup(options) => backup::run(&cli.place, options).await,
        Command::Restore(options) => restore::run(&cli.place, options).await,
        Command::Verify(options) => verify::run(&cli.place, options).await,
        Command::UnlockSending => unlock::run(&cli.place).await,
        Command::Migrate(options) => migrate::run(&cli.place, options).await,
    }
}
