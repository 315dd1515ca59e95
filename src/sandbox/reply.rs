//! Answers in WeChat's shapes: errors are HTTP 200 too (docs/wechat-api.md §1).

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, header},
};
use serde_json::{Value, json};

use super::state::Change;

/// A refusal.
#[derive(Debug)]
pub(super) struct Fail {
    pub code: i64,
    pub text: String,
}

/// A success.
pub(super) enum Reply {
    Json(Value),
    /// A file, with its media id for a name.
    File {
        content_type: &'static str,
        name: String,
        bytes: std::sync::Arc<[u8]>,
    },
}

impl Reply {
    /// `errcode` 0 and nothing else.
    pub(super) fn ok() -> Self {
        Self::Json(json!({ "errcode": 0, "errmsg": "ok" }))
    }
}

impl From<i64> for Fail {
    fn from(code: i64) -> Self {
        Self { code, text: text(code).into() }
    }
}

impl Fail {
    /// A refusal in other words than the usual ones.
    pub(super) fn with(code: i64, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The body, with a trace id as WeChat appends it.
    pub(super) fn body(&self, change: &Change<'_>) -> Value {
        let [a, b] = [(); 2].map(|()| u32::from_le_bytes(change.chance.bytes()));
        let rid = format!("{:08x}-{a:08x}-{b:08x}", change.now());
        json!({ "errcode": self.code, "errmsg": format!("{} rid: {rid}", self.text) })
    }
}

fn text(code: i64) -> &'static str {
    match code {
        -1 => "system error",
        40001 => "invalid credential, access_token is invalid or not latest",
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40004 => "invalid media type",
        40005 => "invalid file type",
        40007 => "invalid media_id",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        40030 => "invalid refresh_token",
        40036 => "invalid template_id size",
        40037 => "invalid template_id",
        40097 => "invalid args",
        40102 => "invalid industry id",
        40125 => "invalid appsecret",
        40163 => "code been used",
        40165 => "invalid weapp pagepath",
        40246 => "invalid keyword_name_list",
        40249 => "this template msg has been blocked for illegal content",
        41001 => "access_token missing",
        41002 => "appid missing",
        41003 => "refresh_token missing",
        41004 => "appsecret missing",
        41005 => "media data missing",
        41006 => "media_id missing",
        41008 => "missing code",
        41009 => "missing openid",
        42001 => "access_token expired",
        42002 => "refresh_token expired",
        43001 => "require GET method",
        43002 => "require POST method",
        43004 => "require subscribe",
        43100 => "change template too frequently",
        43101 => "user refuse to accept the msg",
        44002 => "empty post data",
        45001 => "media size out of limit",
        45009 => "reach max api daily quota limit",
        45026 => "template num exceeds limit",
        45027 => "template conflict with industry",
        47001 => "data format error",
        48001 => "api unauthorized,",
        48006 => "forbid to clear quota because of reaching the limit",
        76021 => "cgi_path not found, please check",
        76022 => "could not use this cgi_path,no permission",
        _ => "error",
    }
}

/// Turns bytes of JSON into a response, under the odd type names WeChat uses.
pub(super) fn json_response(body: impl Into<Body>, plain: bool) -> Response<Body> {
    let mut response = Response::new(body.into());
    let kind = if plain { "text/plain" } else { "application/json; encoding=utf-8" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Turns a file into a response with WeChat's headers.
pub(super) fn file_response(content_type: &'static str, name: &str, bytes: &[u8]) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes.to_vec()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, must-revalidate"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(HeaderName::from_static("content-disposition"), value);
    }
    response
}
