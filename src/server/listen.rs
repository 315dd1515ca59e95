//! Accepting connections: header limits against dribbling clients, the peer's address for everyone, an orderly stop.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, Request, StatusCode, header},
    response::IntoResponse,
};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;

use super::site::Site;

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// How long a client may take to send its request head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// The most bytes of a request head: beside the headers there is room for the address of a Chinese page in the query of a signature.
const HEAD_BYTES: usize = 32 * 1024;
/// The most connections at once; more wait in the system's queue until others end.
const CONNECTIONS: usize = 8192;
/// How long units in flight may take after a stop.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Binds an address.
///
/// # Errors
/// A sentence that names the address and says what to do.
pub async fn bind(address: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("Port {address} is taken by another program. Stop it, or choose another with {option}.")
        }
        std::io::ErrorKind::PermissionDenied => {
            anyhow::anyhow!("Not allowed to listen on {address}. Choose a port above 1023 with {option}.")
        }
        kind => anyhow::anyhow!("Cannot listen on {address} ({kind}). Choose another address with {option}."),
    })
}

/// Serves a site until `stop`; then takes no new connections and lets those under way finish (at most 10 s).
pub async fn serve(listener: TcpListener, site: impl Into<Site>, stop: CancellationToken) {
    serve_with(listener, site, stop, HEAD_TIMEOUT).await;
}

/// As [`serve`], with another patience for the head of a request, the first on a new connection included.
pub async fn serve_with(listener: TcpListener, site: impl Into<Site>, stop: CancellationToken, patience: Duration) {
    let site = Arc::new(site.into());
    let graceful = GracefulShutdown::new();
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    // Without a timer hyper's header timeout does nothing.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEAD_BYTES).max_headers(64);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let watched = site.clone();
    let watching = tokio::spawn(async move { watched.watch().await });
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let site = site.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let site = site.clone();
            async move {
                if header_bytes(request.headers()) > HEADER_BYTES {
                    // As hyper answers a head that is too long.
                    return Ok((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, [(header::CONNECTION, "close")]).into_response());
                }
                Ok::<_, Infallible>(site.answer(peer, request).await)
            }
        });
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        tokio::spawn(async move {
            // Clients hang up as they please; that is no event worth a line.
            connection.await.ok();
            drop(place);
        });
    }
    drop(listener);
    watching.abort();
    tokio::time::timeout(LAST_WORDS, graceful.shutdown()).await.ok();
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

/// The next connection and its place among [`CONNECTIONS`]; `None` after a failure, such as no file descriptors left.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            stream.set_nodelay(true).ok();
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(error = %error.kind(), "A connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
