//! `/wx/{app_id}/…`: the door, and the call itself.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::Response,
};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::{
    LARGEST, Relay,
    answers::{self, For},
    log::{self, Entry},
    roads::{Road, road},
    token,
};
use crate::{
    features::{
        accounts::server::{Account, ensure_sending_unlocked},
        relay::model::Line,
        tokens::server::{Held, Who},
    },
    infra::{
        body::body_bytes,
        guard::{Access, ApiCaller, Routes, Table},
        net::Caller,
    },
    shared::{error::AppError, lang::Text, rights::Scope},
    wechat::forward::{Asked, Forwarded},
};

const CALL: &str = "/wx/{app_id}/{*path}";
const CLASSIC: &str = "/wx/{app_id}/cgi-bin/token";
const STABLE: &str = "/wx/{app_id}/cgi-bin/stable_token";
/// The largest answer that is handed back (bytes).
const LARGEST_ANSWER: u64 = 100 << 20;

/// A caller that came with a stand-in, in the request's extensions beside its [`ApiCaller`].
#[derive(Clone, Copy)]
struct Foreign;

/// Its routes. Fetching a stand-in is public as it is at WeChat: the key stands in the request itself.
pub fn routes(relay: Relay) -> Table {
    let table = Routes::new(relay.clone())
        .get(CLASSIC, Access::Public, token::classic)
        .post(CLASSIC, Access::Public, token::classic)
        .get(STABLE, Access::Public, token::stable)
        .post(STABLE, Access::Public, token::stable)
        .get(CALL, Access::Scope(Scope::WxCall), call)
        .post(CALL, Access::Scope(Scope::WxCall), call)
        .table();
    // Before the guard: it asks for a caller, and a stand-in names one.
    let page = log::routes(&relay);
    Table { router: table.router.layer(middleware::from_fn_with_state(Arc::new(relay), door)), entries: table.entries }.merge(page)
}

/// The AppID of an address, raw as it came; what is no AppID is none of an account's.
pub(super) fn app_id_of(uri: &Uri) -> String {
    parts(uri).0.to_owned()
}

fn parts(uri: &Uri) -> (&str, &str) {
    uri.path().strip_prefix("/wx/").and_then(|rest| rest.split_once('/')).unwrap_or_default()
}

/// Recognises who brings a stand-in. Who brings an API key is known already.
async fn door(State(relay): State<Arc<Relay>>, mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::AUTHORIZATION)
        && let Some(token) = token_in(request.uri().query().unwrap_or_default())
    {
        let address = request.extensions().get::<Caller>().map(|caller| caller.0);
        match relay.caller(parts(request.uri()).0, &token, address) {
            Ok(caller) => request.extensions_mut().insert(caller),
            // Not "stale": a program that fetched anew on these words would only call more often.
            Err(error) if error.status == 429 => return answers::failed(error, For::Foreign),
            Err(_) => return answers::stale(),
        };
        request.extensions_mut().insert(Foreign);
    }
    next.run(request).await
}

/// Hands a call on to WeChat.
#[utoipa::path(post, path = "/wx/{app_id}/{path}", tag = "relay", security(("key" = ["wx:call"])),
    params(("app_id" = String, Path, description = "AppID"),
        ("path" = String, Path, description = "A path of WeChat's below cgi-bin/, wxa/, wxaapi/, customservice/, datacube/ or card/, or \
            sns/userinfo, sns/auth; GET where WeChat has it so")),
    request_body(content = String, description = "Whatever WeChat takes, at most 12 MiB", content_type = "*/*"),
    responses((status = 200, description = "WeChat's answer as it is, its errcode included"),
        (status = 401, description = "No key, or one that was revoked or has expired"),
        (status = 403, description = "`path_not_allowed`, `account_not_allowed`"), (status = 404, description = "`unknown_account`"),
        (status = 413, description = "`too_large`"), (status = 423, description = "`sending_locked`"),
        (status = 429, description = "Too many calls of this key, or `daily_limit`, with Retry-After"), (status = 502, description = "WeChat refused"),
        (status = 503, description = "`token_not_ready`, `upstream_backoff` or `overloaded`, with Retry-After"),
        (status = 504, description = "WeChat did not answer")))]
async fn call(State(relay): State<Relay>, caller: ApiCaller, request: Request) -> Response {
    let whom = if request.extensions().get::<Foreign>().is_some() { For::Foreign } else { For::Ours };
    let entry = entry(&relay, &caller, &request);
    let outcome = handle(&relay, &caller, request).await;
    let word = if outcome.is_ok() { "answered" } else { "failed" };
    metrics::counter!("wxdesk_relayed_calls_total", "outcome" => word).increment(1);
    let (response, errcode, code) = match outcome {
        Ok(answered) => (answered.response, answered.errcode, None),
        Err(error) => {
            let (errcode, code) = (error.refusal.as_ref().map(|refusal| refusal.errcode), error.code);
            (answers::failed(error, whom), errcode, Some(code))
        }
    };
    if let Some(entry) = entry {
        entry.close(response.status().as_u16(), errcode, code);
    }
    response
}

/// The line of a call in the log, begun; none for an account that the key may not name.
fn entry(relay: &Relay, caller: &ApiCaller, request: &Request) -> Option<Entry> {
    let (app_id, path) = parts(request.uri());
    let account = relay.accounts.for_caller(caller, Some(app_id)).ok()?;
    let line = Line {
        id: 0,
        app_id: account.app_id.clone(),
        key_id: caller.key_id.clone(),
        name: caller.name.clone(),
        at: relay.core.now(),
        method: request.method().as_str().to_owned(),
        path: road(path).map(|_| path.to_owned()),
        status: 0,
        errcode: None,
        code: None,
        elapsed_ms: 0,
    };
    Some(Entry::open(relay, line))
}

/// What goes back to the caller, and what the log says of it.
struct Answered {
    response: Response,
    errcode: Option<i64>,
}

async fn handle(relay: &Relay, caller: &ApiCaller, request: Request) -> Result<Answered, AppError> {
    let (app_id, path) = parts(request.uri());
    let account = relay.accounts.for_caller(caller, Some(app_id))?;
    let road = road(path).ok_or_else(|| AppError::new(403, "path_not_allowed", NOT_ALLOWED))?;
    if matches!(*request.method(), Method::HEAD) {
        return Err(AppError::new(405, "method_not_allowed", Text::new("只能用 GET 或 POST。", "Only GET and POST are handed on.")));
    }
    if road == (Road::Account { sends: true }) {
        ensure_sending_unlocked(&relay.core).await?;
    }
    tracing::debug!(key = caller.name, app_id = account.app_id, path, "A call is handed on");
    let query = request.uri().query().unwrap_or_default();
    if road == Road::Ticket
        && let Some(held) = relay.kept_ticket(&account, caller, query).await?
    {
        return Ok(Answered { response: ticket(relay, &held), errcode: None });
    }
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let bare = *request.method() == Method::GET || told == Some(0);
    let _room = if bare { None } else { Some(relay.room(told).await?) };
    let visitor = road == Road::Visitor;
    let asked = Asked {
        method: request.method().clone(),
        path: format!("/{path}"),
        query: if visitor { query.to_owned() } else { without_token(query) },
        content_type: request.headers().get(header::CONTENT_TYPE).cloned(),
        body: body_bytes(request, LARGEST).await?,
    };
    let answer = match visitor {
        true => relay.as_it_is(&account, caller, &asked).await?,
        false => relay.with_token(&account, caller, &asked).await?,
    };
    let errcode = answer.refusal().and_then(|refusal| refusal.errcode());
    Ok(Answered { response: handed_back(answer), errcode })
}

impl Relay {
    /// The ticket of the kind asked for, from memory; `None` where the account keeps none of that kind.
    async fn kept_ticket(&self, account: &Account, caller: &ApiCaller, query: &str) -> Result<Option<Arc<Held>>, AppError> {
        if asks_for(query, "jsapi") {
            return self.tokens.of(named(caller)).ticket_ready(&account.app_id).await.map(Some);
        }
        if asks_for(query, "wx_card") && account.card_ticket {
            return self.tokens.of(named(caller)).card_ticket(account).await.map(Some);
        }
        Ok(None)
    }
}

/// A key as the history of tokens names it.
fn named(caller: &ApiCaller) -> Who {
    Who::Named(caller.name.clone())
}

/// A ticket as WeChat gives it.
fn ticket(relay: &Relay, held: &Held) -> Response {
    let left = (held.expires_at - relay.core.now()).max(0) / 1000;
    answers::answer(json!({"errcode": 0, "errmsg": "ok", "ticket": held.expose(), "expires_in": left}))
}

fn handed_back(answer: Forwarded) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    headers.extend(answer.headers.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = match answer.at_once() {
        Some(body) => Body::from(body),
        None => {
            if let Some(length) = answer.length {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            }
            Body::from_stream(answer.body(LARGEST_ANSWER))
        }
    };
    response
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn is_token(pair: &str) -> bool {
    decoded(pair.split('=').next().unwrap_or_default()).trim().eq_ignore_ascii_case("access_token")
}

fn token_in(query: &str) -> Option<String> {
    let pair = query.split('&').find(|pair| is_token(pair))?;
    Some(decoded(pair.split_once('=').map_or("", |(_, value)| value)))
}

/// The query as it came, but for whatever WeChat could take for a token.
fn without_token(query: &str) -> String {
    query.split('&').filter(|pair| !is_token(pair)).collect::<Vec<_>>().join("&")
}

/// Whether a ticket of this kind is asked for, and of no other.
fn asks_for(query: &str, kind: &str) -> bool {
    let mut kinds = query.split('&').filter_map(|pair| pair.strip_prefix("type="));
    kinds.next() == Some(kind) && kinds.next().is_none()
}

const NOT_ALLOWED: Text = Text::new(
    "这个微信接口不能经由这里调用。可用的路径见文档：cgi-bin、wxa、wxaapi、customservice、datacube、card，以及 sns/userinfo、sns/auth。",
    "This path of WeChat's cannot be called through here. Open are cgi-bin, wxa, wxaapi, customservice, datacube, card, and sns/userinfo, sns/auth.",
);

/// What this feature adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(call, token::classic, token::stable))]
pub struct Api;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_could_be_a_token_is_taken_out_and_the_rest_stays() {
        for (query, rest) in [
            ("access_token=a&x=%2F+1&y", "x=%2F+1&y"),
            ("x=1&access_token=a&access_token=b", "x=1"),
            ("access%5Ftoken=a&x=1", "x=1"),
            ("ACCESS_TOKEN=a", ""),
            ("access_token", ""),
            ("my_access_token=1", "my_access_token=1"),
            ("", ""),
        ] {
            assert_eq!(without_token(query), rest, "{query}");
        }
        assert_eq!(token_in("x=1&access%5ftoken=a%2Db").as_deref(), Some("a-b"));
        assert_eq!(token_in("x=1"), None);
    }

    #[test]
    fn the_address_is_read_raw() {
        let uri = |text: &str| text.parse::<Uri>().expect("uri");
        assert_eq!(parts(&uri("/wx/wx1/cgi-bin/user%2fget?x=1")), ("wx1", "cgi-bin/user%2fget"));
        assert_eq!(parts(&uri("/wx/wx1")), ("", ""));
    }
}
