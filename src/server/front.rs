//! What stands in front of the router: no layer, no cookie, no session, no frame, nothing that is not memory.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};

use super::{
    app::App,
    security::{self, Gate},
};
use crate::features::jssdk::server::{PATH, Signer};

/// The signature route, whose price is compared with a constant's.
pub struct Front {
    signer: Arc<Signer>,
    gate: Arc<Gate>,
    ready: HeaderMap,
}

impl Front {
    /// Makes ready what every signature's answer says alike.
    pub fn new(app: &App, gate: Arc<Gate>) -> Self {
        let mut common = HeaderMap::new();
        gate.dress(&mut common);
        Self { signer: app.signer.clone(), gate, ready: Signer::headers(common) }
    }

    /// Whether a path is answered here.
    pub fn takes(path: &str) -> bool {
        path == PATH
    }

    /// Answers a request whose path is taken. Its body is not read; hyper drops it.
    pub async fn answer(&self, peer: SocketAddr, request: &Parts) -> Response {
        if security::is_ambiguous(&request.headers) {
            return self.dressed(security::ambiguous());
        }
        if !self.gate.knows_host(&request.headers) {
            return self.dressed(security::misdirected());
        }
        let now = self.gate.clock.now_ms();
        let caller = self.gate.proxies.caller(peer, &request.headers, now);
        let response = self.signer.answer(caller.0, now, request, &self.ready).await;
        if response.status() == StatusCode::OK { response } else { self.dressed(response) }
    }

    fn dressed(&self, mut response: Response) -> Response {
        self.gate.dress(response.headers_mut());
        response
    }
}
