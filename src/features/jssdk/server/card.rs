//! `POST /api/v1/jssdk/card-signature`. A signed card can be taken by whoever has it, and no page's address is signed with it that could
//! be compared with a list; so programs ask with their key, and pages ask those.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use super::{Signer, http::nonce};
use crate::{
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
    },
    shared::{error::AppError, rights::Scope},
    wechat::signature,
};

/// The route. Who may sign cards could have done so with the access token as well.
pub(super) fn routes(signer: &Arc<Signer>) -> Table {
    Routes::new(signer.clone()).post("/api/v1/jssdk/card-signature", Access::Scope(Scope::TokenRead), sign_card).table()
}

/// The signature of a card coupon.
#[utoipa::path(
    post,
    path = "/api/v1/jssdk/card-signature",
    tag = "jssdk",
    request_body(
        content = String,
        content_type = "application/json",
        description = "`card_id`; optionally `code` and `openid` (signed with it where they are used), and `account`"
    ),
    responses(
        (status = 200, description = "What was signed, with `timestamp`, `nonce_str` and `signature`, all as texts"),
        (status = 401, description = "No key, or one that was revoked or has expired"),
        (status = 403, description = "`account_not_allowed`: the key is bound to another account"),
        (status = 404, description = "`unknown_account`"),
        (status = 409, description = "`card_ticket_off`: the account keeps no card ticket"),
        (status = 422, description = "Unknown or missing fields, `account_required`"),
        (status = 503, description = "`ticket_not_ready` or `upstream_backoff`, with Retry-After"),
    ),
    security(("key" = ["token:read"]))
)]
async fn sign_card(State(signer): State<Arc<Signer>>, caller: ApiCaller, query: Query, mut body: Fields) -> Result<Response, AppError> {
    query.done()?;
    let named = body.optional_text("account", 1, 64);
    let card_id = body.text("card_id", 1, 64);
    let (code, openid) = (body.optional_text("code", 1, 64), body.optional_text("openid", 1, 64));
    body.done()?;
    let account = signer.accounts.for_caller(&caller, named.as_deref())?;
    let ticket = signer.tokens.card_ticket(&account).await?;
    let nonce = String::from_utf8_lossy(&nonce(&signer.core.chance)).into_owned();
    let timestamp = (signer.core.now() / 1000).to_string();
    let used = [("code", code), ("openid", openid)].into_iter().filter_map(|(name, value)| Some((name, value?)));
    let signed: Vec<_> = [("card_id", card_id), ("timestamp", timestamp), ("nonce_str", nonce)].into_iter().chain(used).collect();
    let values: Vec<_> = signed.iter().map(|(_, value)| value.as_str()).chain([ticket.expose()]).collect();
    let signature = signature::card(&values);
    let answer: Map<_, _> =
        signed.into_iter().chain([("signature", signature)]).map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// What this route adds to the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(sign_card))]
pub struct Api;
