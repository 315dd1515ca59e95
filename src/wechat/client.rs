//! How a call is made: one shared connection pool, limits on time and size, and no address in any error or log line.

use std::{
    error::Error as _,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::{Duration, Instant},
};

use reqwest::{RequestBuilder, Response, header::CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{error::Error, reply::unreadable};

pub use super::{
    media::{Download, Media, Uploaded},
    oauth::{OauthGrant, OauthUser, authorize_url},
    people::{FollowerPage, Tag, UserInfo},
    platform::{AddressProbe, CallbackCheck, PingProbe, Quota},
    template::{BlockedText, Industry, IndustryClass, Miniprogram, Template, TemplateMessage},
    token::{Fetched, TicketKind},
};

/// The host of the real platform.
pub const API_BASE: &str = "https://api.weixin.qq.com";

/// The largest JSON answer that is read, in bytes.
pub(super) const JSON_MAX: usize = 1024 * 1024;
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const JSON_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest silence between two pieces of a body.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// How many checked bases are kept.
const MOST_BASES: usize = 64;

/// Calls to one API host. Cheap to clone; all clients of the process share one connection pool.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) base: Arc<str>,
    /// The longest a call for JSON may take, its body included.
    limit: Duration,
}

impl Client {
    /// A client for the host `api_base`, normally [`API_BASE`].
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the base is not https (http is taken for loopback hosts only) or carries user-info, query or fragment,
    /// or if the machine's certificate store cannot be used.
    pub fn new(api_base: &str) -> Result<Self, Error> {
        Ok(Self { http: shared_pool()?, base: known_base(api_base)?, limit: JSON_TIMEOUT })
    }

    /// A GET with these query parameters; gives the body.
    pub(super) async fn get(&self, path: &'static str, query: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
        self.call(path, self.http.get(self.url(path)).query(query)).await
    }

    /// A GET with the access token in front of other query parameters.
    pub(super) async fn get_with(&self, path: &'static str, token: &SecretString, more: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
        let request = self.http.get(self.url(path)).query(&[("access_token", token.expose_secret())]).query(more);
        self.call(path, request).await
    }

    /// A POST of raw UTF-8 JSON without a token.
    pub(super) async fn post<T: Serialize + Sync>(&self, path: &'static str, body: &T) -> Result<Vec<u8>, Error> {
        self.call(path, with_json(self.http.post(self.url(path)), body)?).await
    }

    /// A POST of raw UTF-8 JSON with the access token in the query.
    pub(super) async fn post_with<T: Serialize + Sync>(
        &self,
        path: &'static str,
        token: &SecretString,
        body: &T,
    ) -> Result<Vec<u8>, Error> {
        self.call(path, with_json(self.tokened(path, token), body)?).await
    }

    /// A POST with the access token, its body still to be set.
    pub(super) fn tokened(&self, path: &str, token: &SecretString) -> RequestBuilder {
        self.http.post(self.url(path)).query(&[("access_token", token.expose_secret())])
    }

    /// A call of somebody else's, its address already written out below the base.
    pub(super) fn to(&self, method: reqwest::Method, address: &str) -> RequestBuilder {
        self.http.request(method, self.url(address))
    }

    /// A GET for a body that is streamed, within `limit` in all.
    pub(super) async fn open(&self, path: &str, token: &SecretString, query: &[(&str, &str)], limit: Duration) -> Result<Response, Error> {
        let request = self.http.get(self.url(path)).query(&[("access_token", token.expose_secret())]).query(query).timeout(limit);
        request.send().await.map_err(|error| wire_error(&error))
    }

    /// Sends a request within the time for JSON answers and gives the body.
    pub(super) async fn call(&self, path: &'static str, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let started = Instant::now();
        let outcome = async {
            let response = request.timeout(self.limit).send().await.map_err(|error| wire_error(&error))?;
            let status = response.status();
            let body = whole_body(response, Vec::new()).await?;
            // An error page of a gateway is trouble on the way; WeChat's own errors come with 200.
            if status.is_success() || super::reply::read(&body).is_err_and(|error| error.errcode().is_some()) {
                Ok(body)
            } else {
                Err(status_error(status))
            }
        }
        .await;
        trace_call(path, started, outcome.as_ref().err());
        outcome
    }

    /// The same host, below another folder.
    #[cfg(test)]
    pub(super) fn below(&self, folder: &str) -> Self {
        Self { base: format!("{}/{folder}", self.base).into(), ..self.clone() }
    }

    /// The same host, with less patience.
    #[cfg(test)]
    pub(super) fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Leaves one line about a call: path without query, time and outcome.
pub(super) fn trace_call(path: &str, started: Instant, error: Option<&Error>) {
    let elapsed_ms = started.elapsed().as_millis();
    match error {
        None => tracing::debug!(path, elapsed_ms, "WeChat answered"),
        Some(error) => tracing::debug!(path, elapsed_ms, errcode = error.errcode(), %error, "WeChat call failed"),
    }
}

/// Leaves a line when an answer that arrived turns out to be a refusal or unreadable, and hands the reading on.
pub(super) fn judged<T>(path: &str, reading: Result<T, Error>) -> Result<T, Error> {
    match &reading {
        Ok(_) => {}
        Err(Error::Platform { errcode, errmsg, rid }) => tracing::debug!(path, errcode, errmsg, rid, "WeChat refused"),
        Err(error) => tracing::debug!(path, %error, "WeChat's answer cannot be used"),
    }
    reading
}

/// Reads the rest of a body after `head`, up to [`JSON_MAX`].
pub(super) async fn whole_body(mut response: Response, head: Vec<u8>) -> Result<Vec<u8>, Error> {
    if response.content_length().is_some_and(|length| length > JSON_MAX as u64) {
        return Err(Error::TooLarge);
    }
    let mut body = head;
    while let Some(piece) = response.chunk().await.map_err(|error| wire_error(&error))? {
        if body.len() + piece.len() > JSON_MAX {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What a status other than 200 means: 5xx may be gone in a moment, anything else is no answer of WeChat's.
pub(super) fn status_error(status: reqwest::StatusCode) -> Error {
    if status.is_server_error() {
        Error::Network(format!("HTTP status {}", status.as_u16()))
    } else {
        unreadable(format!("HTTP status {}", status.as_u16()))
    }
}

/// Names the kind of trouble. The error's own text is not used: it holds the address, and the address holds token and secret.
pub(super) fn wire_error(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::Timeout;
    }
    let mut source = error.source();
    let mut kind = None;
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            let io = innermost(io);
            if io.kind() == std::io::ErrorKind::TimedOut {
                return Error::Timeout;
            }
            let tls = io.get_ref().is_some_and(|cause| cause.is::<rustls::Error>());
            kind = Some(if tls { "TLS refused".to_owned() } else { io.kind().to_string() });
        }
        source = inner.source();
    }
    let stage = if error.is_connect() {
        "cannot connect"
    } else if error.is_body() || error.is_decode() {
        "connection cut while reading"
    } else {
        "connection cut"
    };
    Error::Network(kind.map_or_else(|| stage.to_owned(), |kind| format!("{stage}: {kind}")))
}

/// An io error wrapped into another is not its `source`.
fn innermost(mut io: &std::io::Error) -> &std::io::Error {
    while let Some(inner) = io.get_ref().and_then(|cause| cause.downcast_ref()) {
        io = inner;
    }
    io
}

fn with_json<T: Serialize>(request: RequestBuilder, body: &T) -> Result<RequestBuilder, Error> {
    let bytes = serde_json::to_vec(body).map_err(|_| unreadable("the request cannot be written"))?;
    Ok(request.header(CONTENT_TYPE, "application/json").body(bytes))
}

/// A checked base. Each call names one of a few, so those are kept.
fn known_base(api_base: &str) -> Result<Arc<str>, Error> {
    static KNOWN: RwLock<Vec<(Box<str>, Arc<str>)>> = RwLock::new(Vec::new());
    let found = |known: &[(Box<str>, Arc<str>)]| known.iter().find(|known| *known.0 == *api_base).map(|known| known.1.clone());
    if let Some(base) = found(&KNOWN.read().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(base);
    }
    let base: Arc<str> = checked_base(api_base)?.into();
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < MOST_BASES {
        known.push((api_base.into(), base.clone()));
    }
    Ok(base)
}

fn checked_base(api_base: &str) -> Result<String, Error> {
    let url = url::Url::parse(api_base).map_err(|_| unreadable("the API address is no URL"))?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err(unreadable("the API address must be https"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(unreadable("the API address must be scheme, host, port and path only"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn shared_pool() -> Result<reqwest::Client, Error> {
    static POOL: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(pool) = POOL.get() {
        return Ok(pool.clone());
    }
    // Fails only if a provider stands already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(IDLE_TIMEOUT)
        .user_agent(concat!("wxdesk/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| unreadable("the certificate store cannot be used"))?;
    Ok(POOL.get_or_init(|| built).clone())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_https_or_loopback() {
        for base in
            [API_BASE, "https://api2.weixin.qq.com/", "http://127.0.0.1:9", "http://localhost:8080", "http://[::1]:1", "https://x/p"]
        {
            assert!(Client::new(base).is_ok(), "{base}");
        }
        for base in [
            "",
            "api.weixin.qq.com",
            "http://api.weixin.qq.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://169.254.169.254",
            "ftp://127.0.0.1",
            "https://user:pw@api.weixin.qq.com",
            "https://api.weixin.qq.com/?a=b",
            "https://api.weixin.qq.com/#a",
            "file:///etc/passwd",
        ] {
            assert!(matches!(Client::new(base), Err(Error::Unreadable(_))), "{base}");
        }
    }

    #[test]
    fn a_slash_at_the_end_of_the_base_is_not_doubled() {
        assert_eq!(Client::new("https://x.example/p/").unwrap().url("/cgi-bin/token"), "https://x.example/p/cgi-bin/token");
    }
}
