//! `GET /h5/wxdesk.js`: the helper that H5 pages load, from any origin; and its types, for whoever builds such pages.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::infra::{
    guard::{Access, Routes, Table},
    secrets::sha256,
};

/// The script as `build.rs` packed it.
const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/wxdesk.js"));
/// The same with brotli.
const SMALL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wxdesk.js.br"));

/// Its types in TypeScript.
const TYPES: &str = include_str!("../../../../docs/wxdesk.d.ts");

/// Its mark. Weak, because it is the same for every encoding.
static MARK: LazyLock<String> = LazyLock::new(|| format!("W/\"{}\"", hex::encode(&sha256(TEXT.as_bytes())[..8])));

/// The route of the helper.
pub(super) fn routes() -> Table {
    Routes::new(()).get("/h5/wxdesk.js", Access::Public, serve).get("/h5/wxdesk.d.ts", Access::Public, types).table()
}

async fn types() -> Response {
    // As text: an editor or a build fetches it, no browser runs it.
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=600")], TYPES).into_response()
}

async fn serve(headers: HeaderMap) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let known = known.map(str::trim).any(|known| known == *MARK || known == "*");
    let small = takes_brotli(&headers);
    let mut response = match (known, small) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, true) => ([(header::CONTENT_ENCODING, "br")], SMALL).into_response(),
        (false, false) => TEXT.into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    // Pages keep it for a while; a new release reaches them within that time.
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600, stale-while-revalidate=86400"));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    answer.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    // For <script crossorigin>: it is the same for everybody and holds nothing.
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(mark) = HeaderValue::from_str(&MARK) {
        answer.insert(header::ETAG, mark);
    }
    response
}

/// Whether `Accept-Encoding` names `br`, and not with a weight of nought.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse().ok()).unwrap_or(1.0f32);
        name.trim().eq_ignore_ascii_case("br") && weight > 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_keeps_to_what_old_phones_and_strict_policies_take() {
        let text = TEXT;
        assert!(text.len() < 6144 && text.starts_with("(function (window, document) {"), "{} bytes", text.len());
        assert!(SMALL.len() <= 2000, "{} bytes with brotli", SMALL.len());
        for word in ["eval(", "new Function", "innerHTML", "=>", "const ", "let ", "`", "async ", ".style", "document.write"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(!text.lines().any(|line| line.starts_with("//")));
    }

    #[test]
    fn brotli_goes_to_those_who_take_it() {
        let takes = |line: &'static str| takes_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(line))]));
        assert!(takes("gzip, deflate, br") && takes("BR;q=0.5") && takes("br"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes("brx") && !takes_brotli(&HeaderMap::new()));
    }
}
