//! Failures in the two shapes that callers understand: a problem document, or what WeChat itself would say.

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::shared::error::AppError;

/// Whom an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A caller that knows us, by its API key.
    Ours,
    /// A program that takes us for WeChat, by a stand-in.
    Foreign,
}

/// A refusal as WeChat words it, which comes with 200.
pub fn wechat(errcode: i64, errmsg: &str) -> Response {
    answer(json!({"errcode": errcode, "errmsg": errmsg}))
}

/// An answer in WeChat's manner.
pub fn answer(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// The token is not (any more) one that opens something: foreign programs fetch a new one on these very words.
pub fn stale() -> Response {
    wechat(40001, "invalid credential, access_token is invalid or not latest")
}

/// A failure of ours.
pub fn failed(error: AppError, whom: For) -> Response {
    if whom == For::Ours {
        return error.into_response();
    }
    let errmsg = format!("{} (wxdesk: {})", error.detail.en, error.code);
    let errcode = error.refusal.as_ref().map_or_else(|| code_of(error.code), |refusal| refusal.errcode);
    wechat(errcode, &errmsg)
}

/// The return code (docs/wechat-api.md §12) that comes closest to a word of ours.
pub fn code_of(word: &str) -> i64 {
    match word {
        "unknown_account" | "account_not_allowed" => 40013,
        "path_not_allowed" | "scope_missing" => 48001,
        "sending_locked" => 48004,
        "too_large" => 45001,
        "malformed" => 40038,
        "no_key" | "key_revoked" | "key_expired" => 40125,
        "address_not_allowed" => 40164,
        "too_many_requests" => 45011,
        "daily_limit" => 45009,
        "method_not_allowed" => 43001,
        // Everything else may be gone in a moment, which is what "busy" tells a program.
        _ => -1,
    }
}
