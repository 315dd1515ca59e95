//! What stands in front of all layers: no cookie, no session, no frame, nothing that is not memory.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{Router, extract::Request, routing::any};

use super::{
    app::App,
    listen::Peer,
    security::{self, Gate},
};
use crate::features::jssdk::server::PATH;

/// Stands for a peer whose address is not known, as in tests without a connection.
const UNKNOWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// The signature route.
pub fn router(app: &App, gate: Arc<Gate>) -> Router {
    let signer = app.signer.clone();
    let answer = move |request: Request| {
        let (signer, gate) = (signer.clone(), gate.clone());
        async move {
            let peer = request.extensions().get::<Peer>().map_or(UNKNOWN, |peer| peer.0);
            let caller = gate.proxies.caller(peer, request.headers(), gate.clock.now_ms());
            let mut response = if gate.knows_host(request.headers()) {
                signer.answer(caller.0, request.method(), request.uri(), request.headers()).await
            } else {
                security::misdirected()
            };
            gate.dress(response.headers_mut());
            response
        }
    };
    Router::new().route(PATH, any(answer))
}
