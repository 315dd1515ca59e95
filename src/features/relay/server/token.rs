//! `cgi-bin/token` and `cgi-bin/stable_token` as WeChat has them, with an API key in place of the AppSecret.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::Method,
    response::Response,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Relay,
    answers::{answer, code_of, wechat},
    http::app_id_of,
    stand_in,
};
use crate::{
    features::users::server::identify::bearer,
    infra::{body::body_bytes, guard::ApiCaller, net::Caller, query::Query},
    shared::rights::Scope,
};

const LARGEST: usize = 64 << 10;

/// What both calls say.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[schema(as = StandInBody)]
struct Ask {
    /// `client_credential`.
    #[serde(default)]
    grant_type: String,
    /// AppID.
    #[serde(default)]
    appid: String,
    /// An API key with wx:call; may be left out where the key stands in the header.
    #[serde(default)]
    secret: String,
}

/// A stand-in, or why none is given.
#[derive(Default, Serialize, utoipa::ToSchema)]
struct StandIn {
    /// The stand-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
    /// How long it works (seconds).
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// A return code of WeChat's.
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    errmsg: Option<String>,
}

/// Why none is given: the return code and its words.
type Refused = (i64, &'static str);

/// A stand-in for one of our API keys, as `cgi-bin/token` gives WeChat's token.
#[utoipa::path(get, path = "/wx/{app_id}/cgi-bin/token", tag = "relay",
    params(("app_id" = String, Path, description = "AppID"), ("grant_type" = String, Query, description = "`client_credential`"),
        ("appid" = String, Query, description = "The same AppID"), ("secret" = String, Query, description = "An API key with wx:call")),
    responses((status = 200, description = "`access_token` (a stand-in), `expires_in`; or `errcode` and `errmsg` as WeChat has them", body = StandIn)))]
pub async fn classic(State(relay): State<Relay>, request: Request) -> Response {
    if request.method() == Method::POST {
        return wechat(43001, "require GET method");
    }
    let mut query = Query::parse(request.uri().query().unwrap_or_default());
    let mut take = |name| query.take(name).unwrap_or_default();
    let ask = Ask { grant_type: take("grant_type"), appid: take("appid"), secret: take("secret") };
    given(&relay, &app_id_of(request.uri()), &ask, &Who::of(&request))
}

/// The same as `cgi-bin/stable_token`.
#[utoipa::path(post, path = "/wx/{app_id}/cgi-bin/stable_token", tag = "relay",
    params(("app_id" = String, Path, description = "AppID")),
    request_body(content = Ask, description = "`{\"grant_type\":\"client_credential\",\"appid\":\"…\",\"secret\":\"wxd_…\"}`"),
    responses((status = 200, description = "`access_token` (a stand-in), `expires_in`; or `errcode` and `errmsg` as WeChat has them", body = StandIn)))]
pub async fn stable(State(relay): State<Relay>, request: Request) -> Response {
    if request.method() != Method::POST {
        return wechat(43002, "require POST method");
    }
    let (who, app_id) = (Who::of(&request), app_id_of(request.uri()));
    let Ok(body) = body_bytes(request, LARGEST).await else { return wechat(47001, "data format error") };
    match serde_json::from_slice::<Ask>(&body) {
        Ok(ask) => given(&relay, &app_id, &ask, &who),
        Err(_) if body.is_empty() => wechat(44002, "empty post data"),
        Err(_) => wechat(47001, "data format error"),
    }
}

/// Who asks, as far as the request itself tells.
struct Who {
    bearer: Option<ApiCaller>,
    /// The key in the header.
    key: SecretString,
    address: Option<IpAddr>,
}

impl Who {
    fn of(request: &Request) -> Self {
        let found = request.extensions();
        let key = SecretString::from(bearer(request.headers()).unwrap_or_default());
        Self { bearer: found.get::<ApiCaller>().cloned(), key, address: found.get::<Caller>().map(|caller| caller.0) }
    }

    /// The key that proves it: the one in the call, or else the one in the header.
    fn secret(&self, ask: &Ask) -> String {
        if ask.secret.is_empty() { self.key.expose_secret().to_owned() } else { ask.secret.clone() }
    }
}

fn given(relay: &Relay, app_id: &str, ask: &Ask, who: &Who) -> Response {
    match allowed(relay, app_id, ask, who) {
        Err((errcode, errmsg)) => wechat(errcode, errmsg),
        Ok(caller) => {
            let end = relay.core.now() + stand_in::LIFE * 1000;
            let mark = relay.keys.mark_of(&who.secret(ask)).unwrap_or_default();
            let token = stand_in::make(&relay.core.vault, app_id, &caller.key_id, &mark, end);
            answer(json!(StandIn { access_token: Some(token), expires_in: Some(stand_in::LIFE), ..StandIn::default() }))
        }
    }
}

fn allowed(relay: &Relay, app_id: &str, ask: &Ask, who: &Who) -> Result<ApiCaller, Refused> {
    if ask.grant_type != "client_credential" {
        return Err((40002, "invalid grant_type"));
    }
    if ask.appid.is_empty() {
        return Err((41002, "appid missing"));
    }
    let caller = match (&who.bearer, ask.secret.as_str()) {
        (Some(bearer), "") => bearer.clone(),
        (None, "") => return Err((41004, "appsecret missing")),
        (_, key) => relay.keys.caller(key, who.address).map_err(|error| match code_of(error.code) {
            40164 => (40164, "invalid ip, not in whitelist of this key"),
            45011 => (45011, "api freq limit: this key calls too often"),
            _ => (40125, "invalid appsecret: use an API key of wxdesk"),
        })?,
    };
    if !caller.scopes.contains(&Scope::WxCall) {
        return Err((48001, "api unauthorized: the key lacks wx:call"));
    }
    if ask.appid != app_id || relay.accounts.for_caller(&caller, Some(app_id)).is_err() {
        return Err((40013, "invalid appid"));
    }
    Ok(caller)
}
