//! What stands in front of all layers: no cookie, no session, no frame, nothing that is not memory.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::any,
};

use super::{
    app::App,
    listen::Peer,
    security::{self, Gate},
};
use crate::features::jssdk::server::{PATH, Signer};

/// Stands for a peer whose address is not known, as in tests without a connection.
const UNKNOWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// The signature route.
pub fn router(app: &App, gate: Arc<Gate>) -> Router {
    let signer = app.signer.clone();
    let mut common = HeaderMap::new();
    gate.dress(&mut common);
    let ready = Arc::new(Signer::headers(common));
    let answer = move |request: Request| {
        let (signer, gate, ready) = (signer.clone(), gate.clone(), ready.clone());
        async move {
            // Nothing reads the body; hyper drops it.
            let (request, _) = request.into_parts();
            if security::is_ambiguous(&request.headers) {
                return dressed(security::ambiguous(), &gate);
            }
            if !gate.knows_host(&request.headers) {
                return dressed(security::misdirected(), &gate);
            }
            let peer = request.extensions.get::<Peer>().map_or(UNKNOWN, |peer| peer.0);
            let now = gate.clock.now_ms();
            let caller = gate.proxies.caller(peer, &request.headers, now);
            let response = signer.answer(caller.0, now, &request, &ready).await;
            if response.status() == StatusCode::OK { response } else { dressed(response, &gate) }
        }
    };
    Router::new().route(PATH, any(answer))
}

fn dressed(mut response: Response, gate: &Gate) -> Response {
    gate.dress(response.headers_mut());
    response
}
