//! Static files, embedded in the binary, under an address that changes with their content.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::shared::error::AppError;

/// Where pages find the static files: `/assets/{hash}`.
pub const ROOT: &str = env!("WXDESK_ASSETS");

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/site"]
struct Site;

/// `GET /assets/{hash}/{*file}`: a static file, precompressed where the browser takes brotli, kept for ever.
pub async fn serve(Path((_, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let brotli = accepts.split(',').any(|part| part.trim().split(';').next() == Some("br"));
    let packed = if brotli { Site::get(&format!("{file}.br")) } else { None };
    let encoded = packed.is_some();
    let Some(found) = packed.or_else(|| Site::get(&file)) else { return AppError::not_found().into_response() };
    let mut response = (StatusCode::OK, Body::from(found.data)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(&file));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn content_type(file: &str) -> HeaderValue {
    let guess = mime_guess::from_path(file).first_or_octet_stream();
    let text = if guess.type_() == "text" { format!("{guess}; charset=utf-8") } else { guess.to_string() };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
