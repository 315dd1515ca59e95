//! `GET /api/v1/openid`: an OAuth code for an openid.

use axum::{
    Json,
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::People;
use crate::{
    infra::{
        fields::{Query, check_text},
        guard::{Access, ApiCaller, Routes, Table},
    },
    shared::{
        error::AppError,
        lang::{Said, Text},
        rights::{Right, Scope},
    },
    wechat::{self, OauthGrant},
};

/// Its routes, the page's among them.
pub fn routes(people: People) -> Table {
    Routes::new(people.clone())
        .get("/api/v1/openid", Access::Scope(Scope::UsersRead), openid)
        .get("/people", Access::Right(Right::People), super::forms::page)
        .post("/people", Access::Right(Right::People), super::forms::post)
        .table()
        .merge(super::qr::routes(&people))
        .merge(super::qr::http::routes(&people))
        .merge(super::oauth::http::routes(people))
}

/// Turns an OAuth code, which works once and for 5 minutes, into an openid.
#[utoipa::path(get, path = "/api/v1/openid", tag = "people", security(("key" = ["users:read"])),
    params(("code" = String, Query, description = "The code WeChat added to the page's address"),
        ("account" = Option<String>, Query, description = "AppID, where several accounts exist")),
    responses((status = 200, description = "openid, unionid where WeChat tells it, scope, is_snapshot_user", body = Person),
        (status = 422, description = "`code_used`, `code_expired`, or a parameter is wrong"), (status = 502, description = "WeChat refused"),
        (status = 503, description = "`upstream_backoff`, with Retry-After and WeChat's errcode: a minute after it refused for quota, allow-list or secret"),
        (status = 504, description = "WeChat did not answer")))]
pub async fn openid(State(people): State<People>, method: Method, caller: ApiCaller, mut query: Query) -> Result<Response, AppError> {
    // Whoever only looks must not spend a code that works once.
    if method == Method::HEAD {
        return Err(AppError::new(
            405,
            "method_not_allowed",
            Text::new("这个地址不支持这种请求方法。", "This address does not take that method."),
        ));
    }
    let app_id = query.take("account");
    let code = query.take("code");
    match code.as_deref().map(|code| check_text(code, 1, 512)) {
        None => query.refuse("code", "missing", Text::new("缺少这个参数。", "This parameter is required.")),
        Some(Err((word, detail))) => query.refuse("code", word, detail),
        Some(Ok(())) => {}
    }
    query.done()?;
    let account = people.accounts.for_caller(&caller, app_id.as_deref())?;
    let grant = people.redeem(&account, &code.unwrap_or_default()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Person::from(grant))).into_response())
}

/// Who came with a code.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Person {
    /// The person, for this account.
    pub openid: String,
    /// The person, across accounts; where WeChat tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// What the person agreed to.
    pub scope: String,
    /// A look at a snapshot page: the openid is made up and must not be kept.
    pub is_snapshot_user: bool,
}

impl From<OauthGrant> for Person {
    fn from(grant: OauthGrant) -> Self {
        Self { openid: grant.openid, unionid: grant.unionid, scope: grant.scope, is_snapshot_user: grant.is_snapshot_user }
    }
}

/// A refused code as its caller hears of it: its own fault is 422, everything else as for any call.
pub fn code_refused(error: wechat::Error) -> AppError {
    let (code, detail) = match error.errcode() {
        Some(40163) => ("code_used", USED),
        Some(40029 | 42003) => ("code_expired", EXPIRED),
        _ => return error.into(),
    };
    let mut refused = AppError::from(error);
    refused.status = 422;
    refused.code = code;
    refused.detail = Said::from(detail);
    refused
}

const USED: Text = Text::new(
    "这个授权码已经用过了。每个授权码只能用一次，请重新发起网页授权。",
    "This code was used before. Each works once; start the authorization again.",
);
const EXPIRED: Text = Text::new(
    "这个授权码无效或已过期（5 分钟内有效），请重新发起网页授权。",
    "This code is wrong or too old (it works for 5 minutes); start the authorization again.",
);

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(openid))]
pub struct Api;
