//! Everything a listener answers: the router, and in front of it what needs none.

use std::net::SocketAddr;

use axum::{
    BoxError, Router,
    body::{Body, Bytes, HttpBody},
    http::Request,
    response::Response,
};
use tower::ServiceExt;

use super::{front::Front, listen::Peer};

/// What a listener serves.
pub struct Site {
    front: Option<Front>,
    router: Router,
}

impl From<Router> for Site {
    fn from(router: Router) -> Self {
        Self { front: None, router }
    }
}

impl Site {
    /// A router with the front before it.
    pub fn new(front: Front, router: Router) -> Self {
        Self { front: Some(front), router }
    }

    /// Watches whether the process is behind with its work, as long as it is served.
    pub async fn watch(&self) {
        match &self.front {
            Some(front) => front.watch().await,
            None => std::future::pending().await,
        }
    }

    /// Answers one request of the client at the other end of the connection.
    pub async fn answer<B>(&self, peer: SocketAddr, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        match &self.front {
            Some(front) if Front::takes(request.uri().path()) => front.answer(peer, &request.into_parts().0).await,
            Some(front) if Front::holds(request.uri().path()) => Box::pin(self.held(front, peer, request.map(Body::new))).await,
            // In a box, so that the short road does not carry the size of the long one.
            _ => Box::pin(self.routed(peer, request.map(Body::new))).await,
        }
    }

    async fn held(&self, front: &Front, peer: SocketAddr, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        front.hold(peer, &parts).await;
        // In a box again: whoever waits keeps no room for what comes after.
        Box::pin(self.routed(peer, Request::from_parts(parts, body))).await
    }

    async fn routed(&self, peer: SocketAddr, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(Peer(peer));
        self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}
