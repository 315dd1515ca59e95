//! `GET,POST /callback/{app_id}`: what WeChat calls. Answers `success` or a status with nothing in it.

use axum::{
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::time::Instant;

use super::{
    Callback,
    relay::{BUDGET, Raw},
    verify::{self, Refused, Signed},
};
use crate::{
    infra::{
        body::{self, Unread},
        guard::{Access, Routes, Table},
    },
    wechat::xml,
};

/// A clock of WeChat's or ours that is further off than this (seconds) is worth a line.
const DRIFT: i64 = 600;
const TEXT: &str = "text/plain; charset=utf-8";

/// Its routes.
pub fn routes(callback: Callback) -> Table {
    let path = "/callback/{app_id}";
    Routes::new(callback).get(path, Access::Public, check).post(path, Access::Public, push).table()
}

/// WeChat's check when the callback is saved in its console: answers `echostr` as it is.
#[utoipa::path(get, path = "/callback/{app_id}", tag = "callback",
    params(("app_id" = String, Path, description = "AppID"), ("signature" = String, Query), ("timestamp" = String, Query),
        ("nonce" = String, Query), ("echostr" = String, Query)),
    responses((status = 200, description = "echostr, as it is", content_type = "text/plain"), (status = 400, description = "no echostr"),
        (status = 403, description = "bad or missing signature"), (status = 404, description = "unknown account")))]
pub async fn check(
    State(callback): State<Callback>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, StatusCode> {
    let account = path.ok().and_then(|Path(app_id)| callback.accounts.get(&app_id)).ok_or(StatusCode::NOT_FOUND)?;
    let signed = Signed::parse(&query.unwrap_or_default());
    if !verify::is_signed(&account, &signed) {
        return Err(refused(&account.app_id, StatusCode::FORBIDDEN));
    }
    let echo = signed.echostr.ok_or(StatusCode::BAD_REQUEST)?;
    Ok(([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], echo).into_response())
}

/// A push: proved, stored with its effect, answered.
#[utoipa::path(post, path = "/callback/{app_id}", tag = "callback",
    params(("app_id" = String, Path, description = "AppID"), ("signature" = Option<String>, Query), ("msg_signature" = Option<String>, Query),
        ("timestamp" = String, Query), ("nonce" = String, Query)),
    request_body(content = String, content_type = "text/xml"),
    responses((status = 200, description = "`success`, or the answer of the program it was forwarded to", content_type = "text/plain"),
        (status = 400, description = "unreadable XML, outer or decrypted"), (status = 403, description = "not proved"),
        (status = 404, description = "unknown account"), (status = 413, description = "over 256 KiB"),
        (status = 503, description = "not stored; WeChat repeats it")))]
pub async fn push(
    State(callback): State<Callback>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, StatusCode> {
    let deadline = Instant::now() + BUDGET;
    let account = path.ok().and_then(|Path(app_id)| callback.accounts.get(&app_id)).ok_or(StatusCode::NOT_FOUND)?;
    let query = query.unwrap_or_default();
    let signed = Signed::parse(&query);
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = body::whole(request, xml::MAX_BYTES).await.map_err(unread)?;
    let opened = verify::open(&account, &signed, &body).map_err(|why| {
        let status = match why {
            Refused::Forbidden => StatusCode::FORBIDDEN,
            Refused::Unreadable => StatusCode::BAD_REQUEST,
        };
        refused(&account.app_id, status)
    })?;
    // WeChat repeats pushes and clocks drift: never a reason to refuse (CONTRACT "Callback").
    if let Some(drift) = signed.drift(callback.core.clock.now()).filter(|drift| drift.abs() > DRIFT) {
        tracing::warn!(app_id = account.app_id, drift_seconds = drift, "A push names a time far from ours");
    }
    let first = callback.take(&account, opened).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::counter!("wxdesk_callback_pushes_total", "outcome" => if first { "taken" } else { "repeated" }).increment(1);
    let handed_on = match &account.forward_callback {
        Some(target) if first => callback.relay.hand_on(target, Raw { query, content_type, body }, deadline).await,
        _ => None,
    };
    Ok(handed_on.map_or_else(success, answer))
}

fn unread(why: Unread) -> StatusCode {
    match why {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::Broken => StatusCode::BAD_REQUEST,
    }
}

fn refused(app_id: &str, status: StatusCode) -> StatusCode {
    tracing::warn!(app_id, status = status.as_u16(), "A callback was refused");
    metrics::counter!("wxdesk_callback_pushes_total", "outcome" => "refused").increment(1);
    status
}

fn success() -> Response {
    ([(header::CONTENT_TYPE, TEXT)], "success").into_response()
}

/// Another program's answer. Its type is ours to name: nothing that a browser would run leaves under our address.
fn answer(body: Bytes) -> Response {
    let kind = if body.trim_ascii_start().starts_with(b"<") { "text/xml; charset=utf-8" } else { TEXT };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(check, push))]
pub struct Api;
