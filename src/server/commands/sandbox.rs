//! `wxdesk sandbox`: the simulator alone, for other programs' tests.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::{
    infra::clock::{Chance, Clock},
    sandbox::{self, Sandbox},
    server::{listen, run},
};

/// What `wxdesk sandbox` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Address of the simulator; loopback only
    #[arg(long, env = "WXDESK_SANDBOX_LISTEN", default_value = "127.0.0.1:3002", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// File that keeps what happened, so that a restart goes on where it stopped [default: memory only]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

/// Runs the simulator until a signal.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(options: Options) -> anyhow::Result<()> {
    anyhow::ensure!(
        options.listen.ip().is_loopback(),
        "The simulator listens on loopback addresses only. Choose one such as 127.0.0.1:3002 with --listen."
    );
    let mut signals = run::Signals::listen()?;
    let app = sandbox::App::sandbox();
    let listener = listen::bind(options.listen, "--listen").await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("WeChat simulator: {base}");
    println!("AppID: {}", app.app_id);
    println!("AppSecret: {}", app.secret.expose_secret());
    println!("Ledger: {base}/sandbox/ledger");
    println!("Phone: {base}/sandbox/phone");
    let simulator = Sandbox::open(sandbox::Options { clock: Clock::movable(), chance: Chance::system(), journal: options.journal, app })?;
    let stop = CancellationToken::new();
    let serving = tokio::spawn(simulator.serve(listener, stop.clone()));
    signals.heard().await;
    stop.cancel();
    serving.await.ok();
    Ok(())
}
