//! `POST /api/v1/jssdk/card-signature`. A signed card can be taken by whoever has it, and no page's address is signed with it that could
//! be compared with a list; so programs ask with their key, and pages ask those.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Signer, http::nonce};
use crate::{
    features::tokens::server::Who,
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
        content = CardBody,
        description = "`card_id`; optionally `code` and `openid` (signed with it where they are used), and `account`"
    ),
    responses(
        (status = 200, description = "What was signed, with `timestamp`, `nonce_str` and `signature`, all as texts", body = CardSignature),
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
    let ticket = signer.tokens.of(Who::Named(caller.name.clone())).card_ticket(&account).await?;
    let nonce = String::from_utf8_lossy(&nonce(&signer.core.chance)).into_owned();
    let timestamp = (signer.core.now() / 1000).to_string();
    let used = [&code, &openid].into_iter().flatten().map(String::as_str);
    let values: Vec<_> = [card_id.as_str(), &timestamp, &nonce].into_iter().chain(used).chain([ticket.expose()]).collect();
    let signature = signature::card(&values);
    let answer = CardSignature { card_id, code, nonce_str: nonce, openid, signature, timestamp };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// The card coupon to sign.
#[derive(utoipa::ToSchema)]
pub struct CardBody {
    /// The card's id.
    #[schema(min_length = 1, max_length = 64)]
    pub card_id: String,
    /// Its code, where it has one of its own.
    #[schema(min_length = 1, max_length = 64)]
    pub code: Option<String>,
    /// The only person who may take it.
    #[schema(min_length = 1, max_length = 64)]
    pub openid: Option<String>,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// What was signed, and the signature; all as texts.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CardSignature {
    /// The card's id.
    card_id: String,
    /// Where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// A random text.
    nonce_str: String,
    /// Where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// SHA-1, lower-case hex.
    signature: String,
    /// Unix seconds.
    timestamp: String,
}

/// What this route adds to the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(sign_card))]
pub struct Api;
