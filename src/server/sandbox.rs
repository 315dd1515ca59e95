//! `wxdesk serve --sandbox`: the simulator beside the server, the account that belongs to it, and the phone on the public listener.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{app::App, demo, listen};
use crate::{
    features::{
        accounts::server::{Typed, keep_sandbox},
        audit::model::Actor,
        media::server::{Media, NewMedia},
    },
    infra::{Core, fields::check_text},
    sandbox::{self, CallbackTarget, Mode, OnUpload, SANDBOX_APP_ID, SANDBOX_ORIGINAL_ID, Sandbox, Upload, demo::ACCOUNT_NAME},
};

/// The simulator as it runs beside the server.
pub struct Beside {
    simulator: Sandbox,
    base: String,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// Binds the simulator's address.
///
/// # Errors
/// A sentence for the operator: an address that is not loopback, or a port that is taken.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    anyhow::ensure!(
        address.ip().is_loopback(),
        "The simulator listens on loopback addresses only. Choose one such as 127.0.0.1:3002 with --sandbox-listen."
    );
    listen::bind(address, "--sandbox-listen").await
}

/// Starts the simulator, connects its account, and fills an empty house with demo data. `public` is where our own listener answers.
///
/// # Errors
/// A sentence for the operator.
pub async fn start(app: &App, listener: TcpListener, public: SocketAddr) -> anyhow::Result<Beside> {
    let base = format!("http://{}", listener.local_addr()?);
    let callback = connect(app, &base, public).await?;
    let simulator = Sandbox::open(sandbox::Options {
        clock: app.core.clock.clone(),
        chance: app.core.chance.clone(),
        journal: Some(app.core.place.data.join("sandbox.jsonl")),
        app: sandbox::App { callback: Some(callback), ..sandbox::App::sandbox() },
    })?;
    simulator.on_upload(hand_to(app.media.clone()));
    // It outlives the server's own stop: units in flight still want its answers.
    let stop = CancellationToken::new();
    let serving = tokio::spawn(simulator.clone().serve(listener, stop.clone()));
    demo::seed(app, &simulator).await?;
    Ok(Beside { simulator, base, stop, serving })
}

impl Beside {
    /// Where the simulator answers.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The phone's pages, for the public listener.
    pub fn phone(&self) -> Router {
        self.simulator.phone_router()
    }

    /// Ends the simulator.
    pub async fn end(self) {
        self.stop.cancel();
        self.serving.await.ok();
    }
}

/// Writes the simulator's account as it is now: its addresses may differ from start to start, its secrets stay.
async fn connect(app: &App, base: &str, public: SocketAddr) -> anyhow::Result<CallbackTarget> {
    let known = app.accounts.get(SANDBOX_APP_ID);
    let kept = known.as_ref().and_then(|account| Some((account.callback_token.clone()?, account.aes_key.clone()?)));
    let new = kept.is_none();
    let (token, key) = kept.unwrap_or_else(|| (secret(&app.core, 32), secret(&app.core, 43)));
    let (hosts, origins) = own_addresses(&app.core, public);
    let typed = Typed {
        name: known.is_none().then(|| ACCOUNT_NAME.to_owned()),
        secret: Some(sandbox::App::sandbox().secret),
        api_base: Some(base.to_owned()),
        js_domains: known.is_none().then_some(hosts),
        h5_origins: known.is_none().then_some(origins),
        callback_token: new.then(|| token.clone()),
        aes_key: new.then(|| key.clone()),
        callback_mode: new.then(|| "safe".to_owned()),
        original_id: Some(SANDBOX_ORIGINAL_ID.to_owned()),
        ..Typed::default()
    };
    keep_sandbox(&app.core, SANDBOX_APP_ID, typed)
        .await
        .map_err(|error| anyhow::anyhow!("The sandbox's account could not be written: {}", error.detail.en))?;
    app.accounts.reload().await?;
    let mode = app.accounts.get(SANDBOX_APP_ID).map(|account| account.callback_mode.word());
    Ok(CallbackTarget {
        url: format!("http://{}/callback/{SANDBOX_APP_ID}", reachable(public)),
        token: token.expose_secret().to_owned(),
        aes_key: Some(key.expose_secret().to_owned()),
        mode: match mode {
            Some("plain") => Mode::Plain,
            Some("compatible") => Mode::Compatible,
            _ => Mode::Safe,
        },
    })
}

fn secret(core: &Core, length: usize) -> SecretString {
    core.chance.text(length).into()
}

/// An address to call ourselves at: a listener on all addresses answers on loopback too.
fn reachable(public: SocketAddr) -> SocketAddr {
    match public {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => SocketAddr::from(([127, 0, 0, 1], v4.port())),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], v6.port())),
        other => other,
    }
}

/// The hosts and origins under which pages of this machine may ask for signatures.
fn own_addresses(core: &Core, public: SocketAddr) -> (Vec<String>, Vec<String>) {
    let port = public.port();
    let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut origins = vec![format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")];
    if let Ok(url) = url::Url::parse(&core.settings.public_url())
        && let Some(host) = url.host_str()
    {
        let origin = url.origin().ascii_serialization();
        if !hosts.iter().any(|known| known == host) {
            hosts.push(host.to_owned());
        }
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    (hosts, origins)
}

/// A picture handed in on the phone is filed as a business system would file it.
fn hand_to(media: Media) -> OnUpload {
    Arc::new(move |upload: Upload| {
        let media = media.clone();
        Box::pin(async move {
            let Upload { app_id, media_id, user_id, answer_title, question_id } = upload;
            for text in [&user_id, &answer_title, &question_id] {
                check_text(text, 1, 128).map_err(|(_, detail)| detail.zh.to_string())?;
            }
            let new = NewMedia { account: app_id, media_id, user_id, answer_title, question_id, actor: Actor::System };
            media.accept(new).await.map(|_| ()).map_err(|error| error.detail.zh.to_string())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::people::model::Wanted,
        infra::{clock::Clock, trial},
        server::router,
    };

    struct House {
        app: App,
        beside: Beside,
        address: SocketAddr,
        stop: CancellationToken,
    }

    async fn open(folder: &std::path::Path) -> House {
        let stop = CancellationToken::new();
        let core = trial::core_with(folder, Clock::manual(trial::NOON), trial::settings(&["--sandbox"])).await;
        let app = App::open(core, stop.clone()).await.expect("opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("an address");
        let platform = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("binds");
        let beside = start(&app, platform, address).await.expect("starts");
        tokio::spawn(listen::serve(listener, router::site_with(&app, beside.phone()), stop.clone()));
        House { app, beside, address, stop }
    }

    #[tokio::test]
    async fn the_simulator_and_the_house_find_each_other() {
        let folder = tempfile::tempdir().expect("folder");
        let house = open(folder.path()).await;
        assert_eq!(house.beside.simulator.verify_callback(SANDBOX_APP_ID).await, Ok(()));
        let somebody = house.beside.simulator.followers()[0].openid.clone();
        let leave = reqwest::Client::new()
            .post(format!("http://{}/sandbox/phone/follow", house.address))
            .header("cookie", format!("sandbox_person={somebody}"))
            .form(&[("follow", "0")]);
        assert!(leave.send().await.expect("answers").status().as_u16() < 400);
        // The push is signed and encrypted by the simulator, proved and decrypted by us.
        while house.app.people.follower(SANDBOX_APP_ID, &somebody).await.expect("reads").expect("known").following {
            tokio::task::yield_now().await;
        }
        house.stop.cancel();
        house.beside.end().await;
    }

    #[tokio::test]
    async fn a_second_start_keeps_secrets_and_adds_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let told = async |house: &House| {
            let account = house.app.accounts.get(SANDBOX_APP_ID).expect("there");
            let secrets =
                [&account.callback_token, &account.aes_key].map(|secret| secret.as_ref().expect("there").expose_secret().to_owned());
            let list = house.app.people.list(SANDBOX_APP_ID, &Wanted::default(), 1000).await.expect("reads");
            let pictures = house.app.media.totals(SANDBOX_APP_ID).await.expect("reads").filed;
            (secrets, list.items.len(), pictures, account.api_base.clone())
        };
        let house = open(folder.path()).await;
        let first = told(&house).await;
        assert_eq!((first.1, first.2), (206, 300));
        house.beside.end().await;
        let again = open(folder.path()).await;
        let second = told(&again).await;
        assert_eq!((first.0, first.1, first.2), (second.0, second.1, second.2));
        assert_eq!(second.3, again.beside.base(), "the simulator's port may be another one");
        again.beside.end().await;
    }

    #[tokio::test]
    async fn the_simulator_stays_on_loopback() {
        let refused = bind("0.0.0.0:0".parse().expect("an address")).await.expect_err("refused").to_string();
        assert!(refused.contains("loopback"), "{refused}");
    }
}
