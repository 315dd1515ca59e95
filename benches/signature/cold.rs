//! A house around the simulator, and a thousand callers who find it cold.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{body::Body, http::Request};
use clap::Parser;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wxdesk::{
    infra::{
        clock::{Chance, Clock},
        config::{Place, Settings},
    },
    sandbox::{self, SANDBOX_APP_ID, Sandbox},
    server::{app, router},
};

use crate::{PAGE, serve::PATH};

/// A client of requests that come over no connection.
const SOMEBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    settings: Settings,
}

/// Settings of `serve` without a limit on signatures.
pub fn settings() -> Settings {
    Only::parse_from(["wxdesk", "--signature-rate=0"]).settings
}

/// The data folder.
pub fn place(data: PathBuf) -> Place {
    Place { data, master_key_file: None, log: "warn".into() }
}

/// A simulator that listens.
pub struct Platform {
    /// Its address.
    pub base: String,
    sandbox: Sandbox,
}

impl Platform {
    /// Sets what goes wrong.
    pub fn dial(&self, dials: sandbox::Dials) {
        self.sandbox.set_dials(dials);
    }

    /// Token and ticket requests so far.
    pub fn asked(&self) -> (usize, usize) {
        let ledger = self.sandbox.ledger();
        let asked = |part: &str| ledger.iter().filter(|entry| entry.path.contains(part)).count();
        (asked("token"), asked("getticket"))
    }
}

/// Starts a simulator.
pub async fn platform() -> anyhow::Result<Platform> {
    let options = sandbox::Options { clock: Clock::system(), chance: Chance::system(), journal: None, app: sandbox::App::sandbox() };
    let sandbox = Sandbox::open(options)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(sandbox.clone().serve(listener, CancellationToken::new()));
    Ok(Platform { base, sandbox })
}

/// Puts the simulator's account into a data folder.
pub async fn account(folder: &Path, api_base: &str) -> anyhow::Result<()> {
    let core = app::open_core(place(folder.to_path_buf()), settings(), Clock::system(), Chance::system()).await?;
    let secret = sandbox::App::sandbox().secret.expose_secret().to_owned();
    let sealed = core.vault.seal(&format!("accounts/{SANDBOX_APP_ID}/secret"), &secret.into());
    let (api_base, now) = (api_base.to_owned(), core.now());
    let added = core.db.write(move |connection| {
        Box::pin(async move {
            sqlx::query(
                "insert into accounts (app_id, name, secret, api_base, js_domains, h5_origins, created_at, updated_at)
                 values (?, 'bench', ?, ?, '[\"h5.example.com\"]', '[\"https://h5.example.com\"]', ?, ?)",
            )
            .bind(SANDBOX_APP_ID)
            .bind(sealed)
            .bind(api_base)
            .bind(now)
            .bind(now)
            .execute(connection)
            .await
            .map(|_| ())
        })
    });
    added.await?;
    core.db.close().await;
    Ok(())
}

/// Token requests, ticket requests and good answers for a thousand concurrent cold callers.
pub async fn thousand() -> anyhow::Result<(usize, usize, usize)> {
    let (platform, folder) = (platform().await?, tempfile::tempdir()?);
    account(folder.path(), &platform.base).await?;
    let core = app::open_core(place(folder.path().to_path_buf()), settings(), Clock::system(), Chance::system()).await?;
    let stop = CancellationToken::new();
    let app = app::App::open(core, stop.clone()).await?;
    let site = Arc::new(router::site(&app));
    app.hire(&app.crew);
    let callers = (0..1000).map(|_| {
        let request = Request::builder().uri(format!("{PATH}?url={PAGE}")).header("host", "127.0.0.1").body(Body::empty());
        let site = site.clone();
        tokio::spawn(async move { anyhow::Ok(site.answer(SOMEBODY, request?).await) })
    });
    let answers = futures_util::future::join_all(callers).await;
    let good = answers.into_iter().flatten().flatten().filter(|response| response.status() == 200).count();
    stop.cancel();
    let (tokens, tickets) = platform.asked();
    Ok((tokens, tickets, good))
}
