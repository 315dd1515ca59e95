//! Cookies of a request.

use axum::http::{HeaderMap, header};

/// All of them, name and value.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// One by name; an empty one is none.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    cookies(headers).find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}
