//! Reading bodies whole, up to a limit.
//!
//! A server that answers while its client still writes must read on for a while: what lies unread when the connection closes makes the
//! system reset it, and the client's side throws the answer away before the program has seen it.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use crate::shared::{
    error::AppError,
    lang::{Said, Text},
};

/// How much more of a body that is too large is read (and thrown away), and for how long.
const MOST_DRAINED: usize = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a body could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// More bytes than allowed.
    TooLarge,
    /// It broke off, or its framing is wrong.
    Broken,
}

/// Reads a whole body of at most `most` bytes.
///
/// # Errors
/// Too large, told by `Content-Length` where there is one; or broken off.
pub async fn whole(request: Request<Body>, most: usize) -> Result<Bytes, Unread> {
    let (head, mut body) = request.into_parts();
    if told(&head.headers).is_some_and(|length| length > most as u64) {
        // Who asks first is not sending yet: reading would only invite it to.
        if !head.headers.contains_key(header::EXPECT) {
            drain(body).await;
        }
        return Err(Unread::TooLarge);
    }
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if read.len() + data.len() > most {
            drain(body).await;
            return Err(Unread::TooLarge);
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

/// As [`whole`], for routes whose failures are [`AppError`]s.
///
/// # Errors
/// 413, or 400 for a body that did not arrive.
pub async fn body_bytes(request: Request<Body>, most: usize) -> Result<Bytes, AppError> {
    whole(request, most).await.map_err(|why| match why {
        Unread::TooLarge => {
            let detail = Said::new(format!("请求体超过 {} KB。", most / 1024), format!("The body is larger than {} kB.", most / 1024));
            AppError::new(413, "too_large", detail)
        }
        Unread::Broken => AppError::malformed(Text::new("请求体没有传完。", "The body did not arrive whole.")),
    })
}

pub(super) fn told(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads on and keeps nothing, so that the client comes to the end of its writing and hears the answer.
pub(super) async fn drain(mut body: Body) {
    let reading = async {
        let mut left = MOST_DRAINED;
        while let Some(Ok(frame)) = body.frame().await {
            let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { break };
            left = rest;
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.ok();
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use futures_util::{StreamExt, stream};

    use super::*;

    /// A body of `pieces` times 1 KiB that counts what was taken of it.
    fn counted(pieces: usize) -> (Body, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = taken.clone();
        let piece = move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024]))
        };
        (Body::from_stream(stream::iter(0..pieces).map(piece)), taken)
    }

    async fn read(body: Body, headers: &[(header::HeaderName, &str)]) -> Result<usize, Unread> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        whole(request.body(body).expect("request"), 4096).await.map(|bytes| bytes.len())
    }

    #[tokio::test]
    async fn a_body_is_had_whole_or_read_to_its_end_and_refused() {
        assert_eq!(read(counted(4).0, &[]).await, Ok(4096));
        let (large, taken) = counted(100);
        assert_eq!(read(large, &[]).await, Err(Unread::TooLarge));
        assert_eq!(taken.load(Ordering::SeqCst), 100);
        let (told, taken) = counted(100);
        assert_eq!(read(told, &[(header::CONTENT_LENGTH, "102400")]).await, Err(Unread::TooLarge));
        assert_eq!(taken.load(Ordering::SeqCst), 100);
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]));
        assert_eq!(read(broken, &[]).await, Err(Unread::Broken));
    }

    #[tokio::test]
    async fn reading_on_has_an_end_and_invites_nobody() {
        let (endless, taken) = counted(usize::MAX);
        assert_eq!(read(endless, &[]).await, Err(Unread::TooLarge));
        assert!(taken.load(Ordering::SeqCst) <= MOST_DRAINED / 1024 + 8);
        let (polite, taken) = counted(100);
        let headers = [(header::CONTENT_LENGTH, "102400"), (header::EXPECT, "100-continue")];
        assert_eq!(read(polite, &headers).await, Err(Unread::TooLarge));
        assert_eq!(taken.load(Ordering::SeqCst), 0);
    }
}
