//! `GET /api/v1/jssdk/signature`: from memory only, in front of every layer of the router.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use metrics::Counter;

use super::{
    beacons::{Intake, Served},
    cors, query,
    refusal::{self, Refusal},
    sign, url,
};
use crate::{
    features::{
        accounts::server::{Account, Accounts},
        tokens::{
            model::Part,
            server::{Held, Tokens, Who},
        },
    },
    infra::{
        Core,
        clock::Chance,
        guard::{Access, Entry, Table},
        limits::Limiter,
        respond,
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
    },
};

/// The route's path.
pub const PATH: &str = "/api/v1/jssdk/signature";
/// Callers that may wait for the first ticket at once; more are sent away.
const MOST_WAITING: usize = 4096;
const NONCE: usize = 16;

/// Signs pages. One for the process.
pub struct Signer {
    pub(super) core: Core,
    pub(super) accounts: Accounts,
    pub(super) tokens: Tokens,
    limiter: Limiter<IpAddr>,
    waiting: AtomicUsize,
    pub(super) intake: Intake,
    pub(super) served: Served,
    counts: Counts,
}

struct Counts {
    signed: Counter,
    refused: Counter,
    limited: Counter,
    unready: Counter,
    shed: Counter,
}

impl Signer {
    /// A signer that allows each client address as many signatures a second as the operator set.
    pub fn new(core: Core, accounts: Accounts, tokens: Tokens) -> Arc<Self> {
        let rate = f64::from(core.settings.signature_rate);
        let count = |outcome: &'static str| metrics::counter!("wxdesk_signatures_total", "outcome" => outcome);
        Arc::new(Self {
            core,
            accounts,
            tokens,
            limiter: Limiter::new(rate, rate.max(1.0)),
            waiting: AtomicUsize::new(0),
            intake: Intake::new(),
            served: Served::default(),
            counts: Counts {
                signed: count("signed"),
                refused: count("refused"),
                limited: count("limited"),
                unready: count("unready"),
                shed: count("shed"),
            },
        })
    }

    /// The headers of a signature, once and for all: those of every answer, and the route's own.
    pub fn headers(mut common: HeaderMap) -> HeaderMap {
        common.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        common.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        common.insert(header::VARY, HeaderValue::from_static("Origin"));
        common
    }

    /// Answers any request to [`PATH`] of a caller. `ready` is what [`Signer::headers`] made.
    pub async fn answer(&self, caller: IpAddr, now: i64, request: &Parts, ready: &HeaderMap) -> Response {
        let (query, headers) = (request.uri.query().unwrap_or_default(), &request.headers);
        match request.method {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return self.preflight(query, headers),
            _ => return wrong_method(headers, self.listed(query, headers)),
        }
        let mut origin = None;
        let outcome = match self.limiter.take(caller, now) {
            Ok(()) => self.signature(query, headers, now, &mut origin).await,
            Err(after) => {
                // A page of ours that is too fast should be able to read that it is.
                origin = self.listed(query, headers);
                Err(AppError::too_many(after))
            }
        };
        match outcome {
            Ok(body) => {
                self.counts.signed.increment(1);
                let mut response = Response::new(Body::from(body));
                *response.headers_mut() = ready.clone();
                if let Some(origin) = origin {
                    cors::mark(response.headers_mut(), Some(origin));
                }
                response
            }
            Err(error) => {
                self.count(&error);
                failed(&error, headers, origin)
            }
        }
    }

    /// Turns a request away unread, because there is too much to do. A page of ours can read that it was.
    pub fn refuse(&self, request: &Parts, refusal: &Refusal) -> Response {
        self.counts.shed.increment(1);
        let origin = self.listed(request.uri.query().unwrap_or_default(), &request.headers);
        let mut response = refusal.answer(&request.headers);
        cors::mark(response.headers_mut(), origin);
        response
    }

    async fn signature<'h>(
        &self,
        query: &str,
        headers: &'h HeaderMap,
        now: i64,
        origin: &mut Option<&'h HeaderValue>,
    ) -> Result<String, AppError> {
        // Until it is known which account is meant, a page of any account may read what is wrong with its request.
        let known = query::read(query).and_then(|asked| Ok((self.accounts.named(asked.account.as_deref())?, asked)));
        let (account, asked) = known.inspect_err(|_| *origin = self.listed(query, headers))?;
        *origin = cors::allowed(&account, headers);
        let url = asked.url.map_err(url::refusal)?;
        let page = url::check_url(&url, &account.js_domains).map_err(url::refusal)?;
        let ticket = match self.tokens.ticket_to_sign(&account.app_id, now) {
            Some(ticket) => ticket,
            None => self.first_ticket(&account).await?,
        };
        self.served.note(&account, page.signed, headers);
        Ok(self.body(&account, &ticket, page.signed, now))
    }

    /// On a cold start only: all callers wait for one fetch.
    async fn first_ticket(&self, account: &Account) -> Result<Arc<Held>, AppError> {
        let _place = Place::take(&self.waiting).ok_or_else(refusal::overloaded)?;
        let ready = self.tokens.of(Who::Own(Part::Pages)).ticket_ready(&account.app_id).await;
        if ready.is_ok() {
            self.tokens.count_signed(&account.app_id, 1);
        }
        ready.map_err(|mut error| {
            // The code is in everybody's documentation; WeChat's own words are for the operator, because 40164's name our address.
            if let Some(refusal) = &mut error.refusal {
                refusal.errmsg = None;
            }
            error
        })
    }

    /// The origin that may read a refusal: of the named account, or of any where the query names none that exists.
    fn listed<'h>(&self, query: &str, headers: &'h HeaderMap) -> Option<&'h HeaderValue> {
        match query::account(query).and_then(|app_id| self.accounts.get(&app_id)) {
            Some(account) => cors::allowed(&account, headers),
            None => self.accounts.all().iter().find_map(|account| cors::allowed(account, headers)),
        }
    }

    /// The four fields that `wx.config` takes. Nothing in them needs escaping.
    fn body(&self, account: &Account, ticket: &Held, signed: &str, now: i64) -> String {
        let nonce = nonce(&self.core.chance);
        let nonce = std::str::from_utf8(&nonce).unwrap_or_default();
        let mut digits = [0; 20];
        let timestamp = decimal(now / 1000, &mut digits);
        let signature = sign::sign(ticket.expose(), nonce, timestamp, signed);
        let mut body = String::with_capacity(176 + account.app_id.len());
        for piece in [
            "{\"appId\":\"",
            &account.app_id,
            "\",\"timestamp\":",
            timestamp,
            ",\"nonceStr\":\"",
            nonce,
            "\",\"signature\":\"",
            std::str::from_utf8(&signature).unwrap_or_default(),
            "\"}",
        ] {
            body.push_str(piece);
        }
        body
    }

    /// The browser asks before a request that is not simple. An origin that is not listed gets no permission.
    fn preflight(&self, query: &str, headers: &HeaderMap) -> Response {
        let origin = self.listed(query, headers);
        let mut response = StatusCode::NO_CONTENT.into_response();
        cors::mark(response.headers_mut(), origin);
        if origin.is_some() {
            let answer = response.headers_mut();
            answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
            answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Accept, Content-Type, X-Requested-With"));
            answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        response
    }

    fn count(&self, error: &AppError) {
        match (error.status, error.code) {
            (429, _) => &self.counts.limited,
            (503, "overloaded") => &self.counts.shed,
            (503, _) => &self.counts.unready,
            _ => &self.counts.refused,
        }
        .increment(1);
    }
}

/// The route's line in the table of all routes. It is served in front of the router that the table makes.
pub fn entry() -> Table {
    Table { entries: vec![Entry { method: Method::GET, path: PATH, access: Access::Public }], ..Table::default() }
}

/// A place among those who wait, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < MOST_WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// 16 letters and digits; two of them come a little oftener, which a nonce does not mind.
pub(super) fn nonce(chance: &Chance) -> [u8; NONCE] {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789Aa";
    chance.bytes::<NONCE>().map(|byte| ALPHABET[usize::from(byte & 63)])
}

fn decimal(number: i64, buffer: &mut [u8; 20]) -> &str {
    let (mut left, mut at) = (number.unsigned_abs(), buffer.len());
    loop {
        at -= 1;
        buffer[at] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            return std::str::from_utf8(&buffer[at..]).unwrap_or_default();
        }
    }
}

fn failed(error: &AppError, headers: &HeaderMap, origin: Option<&HeaderValue>) -> Response {
    let lang: Lang = respond::asked_lang(headers);
    let mut response = respond::problem(error, lang, error.clone().into_response());
    cors::mark(response.headers_mut(), origin);
    response
}

fn wrong_method(headers: &HeaderMap, origin: Option<&HeaderValue>) -> Response {
    let detail = Text::new("这个地址不支持这种请求方法。", "This address does not take that method.");
    let mut response = failed(&AppError::new(405, "method_not_allowed", detail), headers, origin);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}

/// What `wx.config` takes. [`Signer::body`] writes it piece by piece.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PageSignature {
    /// AppID.
    pub app_id: String,
    /// Unix seconds.
    pub timestamp: i64,
    /// A random text.
    pub nonce_str: String,
    /// SHA-1, lower-case hex.
    pub signature: String,
}

/// The signature of a page.
#[utoipa::path(
    get,
    path = "/api/v1/jssdk/signature",
    tag = "jssdk",
    params(
        ("url" = String, Query, description = "`encodeURIComponent(location.href)`; what follows `#` is not signed"),
        ("account" = Option<String>, Query, description = "AppID; may be left out where only one account exists"),
    ),
    responses(
        (status = 200, description = "`appId`, `timestamp`, `nonceStr`, `signature`, as `wx.config` takes them", body = PageSignature),
        (status = 403, description = "`url_not_allowed`: the host is none of the account's JS domains"),
        (status = 404, description = "`unknown_account`"),
        (status = 422, description = "`url_malformed`, `account_required`, missing or unknown parameters"),
        (status = 429, description = "Too many from this address, with Retry-After"),
        (status = 503, description = "`ticket_not_ready`, `upstream_backoff` (with WeChat's errcode) or `overloaded`, with Retry-After"),
    ),
    security(())
)]
#[expect(dead_code, reason = "describes the route that Signer::answer serves in front of the router")]
fn signature() {}

/// What this route adds to the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(signature))]
pub struct Api;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_piece_by_piece_is_what_is_described() {
        let written = r#"{"appId":"wx0123456789abcdef","timestamp":1795327440,"nonceStr":"Wm3WZYTPz0wzccnW","signature":"8bd282b3"}"#;
        let read: PageSignature = serde_json::from_str(written).expect("fits");
        assert_eq!(serde_json::to_string(&read).expect("writes"), written);
    }

    #[test]
    fn numbers_and_nonces_are_plain() {
        let mut digits = [0; 20];
        assert_eq!(decimal(0, &mut digits), "0");
        assert_eq!(decimal(1_414_587_457, &mut digits), "1414587457");
        let (one, other) = (nonce(&Chance::system()), nonce(&Chance::system()));
        assert!(one.iter().all(u8::is_ascii_alphanumeric));
        assert_ne!(one, other);
    }

    #[test]
    fn places_are_counted_and_given_back() {
        let waiting = AtomicUsize::new(MOST_WAITING - 1);
        let last = Place::take(&waiting).expect("one is left");
        assert!(Place::take(&waiting).is_none() && Place::take(&waiting).is_none());
        drop(last);
        assert!(Place::take(&waiting).is_some());
        assert_eq!(waiting.load(Ordering::Relaxed), MOST_WAITING - 1);
    }
}
