//! The whole house for a test: database in a folder of its own, the simulator as WeChat, the real router on a real port.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use clap::Parser;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wxdesk::{
    features::users::server::{keys::NewKey, people::By},
    infra::{
        clock::{Chance, Clock},
        config::{Place, Settings},
    },
    sandbox::{self, Sandbox},
    server::{
        app::{self, App},
        listen, router,
    },
    shared::rights::Scope,
};

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    settings: Settings,
}

/// Noon in China on 2026-11-22, in Unix milliseconds.
pub const NOON: i64 = 1_795_320_000_000;
/// The password of whoever a test adds.
pub const PASSWORD: &str = "correct horse battery";
/// A client of requests that come over no connection.
pub const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);

/// A running house. Dropping it stops everything.
pub struct House {
    pub app: App,
    pub sandbox: Sandbox,
    pub base: String,
    pub http: reqwest::Client,
    pub folder: Arc<tempfile::TempDir>,
    stop: CancellationToken,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl House {
    /// A house with the simulator's account and no people.
    pub async fn build() -> Self {
        Self::build_with(&[], Clock::system()).await
    }

    /// The same with further options of `serve` and a clock of the test's.
    pub async fn build_with(options: &[&str], clock: Clock) -> Self {
        Self::build_all(options, clock, sandbox::Dials::default()).await
    }

    /// The same with a platform that is out of order from the start.
    pub async fn build_dialled(dials: sandbox::Dials, clock: Clock) -> Self {
        Self::build_all(&[], clock, dials).await
    }

    async fn build_all(options: &[&str], clock: Clock, dials: sandbox::Dials) -> Self {
        let stop = CancellationToken::new();
        let sandbox =
            Sandbox::open(sandbox::Options { clock: clock.clone(), chance: Chance::system(), journal: None, app: sandbox::App::sandbox() })
                .unwrap();
        sandbox.set_dials(dials);
        let platform = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform_address = platform.local_addr().unwrap();
        tokio::spawn(sandbox.clone().serve(platform, stop.clone()));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let app = open(folder.path(), address, options, clock, stop.clone()).await;
        add_account(&app, sandbox::SANDBOX_APP_ID, &format!("http://{platform_address}")).await;
        app.hire(&app.crew);
        tokio::spawn(listen::serve(listener, router::site(&app), stop.clone()));
        Self { app, sandbox, base: format!("http://{address}"), http: client(), folder, stop }
    }

    /// Another account beside the simulator's, of which its platform knows nothing.
    pub async fn second_account(&self, app_id: &str) {
        let api_base = self.app.accounts.get(sandbox::SANDBOX_APP_ID).unwrap().api_base.clone();
        add_account(&self.app, app_id, &api_base).await;
    }

    /// Another account at a platform of its own.
    pub async fn account_elsewhere(&self, app_id: &str) {
        let app = sandbox::App { app_id: app_id.to_owned(), ..sandbox::App::sandbox() };
        let options = sandbox::Options { clock: self.app.core.clock.clone(), chance: Chance::system(), journal: None, app };
        let (sandbox, platform) = (Sandbox::open(options).unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = platform.local_addr().unwrap();
        tokio::spawn(sandbox.serve(platform, self.stop.clone()));
        add_account(&self.app, app_id, &format!("http://{address}")).await;
    }

    /// An API key with scopes, as `key create` makes it.
    pub async fn key(&self, scopes: &[Scope], account: Option<&str>) -> String {
        let name = format!("key {}", self.app.core.chance.text(8));
        let account = account.map(str::to_owned);
        let new = NewKey {
            name,
            scopes: scopes.to_vec(),
            account,
            addresses: vec![],
            owner_id: None,
            expires_at: None,
            daily_messages: None,
            daily_calls: None,
        };
        self.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
    }

    /// Waits until the server has asked WeChat for what it wants by itself at the start.
    pub async fn at_rest(&self) {
        let last = |entry: &sandbox::LedgerEntry| entry.path.ends_with("/newtmpl/gettemplate");
        for _ in 0..5_000 {
            if self.sandbox.ledger().iter().any(last) && self.app.tokens.ticket(sandbox::SANDBOX_APP_ID).is_some() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        panic!("it never came to rest");
    }

    /// Status and JSON of an address, for anybody.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.http.get(format!("{}{path}", self.base))).await
    }

    /// The same for the holder of an API key.
    pub async fn get_with(&self, key: &str, path: &str) -> (u16, Value) {
        answer(self.http.get(format!("{}{path}", self.base)).bearer_auth(key)).await
    }
}

/// A client that follows no redirects and keeps cookies apart.
pub fn client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Sends and reads status and JSON (or `null`).
pub async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

async fn open(folder: &std::path::Path, address: SocketAddr, options: &[&str], clock: Clock, stop: CancellationToken) -> App {
    let listen = format!("--listen={address}");
    let arguments = ["wxdesk", listen.as_str()].into_iter().chain(options.iter().copied());
    let settings = Only::parse_from(arguments).settings;
    let place = Place { data: folder.join("data"), master_key_file: None, log: "info".into() };
    let core = app::open_core(place, settings, clock, Chance::system()).await.unwrap();
    App::open(core, stop).await.unwrap()
}

async fn add_account(app: &App, app_id: &str, api_base: &str) {
    let (vault, app_id) = (app.core.vault.clone(), app_id.to_owned());
    let secret =
        vault.seal(&format!("accounts/{app_id}/secret"), &SecretString::from(sandbox::App::sandbox().secret.expose_secret().to_owned()));
    let (api_base, now) = (api_base.to_owned(), app.core.now());
    app.core
        .db
        .write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "insert into accounts (app_id, name, secret, original_id, api_base, js_domains, h5_origins, created_at, updated_at)
                     values (?, '青禾自然教育', ?, ?, ?, '[\"h5.example.com\"]', '[\"https://h5.example.com\"]', ?, ?)",
                )
                .bind(app_id)
                .bind(secret)
                .bind(sandbox::SANDBOX_ORIGINAL_ID)
                .bind(api_base)
                .bind(now)
                .bind(now)
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .await
        .unwrap();
    app.accounts.reload().await.unwrap();
}

#[tokio::test]
async fn the_house_stands() {
    let house = House::build().await;
    let (status, problem) = house.get("/api/v1/nothing").await;
    assert_eq!(status, 404);
    assert_eq!(problem["code"], "not_found");
    let page = house.http.get(format!("{}/nothing", house.base)).send().await.unwrap();
    assert_eq!(page.status(), 404);
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    assert!(page.text().await.unwrap().contains("没有这个页面"));
}
