//! `/oauth/{app_id}/start`, `/oauth/{app_id}/callback` and `POST /api/v1/oauth/redeem`.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Next, SCOPES, Visit, check_return, open, pass::Pass, return_to::ReturnTo};
use crate::{
    features::{
        accounts::server::Account,
        people::{
            oauth_page::{self, Ways},
            server::People,
        },
    },
    infra::{
        fields::Fields,
        guard::{Access, ApiCaller, Routes, Table},
        net::Caller,
        page,
        query::{Id, Query},
    },
    shared::{error::AppError, rights::Scope},
    ui::{Frame, texts::oauth as w},
};

/// Its routes.
pub fn routes(people: People) -> Table {
    Routes::new(people)
        .get("/oauth/{app_id}/start", Access::Public, start)
        .get("/oauth/{app_id}/callback", Access::Public, callback)
        .post("/api/v1/oauth/redeem", Access::Scope(Scope::UsersRead), redeem)
        .table()
}

/// Sends the browser to WeChat, which sends it to the callback, which sends it to `return_to` with `ticket=…` added.
#[utoipa::path(get, path = "/oauth/{app_id}/start", tag = "people",
    params(("app_id" = String, Path, description = "AppID"),
        ("return_to" = String, Query, description = "The page to return to, percent-encoded; its origin is one of the account's H5 origins"),
        ("scope" = Option<String>, Query, description = "`snsapi_base` (default, silent) or `snsapi_userinfo` (asks, tells the name)")),
    responses((status = 303, description = "To WeChat"), (status = 403, description = "url_not_allowed, as a page"),
        (status = 404, description = "unknown account"), (status = 422, description = "url_malformed or a wrong parameter, as a page"),
        (status = 429, description = "Too many from this address, as a page, with Retry-After")))]
pub async fn start(
    State(people): State<People>,
    frame: Frame,
    caller: Caller,
    Id(app_id): Id,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let account = people.accounts.named(Some(&app_id))?;
    if let Err(after) = people.visits.take(caller.0, people.core.now()) {
        return Ok(held_back(&frame, after));
    }
    let outcome = asked(&account, &query.unwrap_or_default()).map(|(return_to, scope)| {
        let pass = Pass::new(&people.core, return_to, scope, false);
        open(&people, &account, &pass, &headers)
    });
    Ok(match outcome {
        Ok((cookies, to)) => go(cookies, &to),
        Err(error) => failed(&frame, &error, Ways::default()),
    })
}

/// The address to return to and the scope.
fn asked(account: &Account, query: &str) -> Result<(String, String), AppError> {
    // As in the signature route: a plus that arrives is a plus of the address.
    let mut query = Query::parse(&query.replace('+', "%2B"));
    let (return_to, scope) = (query.take("return_to"), query.take("scope"));
    let scope = scope.unwrap_or_else(|| SCOPES[0].to_owned());
    if return_to.is_none() {
        query.refuse("return_to", "missing", w::NO_RETURN);
    }
    if !SCOPES.contains(&scope.as_str()) {
        query.refuse("scope", "unknown", w::BAD_SCOPE);
    }
    query.done()?;
    let return_to = return_to.unwrap_or_default();
    check_return(account, &return_to)?;
    Ok((return_to, scope))
}

/// Where WeChat sends the browser back to.
#[utoipa::path(get, path = "/oauth/{app_id}/callback", tag = "people",
    params(("app_id" = String, Path, description = "AppID"), ("code" = Option<String>, Query), ("state" = String, Query)),
    responses((status = 303, description = "To return_to with its ticket; once more to WeChat where the code was used or too old"),
        (status = 403, description = "Another browser's state, or the visitor did not agree, as a page"),
        (status = 404, description = "unknown account"),
        (status = 429, description = "Too many from this address, as a page, with Retry-After"),
        (status = 502, description = "WeChat refused, as a page"), (status = 504, description = "WeChat did not answer, as a page")))]
pub async fn callback(
    State(people): State<People>,
    frame: Frame,
    caller: Caller,
    method: Method,
    Id(app_id): Id,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let account = people.accounts.named(Some(&app_id))?;
    if method != Method::GET || is_prefetch(&headers) {
        // Whoever only looks ahead uses no code up.
        return Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response());
    }
    if let Err(after) = people.visits.take(caller.0, people.core.now()) {
        return Ok(held_back(&frame, after));
    }
    let mut query = Query::parse(&query.unwrap_or_default());
    let (code, state) = (query.take("code"), query.take("state").unwrap_or_default());
    let Some(pass) = Pass::read(&people.core, &headers, &account.app_id, &state) else {
        return Ok(failed(&frame, &AppError::new(403, "state_unknown", w::UNKNOWN_STATE), Ways::default()));
    };
    // The account's origins may have changed meanwhile.
    let own = || Ok(ReturnTo::own(&people.core.settings.public_url(), &pass.return_to));
    let page = match if pass.own { own() } else { check_return(&account, &pass.return_to) } {
        Ok(page) => page,
        Err(error) => return Ok(failed(&frame, &error, Ways::default())),
    };
    let ways = || Ways { again: Some(begin(&account.app_id, &pass)), back: Some(page.plain()) };
    let Some(code) = code.filter(|code| code.len() <= 512) else {
        return Ok(failed(&frame, &AppError::new(403, "authorization_denied", w::DENIED), ways()));
    };
    Ok(match people.came_back(&account, &pass, &code).await {
        Ok(Next::Page) => go(HeaderMap::new(), &page.with_ticket(&pass.ticket)),
        Ok(Next::Again) => {
            let next = Pass { own: pass.own, ..Pass::new(&people.core, pass.return_to.clone(), pass.scope.clone(), true) };
            let (cookies, to) = open(&people, &account, &next, &headers);
            go(cookies, &to)
        }
        Err(error) => failed(&frame, &error, ways()),
    })
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().filter_map(|name| headers.get(*name)).any(|value| {
        let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
        value.contains("prefetch") || value.contains("preview")
    })
}

/// The address that begins this try anew.
fn begin(app_id: &str, pass: &Pass) -> String {
    if pass.own {
        // The page before the one that is returned to begins it anew.
        return pass.return_to.rsplit_once('/').map_or(String::new(), |(before, _)| before.to_owned());
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", &pass.return_to)
        .append_pair("scope", &pass.scope)
        .finish();
    format!("/oauth/{app_id}/start?{}", query.replace('+', "%20"))
}

fn go(mut headers: HeaderMap, to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return AppError::internal("address").into_response() };
    headers.insert(header::LOCATION, to);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The page that is left holds a code or a ticket in its address.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// 429: whoever asks so often is no visitor, or many behind one address.
fn held_back(frame: &Frame, after: u64) -> Response {
    let mut response = failed(frame, &AppError::too_many(after), Ways::default());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after));
    response
}

fn failed(frame: &Frame, error: &AppError, ways: Ways) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let why = error.fields.first().map_or(&error.detail, |field| &field.detail);
    let errcode = error.refusal.as_ref().map(|refusal| refusal.errcode);
    tracing::info!(code = error.code, errcode, "A web authorization did not finish");
    let bare = Frame { person: None, account: None, ..frame.clone() };
    page::render(&bare, status, w::TITLE.get(frame.lang), true, || oauth_page::view(why, errcode, ways))
}

/// Tells, once, who came back with a ticket.
#[utoipa::path(post, path = "/api/v1/oauth/redeem", tag = "people", security(("key" = ["users:read"])),
    request_body(content = RedeemBody, description = "`{\"ticket\":\"…\"}`, optionally `account`"),
    responses((status = 200, description = "openid, unionid where WeChat tells it, scope, is_snapshot_user, nickname with snsapi_userinfo", body = Visitor),
        (status = 404, description = "`unknown_account`: the key is bound to another account"),
        (status = 410, description = "`ticket_gone`: used, older than 60 s, or never given"),
        (status = 422, description = "Unknown or missing fields")))]
pub async fn redeem(State(people): State<People>, caller: ApiCaller, mut body: Fields) -> Result<Response, AppError> {
    let named = body.optional_text("account", 1, 64);
    let ticket = body.text("ticket", 1, 512);
    body.done()?;
    let visit = people.redeem_ticket(&caller, named.as_deref(), &ticket).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Visitor::from(visit))).into_response())
}

/// A ticket that came back with a browser.
#[derive(utoipa::ToSchema)]
pub struct RedeemBody {
    /// The ticket.
    #[schema(min_length = 1, max_length = 512)]
    pub ticket: String,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// Who came back with a ticket.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Visitor {
    /// The person, for this account.
    pub openid: String,
    /// The person, across accounts; where WeChat tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// What the person agreed to.
    pub scope: String,
    /// A look at a snapshot page: the openid is made up and must not be kept.
    pub is_snapshot_user: bool,
    /// The name, with `snsapi_userinfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
}

impl From<Visit> for Visitor {
    fn from(visit: Visit) -> Self {
        let Visit { openid, unionid, scope, is_snapshot_user, nickname, .. } = visit;
        Self { openid, unionid, scope, is_snapshot_user, nickname }
    }
}

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(start, callback, redeem))]
pub struct Api;
