//! The access token for other servers (中控).

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{TokenValue, Tokens, Who, waiting::Known};
use crate::{
    features::audit::model::Actor,
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        prefer,
    },
    shared::{error::AppError, rights::Scope, time},
};

/// Routes of the API.
pub fn routes(tokens: &Tokens) -> Table {
    Routes::new(tokens.clone())
        .get("/api/v1/access-token", Access::Scope(Scope::TokenRead), fetch)
        .post("/api/v1/access-token/stale", Access::Scope(Scope::TokenRead), stale)
        .table()
}

/// The account's access token.
#[utoipa::path(
    get,
    path = "/api/v1/access-token",
    tag = "tokens",
    params(
        ("account" = Option<String>, Query, description = "AppID; may be left out where only one account exists"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the token one has: 304 while it is still the present one"),
        ("Prefer" = Option<String>, Header, description = "`wait=N` (at most 30), with If-None-Match: answers as soon as there is another token, or 304 after N seconds"),
    ),
    responses(
        (status = 200, description = "`access_token`, `expires_at` (RFC 3339), `expires_in` (seconds), with an `ETag`", body = Token, example = json!({"access_token": "87_eXaMpLe", "expires_at": "2026-11-26T16:00:00Z", "expires_in": 6812})),
        (status = 304, description = "The token that If-None-Match names is still the present one"),
        (status = 401, description = "No key, or one that was revoked or has expired"),
        (status = 403, description = "`account_not_allowed`: the key is bound to another account"),
        (status = 404, description = "`unknown_account`"),
        (status = 422, description = "`account_required`"),
        (status = 503, description = "`token_not_ready` or `upstream_backoff`, with Retry-After"),
    ),
    security(("key" = ["token:read"]))
)]
async fn fetch(State(tokens): State<Tokens>, caller: ApiCaller, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
    let named = query.take("account");
    query.done()?;
    let account = tokens.accounts.for_caller(&caller, named.as_deref())?;
    tokens.usage.count(&account.app_id, &caller, false, tokens.core.now());
    let token = tokens.of(Who::Named(caller.name.clone())).access_token(&account).await?;
    let mut response = match Known::of(&headers) {
        Some(known) if known.names(&token) => {
            (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, token.mark())]).into_response()
        }
        Some(_) => answer(&token),
        None => return Ok(answer(&token)),
    };
    // The wait itself is over: it stands in front of the router.
    prefer::applied(response.headers_mut(), prefer::wait(&headers));
    Ok(response)
}

/// Reports a token that WeChat refused.
#[utoipa::path(
    post,
    path = "/api/v1/access-token/stale",
    tag = "tokens",
    request_body(content = StaleBody, description = "`{\"access_token\":\"…\"}`, optionally `account`"),
    responses(
        (status = 200, description = "`refreshed` says whether a new token took its place; then the fields of GET /access-token", body = Reported),
        (status = 403, description = "`account_not_allowed`: the key is bound to another account"),
        (status = 404, description = "`unknown_account`"),
        (status = 422, description = "Unknown or missing fields, `account_required`"),
        (status = 503, description = "`token_not_ready` or `upstream_backoff`, with Retry-After"),
    ),
    security(("key" = ["token:read"]))
)]
async fn stale(State(tokens): State<Tokens>, caller: ApiCaller, query: Query, mut body: Fields) -> Result<Response, AppError> {
    query.done()?;
    let named = body.optional_text("account", 1, 64);
    let reported = body.text("access_token", 1, 1024);
    body.done()?;
    let account = tokens.accounts.for_caller(&caller, named.as_deref())?;
    tokens.usage.count(&account.app_id, &caller, true, tokens.core.now());
    let (refreshed, token) = tokens.stale(&account, &reported, Some(&Actor::Key(caller.name.clone()))).await?;
    let Token { access_token, expires_at, expires_in } = Token::of(&token);
    Ok(marked(&token, Reported { refreshed, access_token, expires_at, expires_in }))
}

/// A token that WeChat refused.
#[derive(utoipa::ToSchema)]
pub struct StaleBody {
    /// The token.
    #[schema(min_length = 1, max_length = 1024)]
    pub access_token: String,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// The access token as other servers get it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Token {
    /// The token.
    pub access_token: String,
    /// Until when it may be used, RFC 3339, UTC.
    pub expires_at: String,
    /// Whole seconds until then.
    pub expires_in: i64,
}

/// What a report of a refused token led to.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Reported {
    /// Whether a new one took its place.
    pub refreshed: bool,
    /// The present token.
    pub access_token: String,
    /// Until when it may be used, RFC 3339, UTC.
    pub expires_at: String,
    /// Whole seconds until then.
    pub expires_in: i64,
}

impl Token {
    fn of(token: &TokenValue) -> Self {
        Self { access_token: token.expose().to_owned(), expires_at: time::rfc3339(token.expires_at), expires_in: token.expires_in }
    }
}

fn answer(token: &TokenValue) -> Response {
    marked(token, Token::of(token))
}

fn marked(token: &TokenValue, body: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, token.mark())], Json(body)).into_response()
}

/// What these routes add to the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(fetch, stale))]
pub struct Api;
