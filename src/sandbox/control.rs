//! Control calls under `/sandbox`, on the simulator's own listener only.

use std::{collections::HashMap, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State as FromState},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use super::{CallbackTarget, Dials, SANDBOX_APP_ID, Sandbox, media, oauth, push};

const LARGEST_UPLOAD: usize = 12 << 20;
/// The largest crowd that may follow at once.
const MOST_JOINING: usize = 200_000;

/// The control calls.
pub(super) fn router(sandbox: &Sandbox) -> Router {
    Router::new()
        .route("/sandbox/ledger", get(ledger))
        .route("/sandbox/dials", get(dials).put(set_dials))
        .route("/sandbox/messages", get(messages))
        .route("/sandbox/messages/counts", get(counts))
        .route("/sandbox/followers", get(followers).post(join))
        .route("/sandbox/upload", post(upload))
        .route("/sandbox/video/{name}", get(video))
        .route("/sandbox/code", post(code))
        .route("/sandbox/clock/advance", post(advance))
        .route("/sandbox/check-signature", get(check_signature))
        .route("/sandbox/push", post(push_event))
        .route("/sandbox/callback", axum::routing::put(set_callback))
        .route("/sandbox/callback/verify", post(verify_callback))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_UPLOAD))
        .with_state(sandbox.clone())
}

fn refusal(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}

#[derive(Deserialize)]
struct LedgerAsk {
    path: Option<String>,
    limit: Option<usize>,
}

/// The last `limit` entries (all without it), oldest first.
async fn ledger(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<LedgerAsk>) -> Json<Value> {
    let mut entries = sandbox.ledger();
    entries.retain(|entry| ask.path.as_ref().is_none_or(|path| entry.path == *path));
    let from = entries.len().saturating_sub(ask.limit.unwrap_or(usize::MAX));
    Json(json!(entries[from..]))
}

async fn dials(FromState(sandbox): FromState<Sandbox>) -> Json<Dials> {
    Json(sandbox.dials())
}

async fn set_dials(FromState(sandbox): FromState<Sandbox>, Json(dials): Json<Dials>) -> Json<Dials> {
    sandbox.set_dials(dials);
    Json(sandbox.dials())
}

#[derive(Deserialize)]
struct MessagesAsk {
    openid: Option<String>,
}

/// Accepted messages, of one openid or all; msgid as a string, since it is beyond a browser's numbers.
async fn messages(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<MessagesAsk>) -> Json<Value> {
    let messages = match ask.openid {
        Some(openid) => sandbox.accepted(&openid),
        None => sandbox.look(|state| state.messages.clone()),
    };
    let one = |message| {
        let mut value = json!(message);
        value["msgid"] = json!(value["msgid"].to_string());
        value
    };
    Json(messages.iter().map(one).collect())
}

/// How many messages each openid was sent, for checks after large sends.
async fn counts(FromState(sandbox): FromState<Sandbox>) -> Json<HashMap<String, u64>> {
    let mut counts = HashMap::new();
    sandbox.look(|state| state.messages.iter().for_each(|message| *counts.entry(message.openid.clone()).or_default() += 1));
    Json(counts)
}

async fn followers(FromState(sandbox): FromState<Sandbox>) -> Json<Value> {
    let one = |person: super::Follower| {
        json!({
            "openid": person.openid, "name": person.name, "tags": person.tags, "subscribed": person.subscribed,
            "subscribe_time": person.subscribe_time, "receipt": person.receipt_status(),
        })
    };
    Json(sandbox.followers().into_iter().map(one).collect())
}

#[derive(Deserialize)]
struct Crowd {
    count: usize,
}

/// A crowd follows the first account, for rehearsals of large sends.
async fn join(FromState(sandbox): FromState<Sandbox>, Json(crowd): Json<Crowd>) -> Response {
    if crowd.count > MOST_JOINING {
        return refusal(StatusCode::BAD_REQUEST, "at most 200000 at once");
    }
    sandbox.join(crowd.count);
    followers(FromState(sandbox)).await.into_response()
}

#[derive(Deserialize)]
struct UploadAsk {
    #[serde(default)]
    kind: UploadKind,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum UploadKind {
    #[default]
    Image,
    Voice,
    Video,
}

/// Uploads the body as a phone would; `?kind=` image, voice or video. A video that does not begin like an MP4 gets an address elsewhere.
async fn upload(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<UploadAsk>, body: Bytes) -> Response {
    if ask.kind == UploadKind::Image && !media::picture(&body) {
        return refusal(StatusCode::BAD_REQUEST, "not a picture (JPEG, PNG, GIF or BMP)");
    }
    let kind = match ask.kind {
        UploadKind::Image => "image",
        UploadKind::Voice => "voice",
        UploadKind::Video => "video",
    };
    Json(json!({ "media_id": sandbox.upload_as(kind, &body) })).into_response()
}

/// What the address of a video leads to.
async fn video(FromState(sandbox): FromState<Sandbox>, axum::extract::Path(name): axum::extract::Path<String>) -> Response {
    match sandbox.look(|state| media::video(state, &name)) {
        Some(bytes) => ([(axum::http::header::CONTENT_TYPE, "video/mp4")], bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn first_app() -> String {
    SANDBOX_APP_ID.into()
}

#[derive(Deserialize)]
struct CodeAsk {
    #[serde(default = "first_app")]
    app_id: String,
    openid: String,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    snapshot: bool,
}

async fn code(FromState(sandbox): FromState<Sandbox>, Json(ask): Json<CodeAsk>) -> Response {
    if !sandbox.look(|state| state.accounts.get(&ask.app_id).is_some_and(|account| account.person(&ask.openid).is_some())) {
        return refusal(StatusCode::NOT_FOUND, "no such openid at this account");
    }
    let scope = ask.scope.as_deref().unwrap_or("snsapi_base");
    let code = sandbox.change(|change| oauth::issue_code(change, &ask.app_id, &ask.openid, scope, ask.snapshot));
    Json(json!({ "code": code })).into_response()
}

#[derive(Deserialize)]
struct AdvanceAsk {
    seconds: u64,
}

async fn advance(FromState(sandbox): FromState<Sandbox>, Json(ask): Json<AdvanceAsk>) -> Response {
    let before = sandbox.0.clock.now();
    sandbox.0.clock.advance(Duration::from_secs(ask.seconds));
    let now = sandbox.0.clock.now();
    if u64::try_from(now - before).unwrap_or_default() < ask.seconds {
        return refusal(StatusCode::CONFLICT, "this simulator runs on the machine's clock, which cannot be moved");
    }
    Json(json!({ "now": now })).into_response()
}

/// What the WeChat app compares for `wx.config`.
#[derive(Deserialize)]
pub(super) struct SignatureAsk {
    url: String,
    timestamp: String,
    #[serde(rename = "nonceStr")]
    nonce: String,
    signature: String,
    #[serde(rename = "appId", default = "first_app")]
    app_id: String,
}

/// Checks a signature against every live ticket of the account, as the WeChat app does.
pub(super) async fn check_signature(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<SignatureAsk>) -> Json<Value> {
    let url = ask.url.split('#').next().unwrap_or_default();
    let now = sandbox.0.clock.now();
    let sign = |ticket: &str| {
        let text = format!("jsapi_ticket={ticket}&noncestr={}&timestamp={}&url={url}", ask.nonce, ask.timestamp);
        hex::encode(Sha1::digest(text))
    };
    let matches = |ticket: &str| bool::from(sign(ticket).as_bytes().ct_eq(ask.signature.as_bytes()));
    let (any, ok) =
        sandbox.look(|state| (state.live_tickets(&ask.app_id, now).next().is_some(), state.live_tickets(&ask.app_id, now).any(matches)));
    Json(match (ok, any) {
        (true, _) => json!({ "ok": true }),
        (false, true) => json!({ "ok": false, "reason": "invalid signature" }),
        (false, false) => json!({ "ok": false, "reason": "invalid signature: no live jsapi ticket for this appId" }),
    })
}

#[derive(Deserialize)]
struct PushAsk {
    #[serde(default = "first_app")]
    app_id: String,
    openid: String,
    event: String,
    #[serde(default)]
    fields: Vec<(String, String)>,
    #[serde(default)]
    after_ms: u32,
}

async fn push_event(FromState(sandbox): FromState<Sandbox>, Json(ask): Json<PushAsk>) -> StatusCode {
    sandbox.change(|change| push::queue(change, &ask.app_id, &ask.openid, &ask.event, ask.fields, ask.after_ms.into()));
    StatusCode::ACCEPTED
}

#[derive(Deserialize)]
struct CallbackAsk {
    #[serde(default = "first_app")]
    app_id: String,
    #[serde(flatten)]
    target: CallbackTarget,
}

async fn set_callback(FromState(sandbox): FromState<Sandbox>, Json(ask): Json<CallbackAsk>) -> StatusCode {
    sandbox.set_callback(&ask.app_id, ask.target);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct VerifyAsk {
    #[serde(default = "first_app")]
    app_id: String,
}

async fn verify_callback(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<VerifyAsk>) -> Json<Value> {
    Json(match sandbox.verify_callback(&ask.app_id).await {
        Ok(()) => json!({ "ok": true }),
        Err(reason) => json!({ "ok": false, "reason": reason }),
    })
}
