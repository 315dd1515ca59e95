//! `POST /api/v1/qrcodes`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    features::{audit::model::Actor, people::server::People},
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
    },
    shared::{error::AppError, rights::Scope, time},
    wechat::qrcode::{LONGEST, SCENE_MAX},
};

/// The shortest life of a code, in seconds.
const SHORTEST: i64 = 60;

/// Its route.
pub(in super::super) fn routes(people: &People) -> Table {
    Routes::new(people.clone()).post("/api/v1/qrcodes", Access::Scope(Scope::WxCall), make).table()
}

/// Makes a QR code with a scene.
#[utoipa::path(
    post,
    path = "/api/v1/qrcodes",
    tag = "people",
    request_body(content = SceneBody, description = "`scene` (1–64 characters); optionally `expires_in` (seconds, 60 to 2,592,000; without it the code lasts for ever, of which WeChat makes 100,000), `account`"),
    responses(
        (status = 201, description = "`url` (what the picture holds), `scene`, `expires_at` (null where it lasts)", body = SceneCode),
        (status = 403, description = "`account_not_allowed`: the key is bound to another account"),
        (status = 404, description = "`unknown_account`"),
        (status = 422, description = "Invalid or unknown fields"),
        (status = 502, description = "WeChat refused"),
        (status = 504, description = "WeChat did not answer"),
    ),
    security(("key" = ["wx:call"]))
)]
async fn make(State(people): State<People>, caller: ApiCaller, query: Query, mut body: Fields) -> Result<Response, AppError> {
    query.done()?;
    let named = body.optional_text("account", 1, 64);
    let scene = body.text("scene", 1, SCENE_MAX);
    let seconds = body.optional_int("expires_in", SHORTEST, LONGEST);
    body.done()?;
    let account = people.accounts.for_caller(&caller, named.as_deref())?;
    let code = people.make_code(&account, &scene, seconds, Actor::Key(caller.name.clone())).await?;
    let made = SceneCode { url: code.url, scene, expires_at: code.expires_at.map(time::rfc3339) };
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// The QR code to make.
#[derive(utoipa::ToSchema)]
pub struct SceneBody {
    /// What tells this code from others.
    #[schema(min_length = 1, max_length = 64)]
    pub scene: String,
    /// How long it works (seconds); without it for ever.
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub expires_in: Option<i64>,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// A QR code with a scene.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SceneCode {
    /// What the picture holds.
    pub url: String,
    /// The scene.
    pub scene: String,
    /// When it ends, RFC 3339, UTC; null where it lasts.
    pub expires_at: Option<String>,
}

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(make))]
pub struct Api;
