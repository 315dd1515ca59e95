//! Answers: an [`AppError`] becomes a problem document for programs and a page for people, in the caller's language.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::shared::{
    error::AppError,
    lang::{Lang, Said, Text},
};

impl IntoResponse for AppError {
    /// Only the status; the outermost layer writes the body, because only it knows who asked and in which language.
    fn into_response(self) -> Response {
        let mut response = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The language a program asked for; Chinese where it named none of ours.
pub fn asked_lang(headers: &HeaderMap) -> Lang {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Lang::accepted).unwrap_or_default()
}

/// The problem document (RFC 9457) of a failure, with the status and headers of `bare`.
pub fn problem(error: &AppError, lang: Lang, mut bare: Response) -> Response {
    let mut response = (bare.status(), Json(document(error, lang))).into_response();
    bare.headers_mut().remove(header::CONTENT_LENGTH);
    bare.headers_mut().remove(header::CONTENT_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().extend(bare.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
    response
}

/// What such a document says.
pub fn document(error: &AppError, lang: Lang) -> Value {
    let mut body = Map::new();
    body.insert("type".into(), json!(format!("about:blank#{}", error.code)));
    body.insert("title".into(), json!(error.title()));
    body.insert("status".into(), json!(error.status));
    body.insert("detail".into(), json!(error.detail.get(lang)));
    body.insert("code".into(), json!(error.code));
    if !error.fields.is_empty() {
        let fields = error.fields.iter().map(|f| json!({"field": f.field, "code": f.code, "detail": f.detail.get(lang)}));
        body.insert("errors".into(), Value::Array(fields.collect()));
    }
    if let Some(refusal) = &error.refusal {
        body.insert("errcode".into(), json!(refusal.errcode));
        if let Some(errmsg) = &refusal.errmsg {
            body.insert("errmsg".into(), json!(errmsg));
        }
        body.insert("hint".into(), json!(refusal.hint.get(lang)));
    }
    if let Some(reference) = &error.reference {
        body.insert("reference".into(), json!(reference));
    }
    Value::Object(body)
}

/// Logs an unexpected failure once and turns it into a 500 that names only a reference.
pub fn unexpected(error: &(dyn std::fmt::Display + Send + Sync)) -> AppError {
    let reference = super::clock::Chance::system().text(10);
    tracing::error!(reference, error = %error, "A request failed for a reason of our own");
    AppError::internal(reference)
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        if disk_is_full(&error) {
            tracing::error!(error = %error, "The disk is full");
            return Self::unavailable(
                "disk_full",
                Text::new("磁盘已满，请清理后再试。", "The disk is full. Free some space and try again."),
                30,
            );
        }
        unexpected(&error)
    }
}

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        unexpected(&format!("{error:#}"))
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        // The message of an io error may hold a path; its kind does not.
        unexpected(&error.kind())
    }
}

/// Whether a write failed for want of space.
pub fn disk_is_full(error: &sqlx::Error) -> bool {
    let text = error.to_string();
    text.contains("database or disk is full") || text.contains("disk I/O error") || text.contains("(code: 13)")
}

/// Whether a write broke the named constraint of a migration (or the index of that name).
pub fn breaks(error: &sqlx::Error, constraint_columns: &str) -> bool {
    matches!(error, sqlx::Error::Database(inner) if inner.is_unique_violation() && inner.message().contains(constraint_columns))
}

/// A detail made of two formatted sentences.
pub fn said(zh: String, en: String) -> Said {
    Said::new(zh, en)
}
