//! Headers and checks that hold for every answer of the public listener.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    features::accounts::model::is_verify_name,
    infra::{guard::PublicHost, net::Proxies},
    shared::{error::AppError, lang::Text},
};

use super::listen::Peer;

/// What the layer knows.
pub struct Gate {
    /// Whose forwarding headers are believed.
    pub proxies: Arc<Proxies>,
    /// `host[:port]` of the public URL.
    pub public_host: String,
    /// Whether the public URL is https.
    pub secure: bool,
    /// Time.
    pub clock: crate::infra::clock::Clock,
}

const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         font-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Finds out who calls, refuses unknown hosts, and puts the security headers on every answer (errors and 404 included).
pub async fn gate(State(gate): State<Arc<Gate>>, mut request: Request<Body>, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    if let Some(peer) = peer {
        let caller = gate.proxies.caller(peer, request.headers(), gate.clock.now_ms());
        request.extensions_mut().insert(caller);
    }
    request.extensions_mut().insert(PublicHost(gate.public_host.clone()));
    if is_ambiguous(request.headers()) {
        let mut response = ambiguous();
        gate.dress(response.headers_mut());
        return response;
    }
    let ours = gate.knows_host(request.headers()) || is_verification(&request);
    let mut response = if ours { next.run(request).await } else { misdirected() };
    gate.dress(response.headers_mut());
    if gate.secure {
        only_by_https(response.headers_mut());
    }
    response
}

/// Whether a proxy before us may have taken this request for another host's. Contradicting lengths are hyper's to refuse: it answers once
/// and hangs up.
pub fn is_ambiguous(headers: &HeaderMap) -> bool {
    headers.get_all(header::HOST).iter().nth(1).is_some()
}

/// The answer to such a request.
pub fn ambiguous() -> Response {
    let detail = Text::new("请求里有两个 Host。", "The request names two hosts.");
    let error = AppError::new(400, "ambiguous_request", detail);
    let mut response = crate::infra::respond::problem(&error, crate::shared::lang::Lang::default(), error.clone().into_response());
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Marks every cookie `Secure`, wherever it was made.
fn only_by_https(headers: &mut HeaderMap) {
    let marked = |cookie: &HeaderValue| {
        let text = cookie.to_str().ok().filter(|text| !text.split(';').any(|part| part.trim().eq_ignore_ascii_case("secure")))?;
        HeaderValue::from_str(&format!("{text}; Secure")).ok()
    };
    let cookies: Vec<_> =
        headers.get_all(header::SET_COOKIE).iter().map(|cookie| marked(cookie).unwrap_or_else(|| cookie.clone())).collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// WeChat asks for a verification file under the name of the H5 page's host, whose proxy hands the request on to us as it came.
fn is_verification(request: &Request<Body>) -> bool {
    request.method() == Method::GET && request.uri().path().strip_prefix('/').is_some_and(is_verify_name)
}

impl Gate {
    /// Puts the security headers on an answer.
    pub fn dress(&self, headers: &mut HeaderMap) {
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if self.secure {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
    }

    /// Whether a request's `Host` is one of ours.
    pub fn knows_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        known_host(host, &self.public_host)
    }
}

/// The answer to a request for a host that is not ours.
pub fn misdirected() -> Response {
    let detail = Text::new("这个主机名不是本服务的。请检查 --public-url。", "This host name is not ours. Check --public-url.");
    let error = AppError::new(421, "unknown_host", detail);
    crate::infra::respond::problem(&error, crate::shared::lang::Lang::default(), error.clone().into_response())
}

/// The public host, loopback names and plain addresses. A foreign name that was pointed at us (DNS rebinding) is none of these.
fn known_host(host: &str, public: &str) -> bool {
    if host.eq_ignore_ascii_case(public) {
        return true;
    }
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let public_name = public.split(':').next().unwrap_or_default();
    name.eq_ignore_ascii_case("localhost") || (!name.is_empty() && name.eq_ignore_ascii_case(public_name)) || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::known_host;

    #[test]
    fn foreign_names_are_refused() {
        for good in ["wx.example.com", "WX.example.com", "wx.example.com:443", "127.0.0.1:3000", "localhost:3000", "[::1]:3000", "10.1.2.3"]
        {
            assert!(known_host(good, "wx.example.com"), "{good}");
        }
        for bad in ["evil.example.com", "", "wx.example.com.evil.com", "notlocalhost"] {
            assert!(!known_host(bad, "wx.example.com"), "{bad}");
        }
    }
}
