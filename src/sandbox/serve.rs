//! Listening. A connection can be cut instead of answered, which a plain axum server cannot do.

use std::{io, net::SocketAddr};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{Sandbox, control, gate, oauth_page, phone};

impl Sandbox {
    /// Everything the simulator answers: the platform, the consent page, the control calls and the phone.
    pub fn router(&self) -> Router {
        let sandbox = self.clone();
        gate::router(&sandbox).merge(oauth_page::router(&sandbox)).merge(control::router(&sandbox)).merge(phone::router(&sandbox))
    }

    /// The phone alone, under `/sandbox/phone`, fit for the public listener in `--sandbox` mode.
    pub fn phone_router(&self) -> Router {
        phone::router(self)
    }

    /// Serves the simulator and pushes events until told to stop; then answers what is under way and returns.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let router = self.router();
        let pusher = tokio::spawn(self.run_pusher(stop.clone()));
        let graceful = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, from)) = accepted else {
                // Out of file handles, most likely: trying again at once would only burn time.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            stream.set_nodelay(true).ok();
            let router = router.clone();
            let service = service_fn(move |request: Request<Incoming>| answer(router.clone(), from, request));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            let watched = graceful.watch(connection);
            // A broken connection concerns its caller only; cut ones end here by intent.
            tokio::spawn(async move { watched.await.ok() });
        }
        tokio::time::timeout(std::time::Duration::from_secs(5), graceful.shutdown()).await.ok();
        pusher.await.ok();
    }
}

async fn answer(router: Router, from: SocketAddr, request: Request<Incoming>) -> io::Result<axum::response::Response> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(from));
    let Ok(response) = router.oneshot(request).await;
    if response.extensions().get::<gate::Cut>().is_some() { Err(io::Error::other("cut by a dial")) } else { Ok(response) }
}
