//! The simulated phone: a page where a tester is one of the followers, and the bridge H5 pages run on.

mod forms;
mod page;
mod texts;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Query, State as FromState},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{SANDBOX_APP_ID, Sandbox, SentMessage, control, oauth_page, state::State};

const COOKIE: &str = "sandbox_person";
const CSS: &str = include_str!("phone.css");
const SCRIPT: &str = include_str!("phone.js");
const BRIDGE: &str = include_str!("bridge.js");
const STAND_IN: &str = include_str!("wx.js");
const LARGEST_UPLOAD: usize = 12 << 20;

/// Everything under `/sandbox/phone`.
pub(super) fn router(sandbox: &Sandbox) -> Router {
    Router::new()
        .route("/sandbox/phone", get(show))
        .route("/sandbox/phone/open", get(open))
        .route("/sandbox/phone/messages.json", get(messages))
        .route("/sandbox/phone/person", post(forms::person))
        .route("/sandbox/phone/follow", post(forms::follow))
        .route("/sandbox/phone/upload", post(forms::upload))
        .route("/sandbox/phone/hand", post(forms::hand))
        .route("/sandbox/phone/check-signature", get(check_signature))
        .route("/sandbox/phone/connect/oauth2/authorize", get(oauth_page::ask).post(oauth_page::consent))
        .route("/sandbox/phone/phone.css", get(async || asset("text/css; charset=utf-8", CSS)))
        .route("/sandbox/phone/phone.js", get(async || asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/sandbox/phone/bridge.js", get(bridge))
        .route("/sandbox/phone/wx.js", get(async || asset("text/javascript; charset=utf-8", STAND_IN)))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
        .with_state(sandbox.clone())
}

/// H5 pages of any origin load it in the place of what the app puts into them.
async fn bridge() -> Response {
    let mut response = asset("text/javascript; charset=utf-8", BRIDGE);
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], text).into_response()
}

/// Adds the headers every page of the phone carries.
pub(super) fn seal(mut response: Response) -> Response {
    let policy = "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; frame-ancestors 'self'";
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// Text made fit for HTML, between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The beginning of a page, up to `<body>`.
pub(super) fn head(lang: &str, title: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/sandbox/phone/phone.css\"></head><body>",
        escape(title)
    )
}

/// Whose phone it is: the cookie's person, else the one last chosen, else the first follower.
pub(super) fn person_of(state: &State, app_id: &str, headers: &HeaderMap) -> String {
    let Some(account) = state.accounts.get(app_id) else { return String::new() };
    let chosen = [cookie(headers, COOKIE), state.person.clone()].into_iter().flatten().find(|openid| account.person(openid).is_some());
    chosen.or_else(|| account.followers.first().map(|person| person.openid.clone())).unwrap_or_default()
}

/// Whether the account has a follower with this openid, now or once.
fn knows(state: &State, openid: &str) -> bool {
    state.accounts.get(SANDBOX_APP_ID).is_some_and(|account| account.person(openid).is_some())
}

/// Has the browser hold a person's phone from now on.
fn choose(response: &mut Response, openid: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE}={openid}; Path=/; SameSite=Lax; HttpOnly")) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// What the page shows besides messages.
#[derive(Default, Deserialize)]
struct Show {
    lang: Option<String>,
    openid: Option<String>,
    #[serde(rename = "serverId")]
    server_id: Option<String>,
    done: Option<String>,
    problem: Option<String>,
}

async fn show(FromState(sandbox): FromState<Sandbox>, Query(show): Query<Show>, headers: HeaderMap) -> Response {
    let lang = show.lang.clone().or_else(|| cookie(&headers, "lang")).unwrap_or_default();
    let texts = texts::of(&lang);
    let named = show.openid.as_deref().filter(|openid| sandbox.look(|state| knows(state, openid)));
    let openid = named.map_or_else(|| sandbox.look(|state| person_of(state, SANDBOX_APP_ID, &headers)), str::to_owned);
    let html = sandbox.look(|state| page::phone(state, texts, &openid, &show));
    let mut response = seal(Html(html).into_response());
    // A link leads to somebody's phone; what is done on it next is done as this person.
    if named.is_some() {
        choose(&mut response, &openid);
    }
    if show.lang.is_some()
        && let Ok(value) = HeaderValue::from_str(&format!("lang={}; Path=/; SameSite=Lax", texts.lang))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[derive(Deserialize)]
struct Open {
    #[serde(default)]
    url: String,
}

/// Leads to an H5 page, without scripts too. A page in between: the public listener must not redirect anywhere it is told.
async fn open(Query(ask): Query<Open>, headers: HeaderMap) -> Response {
    let texts = texts::of(&cookie(&headers, "lang").unwrap_or_default());
    seal(Html(page::open(texts, &ask.url)).into_response())
}

#[derive(Deserialize)]
struct Since {
    openid: String,
    #[serde(default)]
    after: String,
}

async fn messages(FromState(sandbox): FromState<Sandbox>, Query(ask): Query<Since>) -> Response {
    let after: i64 = ask.after.parse().unwrap_or_default();
    let found: Vec<Value> =
        sandbox.look(|state| arrived(state, &ask.openid).filter(|message| message.msgid > after).map(describe).collect());
    seal(Json(json!({ "messages": found })).into_response())
}

/// Messages that reached the phone, oldest first; WeChat keeps back those a person refuses.
fn arrived<'a>(state: &'a State, openid: &str) -> impl DoubleEndedIterator<Item = &'a SentMessage> {
    state.messages_of(openid).filter(|message| message.status == "success")
}

fn describe(message: &SentMessage) -> Value {
    let rows: Vec<Value> = message.rows.iter().map(|row| json!({ "label": row.label, "value": row.value })).collect();
    // Beyond a browser's numbers: as text.
    json!({ "msgid": message.msgid.to_string(), "title": message.title, "at_ms": message.at_ms, "rows": rows, "url": message.url })
}

/// H5 pages on other origins ask too: in WeChat the app, not the page, does the asking.
fn open_to_all(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn check_signature(state: FromState<Sandbox>, query: Query<control::SignatureAsk>) -> Response {
    open_to_all(control::check_signature(state, query).await.into_response())
}
