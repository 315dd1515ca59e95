//! The simulator is the judge of everything else, so it is judged here: by docs/wechat-api.md and the recorded answers.

mod phone;
mod platform;
mod pushes;
mod sends;
mod tokens;

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{App, Options, SANDBOX_APP_ID, SANDBOX_SECRET, Sandbox};
use crate::infra::clock::{Chance, Clock};

const START_MS: i64 = 1_790_000_000_000;

struct Bench {
    clock: Clock,
    sandbox: Sandbox,
}

impl Bench {
    fn new() -> Self {
        Self::with_journal(None, 1)
    }

    fn with_journal(journal: Option<std::path::PathBuf>, seed: u64) -> Self {
        let clock = Clock::manual(START_MS);
        let options = Options { clock: clock.clone(), chance: Chance::seeded(seed), journal, app: App::sandbox() };
        Self { clock, sandbox: Sandbox::open(options).expect("opens") }
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    async fn raw(&self, method: &str, path: &str, body: impl Into<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let kind =
            if path.contains("connect") || path.contains("phone") { "application/x-www-form-urlencoded" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header("content-type", kind).body(body.into()).expect("a request");
        let answer = self.sandbox.router().oneshot(request).await.expect("infallible");
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.map(|bytes| bytes.to_vec()).unwrap_or_default();
        (parts.status, parts.headers, body)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, _, body) = self.raw("GET", path, Body::empty()).await;
        assert_eq!(status, 200, "{path}");
        serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{path}: {}", String::from_utf8_lossy(&body)))
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, _, answer) = self.raw("POST", path, body.to_string()).await;
        assert_eq!(status, 200, "{path}");
        serde_json::from_slice(&answer).unwrap_or_else(|_| panic!("{path}: {}", String::from_utf8_lossy(&answer)))
    }

    async fn classic(&self) -> String {
        let path = format!("/cgi-bin/token?grant_type=client_credential&appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}");
        text(&self.get(&path).await, "access_token")
    }

    async fn stable(&self, force: bool) -> Value {
        let ask = json!({ "grant_type": "client_credential", "appid": SANDBOX_APP_ID, "secret": SANDBOX_SECRET, "force_refresh": force });
        self.post("/cgi-bin/stable_token", ask).await
    }

    async fn token_code(&self, token: &str) -> i64 {
        code(&self.get(&format!("/cgi-bin/get_api_domain_ip?access_token={token}")).await)
    }

    async fn send(&self, token: &str, openid: &str, client_msg_id: Option<&str>) -> Value {
        self.post(&format!("/cgi-bin/message/template/send?access_token={token}"), self.message(openid, client_msg_id)).await
    }

    fn message(&self, openid: &str, client_msg_id: Option<&str>) -> Value {
        json!({
            "touser": openid,
            "template_id": super::demo::template_id(SANDBOX_APP_ID, 2),
            "client_msg_id": client_msg_id,
            "url": "https://qinghe.example/pay",
            "data": { "thing1": { "value": "春季自然笔记班" }, "amount2": { "value": "1280.00元" }, "date3": { "value": "2026年12月05日" } },
        })
    }

    fn person(&self, number: usize) -> String {
        self.sandbox.followers()[number].openid.clone()
    }
}

fn code(value: &Value) -> i64 {
    value["errcode"].as_i64().unwrap_or_default()
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}

/// A recorded answer of WeChat.
fn fixture(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wechat/fixtures").join(name);
    serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|_| panic!("{name}"))).expect("JSON")
}

/// Asserts that a value has the fields of a recorded one, of the same types; the first element stands for a list.
fn same_shape(ours: &Value, theirs: &Value, at: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (name, value) in theirs {
                let found = ours.get(name).unwrap_or_else(|| panic!("{at}.{name} is missing"));
                same_shape(found, value, &format!("{at}.{name}"));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if let (Some(ours), Some(theirs)) = (ours.first(), theirs.first()) {
                same_shape(ours, theirs, &format!("{at}[0]"));
            }
        }
        _ => assert_eq!(std::mem::discriminant(ours), std::mem::discriminant(theirs), "{at}: {ours} against {theirs}"),
    }
}
