//! `--forward-callback`: hands a push, as it came, to another program and that program's answer back to WeChat.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{StatusCode, header::CONTENT_TYPE, redirect::Policy};
use tokio::time::{Instant, timeout_at};

/// WeChat hangs up after 5 s; what is left over is for the way back.
pub const BUDGET: Duration = Duration::from_millis(4500);
/// The largest answer handed back.
const MOST_BYTES: usize = 64 * 1024;

/// A push as it came.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The query string.
    pub query: String,
    /// The body's type, where it was named.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// Posts pushes to other programs. Cheap to clone.
#[derive(Clone)]
pub struct Relay(reqwest::Client);

impl Relay {
    /// A relay with connections of its own: a slow program must not take those to WeChat.
    ///
    /// # Errors
    /// The certificate store cannot be used.
    pub fn open() -> anyhow::Result<Self> {
        // Fails only if a provider stands already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(Policy::none()).no_proxy().referer(false).connect_timeout(Duration::from_secs(2));
        Ok(Self(client.build().map_err(|error| anyhow::anyhow!("The certificate store cannot be used: {}", error.without_url()))?))
    }

    /// Hands `push` to `target` and gives its answer, if it is one worth handing back (200, not blank, at most 64 KiB) and came before
    /// `deadline`. The push is safe with us by then, so whatever goes wrong is only logged.
    pub async fn hand_on(&self, target: &str, push: Raw, deadline: Instant) -> Option<Bytes> {
        let Some(url) = address(target, &push.query) else {
            tracing::warn!("The address of --forward-callback is not http(s); nothing was forwarded");
            return None;
        };
        match timeout_at(deadline, self.ask(url, push)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::warn!(error = %error.without_url(), "A push could not be forwarded");
                None
            }
            Err(_) => {
                tracing::warn!("The program behind --forward-callback did not answer in time");
                None
            }
        }
    }

    async fn ask(&self, url: url::Url, push: Raw) -> Result<Option<Bytes>, reqwest::Error> {
        let mut request = self.0.post(url).body(push.body);
        if let Some(kind) = push.content_type {
            request = request.header(CONTENT_TYPE, kind);
        }
        let mut response = request.send().await?;
        if response.status() != StatusCode::OK {
            tracing::warn!(status = response.status().as_u16(), "The program behind --forward-callback refused a push");
            return Ok(None);
        }
        let mut answer = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if answer.len() + piece.len() > MOST_BYTES {
                tracing::warn!("The program behind --forward-callback answered more than 64 KiB; the answer was dropped");
                return Ok(None);
            }
            answer.extend_from_slice(&piece);
        }
        Ok(Some(Bytes::from(answer)).filter(|answer| !answer.trim_ascii().is_empty()))
    }
}

/// The target with the push's query string behind whatever query it has of its own.
fn address(target: &str, query: &str) -> Option<url::Url> {
    let mut url = url::Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let joined = [url.query().unwrap_or_default(), query].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
    url.set_query(Some(joined.as_str()).filter(|joined| !joined.is_empty()));
    url.set_fragment(None);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_goes_along_and_only_http_is_called() {
        let to = |target| address(target, "signature=a&nonce=b").map(|url| url.to_string());
        assert_eq!(to("http://127.0.0.1:8/wx").as_deref(), Some("http://127.0.0.1:8/wx?signature=a&nonce=b"));
        assert_eq!(to("https://x.example/wx?app=1#top").as_deref(), Some("https://x.example/wx?app=1&signature=a&nonce=b"));
        for bad in ["", "x.example", "file:///etc/passwd", "ftp://x.example/"] {
            assert_eq!(to(bad), None, "{bad}");
        }
    }
}
