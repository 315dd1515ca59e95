//! Webhooks from what happens to a receiver of the test's own: signed, repeated, kept away from where they must not go.

mod edges;
mod telling;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use scraper::{Html, Selector};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;
use tokio::{net::TcpListener, sync::Semaphore};
use wxdesk::{
    features::{
        audit::model::Actor,
        messages::{model::Channel, server::Receipt},
        users::server::people::By as Adds,
        webhooks::{
            model::{Delivery, Endpoint},
            server::{By, Wanted},
        },
    },
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID as APP,
    shared::rights::Role,
    wechat::events,
};

use super::house::{House, PASSWORD};

/// A word in every answer of the receiver's that must not show up anywhere.
const CANARY: &str = "receiver-canary-0001";
const ALL: [&str; 11] = [
    "message.delivered",
    "message.failed",
    "message.unknown",
    "batch.ended",
    "media.stored",
    "media.failed",
    "media.expired",
    "media.accepted",
    "media.rejected",
    "media.review_cleared",
    "media.opinion_requested",
];

/// One call as it came.
#[derive(Clone)]
struct Call {
    headers: HashMap<String, String>,
    body: String,
}

impl Call {
    fn of(&self, name: &str) -> &str {
        &self.headers[name]
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Which of its signatures a secret made, by the words of the specification.
    fn signed_with(&self, secret: &SecretString) -> Vec<bool> {
        let key = STANDARD.decode(secret.expose_secret().strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.of("webhook-id"), self.of("webhook-timestamp"), self.body).as_bytes());
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.of("webhook-signature").split(' ').map(|one| one == right).collect()
    }
}

/// Whoever is told: keeps what came and answers with a status that the test sets. Without room it does not answer at all.
#[derive(Clone)]
struct Receiver {
    port: u16,
    calls: Arc<Mutex<Vec<Call>>>,
    status: Arc<AtomicU16>,
    room: Arc<Semaphore>,
    redirect: Option<String>,
}

impl Receiver {
    async fn open() -> Self {
        Self::redirecting(None).await
    }

    async fn redirecting(redirect: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            calls: Arc::default(),
            status: Arc::new(AtomicU16::new(204)),
            room: Arc::new(Semaphore::new(1000)),
            redirect,
        };
        let router = Router::new().route("/in", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/in", self.port)
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let body = String::from_utf8(body.to_vec()).unwrap();
    receiver.calls.lock().unwrap().push(Call { headers, body });
    receiver.room.acquire().await.unwrap().forget();
    let status = StatusCode::from_u16(receiver.status.load(Ordering::SeqCst)).unwrap();
    match receiver.redirect {
        Some(to) => (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        None if status == StatusCode::NO_CONTENT => status.into_response(),
        None => (status, CANARY).into_response(),
    }
}

/// Waits for what the house does by itself, its clock standing still.
async fn until(what: &str, done: impl AsyncFn() -> bool) {
    let late = Instant::now() + Duration::from_secs(60);
    while !done().await {
        assert!(Instant::now() < late, "not within a minute: {what}");
        tokio::task::yield_now().await;
    }
}

/// The same while time goes on by a second with each look.
async fn ticking(clock: &Clock, what: &str, done: impl AsyncFn() -> bool) {
    until(what, async || {
        clock.advance(Duration::from_secs(1));
        done().await
    })
    .await;
}

fn by() -> By {
    By { actor: Actor::User("admin".into()), address: "127.0.0.1".into() }
}

fn wanted(url: String, types: &[&str]) -> Wanted {
    Wanted { url, description: String::new(), types: types.iter().map(|word| (*word).to_owned()).collect(), inside: true }
}

async fn endpoint(house: &House, url: String, types: &[&str]) -> (Endpoint, SecretString) {
    house.app.webhooks.add(APP, wanted(url, types), &by()).await.unwrap().unwrap()
}

async fn now_of(house: &House, endpoint: &Endpoint) -> Endpoint {
    house.app.webhooks.endpoint(APP, &endpoint.id).await.unwrap()
}

async fn deliveries(house: &House, endpoint: &Endpoint) -> Vec<Delivery> {
    house.app.webhooks.deliveries(&endpoint.id, i64::MAX, 100).await.unwrap().items
}

/// A message that WeChat took and has not reported on, as the sender leaves it; its id.
async fn accepted(house: &House, msgid: i64) -> String {
    let (id, now) = (house.app.core.new_id(), house.app.core.now());
    let written = id.clone();
    let insert = house.app.core.db.write(move |connection| {
        Box::pin(async move {
            sqlx::query(
                "insert into messages (id, app_id, touser, template_id, data, state, msgid, client_msg_id, not_before, expires_at, actor,
                    created_at, intent_at, sent_at, attempts)
                 values (?1, ?2, 'oPerson', 't1', '{\"thing1\":\"夏\"}', 'accepted', ?3, ?1, ?4, ?4 + 86400000, 'key:erp', ?4, ?4, ?4, 1)",
            )
            .bind(written)
            .bind(APP)
            .bind(msgid)
            .bind(now)
            .execute(connection)
            .await
            .map(|_| ())
        })
    });
    insert.await.unwrap();
    id
}

async fn receipt(house: &House, msgid: i64) {
    let now = house.app.core.now();
    let status = events::Receipt::Delivered;
    let channel = Channel::Template;
    let receipt = Receipt { msgid: Some(msgid), openid: "oPerson".into(), channel, status, created_ms: now, received: now };
    house.app.messages.receipt(APP, receipt).await.unwrap();
}

async fn count(house: &House, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(house.app.core.db.read()).await.unwrap()
}

async fn signed_in(house: &House, name: &str, role: Role) -> String {
    house.app.users.add(&Adds::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    cookie(&house.http, &house.base, name).await
}

async fn cookie(http: &reqwest::Client, base: &str, name: &str) -> String {
    let response = http.post(format!("{base}/login")).form(&[("name", name), ("password", PASSWORD)]).send().await.unwrap();
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn form(house: &House, cookie: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let response = house.http.post(format!("{}{path}", house.base)).header("cookie", cookie).form(fields).send().await.unwrap();
    let to = response.headers().get("location").map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
    (response.status().as_u16(), to, response.text().await.unwrap())
}

async fn page(house: &House, cookie: &str, path: &str) -> String {
    let response = house.http.get(format!("{}{path}", house.base)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

/// The value of the first element that a selector finds.
fn value(html: &str, selector: &str) -> Option<String> {
    let page = Html::parse_document(html);
    page.select(&Selector::parse(selector).unwrap()).next().and_then(|one| one.attr("value")).map(str::to_owned)
}
