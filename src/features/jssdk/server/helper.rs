//! `GET /h5/wxdesk.js`: the helper that H5 pages load, from any origin.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::infra::{
    guard::{Access, Routes, Table},
    secrets::sha256,
};

/// The script as it is written.
const SOURCE: &str = include_str!("../h5/wxdesk.js");

/// What is served, with its mark. Weak, because a layer above may compress it.
static SERVED: LazyLock<(String, String)> = LazyLock::new(|| {
    let text = packed(SOURCE);
    let mark = format!("W/\"{}\"", hex::encode(&sha256(text.as_bytes())[..8]));
    (text, mark)
});

/// The route of the helper.
pub(super) fn routes() -> Table {
    Routes::new(()).get("/h5/wxdesk.js", Access::Public, serve).table()
}

async fn serve(headers: HeaderMap) -> Response {
    let (text, mark) = &*SERVED;
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let known = known.map(str::trim).any(|known| known == mark || known == "*");
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { text.as_str().into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    // Pages keep it for a while; a new release reaches them within that time.
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600, stale-while-revalidate=86400"));
    answer.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    // For <script crossorigin>: it is the same for everybody and holds nothing.
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(mark) = HeaderValue::from_str(mark) {
        answer.insert(header::ETAG, mark);
    }
    response
}

/// The script without indentation and without lines that are comments only. It has no text that goes over several lines.
fn packed(source: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_keeps_to_what_old_phones_and_strict_policies_take() {
        let (text, _) = &*SERVED;
        assert!(text.len() < 6144 && text.starts_with("(function (window, document) {"), "{} bytes", text.len());
        for word in ["eval(", "new Function", "innerHTML", "=>", "const ", "let ", "`", "async ", ".style", "document.write"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(!text.lines().any(|line| line.starts_with("//")));
    }
}
