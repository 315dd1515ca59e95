//! Which pages of other origins may read an answer: exactly those the account lists, never with credentials.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::features::accounts::server::Account;

/// The origin to name in `Access-Control-Allow-Origin`, if the account lists it. `null` is nobody's.
pub fn allowed<'a>(account: &Account, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next()?;
    if origins.next().is_some() || origin.as_bytes() == b"null" {
        return None;
    }
    account.h5_origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes()).then_some(origin)
}

/// Names the origin in an answer. `Vary` stands there in any case: caches must not mix answers for different pages.
pub fn mark(answer: &mut HeaderMap, origin: Option<&HeaderValue>) {
    answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}
