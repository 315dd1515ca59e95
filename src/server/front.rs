//! What stands in front of the router: no layer, no cookie, no session, no frame, nothing that is not memory. Signatures are answered
//! here; whoever waits for the next token waits here, and is answered by the router afterwards.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::Response,
};

use super::{
    app::App,
    load::Load,
    security::{self, Gate},
};
use crate::{
    features::{
        jssdk::server::{PATH, Refusal, Signer},
        tokens::server::{self as tokens, Tokens},
        users::server::{identify::bearer, keys::Keys},
    },
    shared::rights::Scope,
};

/// The signature route, whose price is compared with a constant's, and the wait for a token.
pub struct Front {
    signer: Arc<Signer>,
    tokens: Tokens,
    keys: Keys,
    gate: Arc<Gate>,
    ready: HeaderMap,
    refusal: Refusal,
    load: Load,
}

impl Front {
    /// Makes ready what every signature's answer says alike.
    pub fn new(app: &App, gate: Arc<Gate>) -> Self {
        let mut common = HeaderMap::new();
        gate.dress(&mut common);
        let (signer, tokens, keys) = (app.signer.clone(), app.tokens.clone(), app.users.keys.clone());
        let refusal = Refusal::overloaded(&common);
        Self { signer, tokens, keys, gate, ready: Signer::headers(common), refusal, load: Load::default() }
    }

    /// Watches whether we are behind, for good.
    pub async fn watch(&self) {
        self.load.watch().await;
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
        if self.load.refuses() {
            return self.signer.refuse(request, &self.refusal);
        }
        let now = self.gate.clock.now_ms();
        let caller = self.gate.proxies.caller(peer, &request.headers, now);
        let response = self.signer.answer(caller.0, now, request, &self.ready).await;
        if response.status() == StatusCode::OK { response } else { self.dressed(response) }
    }

    /// Whether callers of a path may wait here before the router answers them.
    pub fn holds(path: &str) -> bool {
        path == tokens::PATH
    }

    /// Lets a caller wait for the next token, if it asks for that. Whether its key may have one is proved by the router as ever; who has
    /// none only gets no place to wait in.
    pub async fn hold(&self, peer: SocketAddr, request: &Parts) {
        let caller = self.gate.proxies.caller(peer, &request.headers, self.gate.clock.now_ms());
        let known = bearer(&request.headers).and_then(|key| self.keys.known(key, Some(caller.0)));
        if let Some(known) = known.filter(|known| request.method == Method::GET && known.scopes.contains(&Scope::TokenRead)) {
            self.tokens.hold(&known, request.uri.query().unwrap_or_default(), &request.headers).await;
        }
    }

    fn dressed(&self, mut response: Response) -> Response {
        self.gate.dress(response.headers_mut());
        response
    }
}
