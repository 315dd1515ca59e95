//! `wxdesk serve`: how the server starts and how it stops.

use std::time::Duration;

use tokio::signal::unix::{self, Signal, SignalKind};
use tokio_util::sync::CancellationToken;

use super::{app, app::App, listen, ops, router, sandbox, telemetry};
use crate::{
    features::accounts,
    infra::{
        clock::{Chance, Clock},
        config::{Place, Settings},
        files,
    },
};

/// How long workers may take to finish their unit after a stop.
const LAST_UNITS: Duration = Duration::from_secs(10);

/// Runs the server until a signal.
///
/// # Errors
/// A sentence for the operator.
pub async fn serve(place: Place, settings: Settings) -> anyhow::Result<()> {
    // Before anything that takes time: a stop during the start is an orderly one too.
    let mut signals = Signals::listen()?;
    let place = if settings.sandbox { place.sandbox() } else { place };
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    let Some(_only_one) = files::only_one(&place.data)? else {
        anyhow::bail!("Another wxdesk is already serving this data folder. Stop it first, or choose another with --data.");
    };
    telemetry::metrics();
    let core = app::open_core(place, settings.clone(), Clock::system(), Chance::system()).await?;
    accounts::server::folder_fits(core.db.read(), settings.sandbox).await?;
    let listener = listen::bind(settings.listen, "--listen").await?;
    let ops_listener = listen::bind(settings.ops_listen, "--ops-listen").await?;
    let platform = match settings.sandbox {
        true => Some(sandbox::bind(settings.sandbox_listen).await?),
        false => None,
    };
    let stop = CancellationToken::new();
    let app = App::open(core, stop.clone()).await?;
    let beside = match platform {
        Some(platform) => Some(sandbox::start(&app, platform, listener.local_addr()?).await?),
        None => None,
    };
    // They wake each other some thousand times a second.
    app.hire(&app.crew.apart("senders")?);
    println!("wxdesk: {}", settings.public_url());
    if let Some(beside) = &beside {
        println!("WeChat simulator: {}", beside.base());
        println!("Phone: {}/sandbox/phone", settings.public_url());
    }
    if let Some(link) = app.users.offer_setup().await? {
        println!("Set up: {link}");
    }
    let phone = beside.as_ref().map(sandbox::Beside::phone).unwrap_or_default();
    let public = tokio::spawn(listen::serve(listener, router::site_with(&app, phone), stop.clone()));
    let operators = tokio::spawn(listen::serve(ops_listener, ops::router(app.clone()), stop.clone()));
    signals.heard().await;
    tracing::info!("Stopping: no new connections, units in flight finish");
    stop.cancel();
    public.await.ok();
    operators.await.ok();
    tokio::time::timeout(LAST_UNITS, app.crew.gone()).await.ok();
    if let Some(beside) = beside {
        beside.end().await;
    }
    app.core.db.close().await;
    Ok(())
}

/// SIGTERM and Ctrl-C, heard from the moment this is made.
pub struct Signals {
    term: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// The system has no room for the handlers.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { term: unix::signal(SignalKind::terminate())?, interrupt: unix::signal(SignalKind::interrupt())? })
    }

    /// Waits for either; one that came before counts.
    pub async fn heard(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
