//! A call of somebody else's, handed on with our token: what goes out and what comes back is theirs, but for the token.

use std::{
    fmt, io,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use memchr::memmem;
use reqwest::{
    Method, Response,
    header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    client::{Client, trace_call, wire_error},
    error::Error,
    reply,
};

/// The longest a call may take, its body included.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Refusals are shorter than this (bytes); a longer JSON answer is none and is not waited for.
const REFUSAL_MAX: usize = 4096;
/// What the caller hears of the answer besides its status and body.
const HEADERS: [HeaderName; 3] = [CONTENT_TYPE, CONTENT_DISPOSITION, CONTENT_ENCODING];

/// A call to be handed on.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET or POST.
    pub method: Method,
    /// Begins with a slash; checked by the caller to be a plain path.
    pub path: String,
    /// The query without a token, as it came.
    pub query: String,
    /// The type of the body.
    pub content_type: Option<HeaderValue>,
    /// The body.
    pub body: Bytes,
}

/// An answer on its way back. The token it was asked with is masked wherever it occurs.
pub struct Forwarded {
    /// HTTP status.
    pub status: u16,
    /// Its headers that matter.
    pub headers: HeaderMap,
    /// The length in bytes that WeChat claims.
    pub length: Option<u64>,
    head: Bytes,
    whole: bool,
    token: Option<SecretString>,
    rest: Box<Response>,
}

impl fmt::Debug for Forwarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarded").field("status", &self.status).field("length", &self.length).finish_non_exhaustive()
    }
}

impl Client {
    /// Hands a call on, with the account's token in its query if one is given.
    ///
    /// # Errors
    /// [`Error::Network`], [`Error::Timeout`]. A refusal of WeChat's is an answer as any other: see [`Forwarded::refusal`].
    pub async fn forward(&self, asked: &Asked, token: Option<&SecretString>) -> Result<Forwarded, Error> {
        let started = Instant::now();
        let outcome = self.handed_on(asked, token).await;
        trace_call(&asked.path, started, outcome.as_ref().err());
        outcome
    }

    async fn handed_on(&self, asked: &Asked, token: Option<&SecretString>) -> Result<Forwarded, Error> {
        let own = token.map(|token| format!("access_token={}", token.expose_secret())).unwrap_or_default();
        let join = if own.is_empty() || asked.query.is_empty() { "" } else { "&" };
        let mut request = self.to(asked.method.clone(), &format!("{}?{own}{join}{}", asked.path, asked.query)).timeout(TIMEOUT);
        if let Some(kind) = &asked.content_type {
            request = request.header(CONTENT_TYPE, kind);
        }
        if asked.method == Method::POST {
            request = request.body(asked.body.clone());
        }
        let mut response = request.send().await.map_err(|error| wire_error(&error))?;
        // What is left is what it tells later on.
        let length = response.content_length();
        let (head, whole) = beginning(&mut response).await?;
        let told = response.headers();
        let headers = HEADERS.iter().filter_map(|name| Some((name.clone(), told.get(name)?.clone())));
        Ok(Forwarded {
            status: response.status().as_u16(),
            headers: headers.filter(|(_, value)| !holds(value.as_bytes(), token)).collect(),
            length,
            head,
            whole,
            token: token.cloned(),
            rest: Box::new(response),
        })
    }
}

impl Forwarded {
    /// What WeChat refused with, where it did.
    pub fn refusal(&self) -> Option<Error> {
        if !self.whole || memmem::find(&self.head, b"errcode").is_none() {
            return None;
        }
        reply::read(&self.head).err().filter(|error| error.errcode().is_some())
    }

    /// The body, where all of it is here already.
    pub fn at_once(&self) -> Option<Bytes> {
        let shows = |token: &&SecretString| holds(&self.head, Some(*token));
        self.whole.then(|| match self.token.as_ref().filter(shows) {
            None => self.head.clone(),
            Some(token) => {
                let mut mask = Mask::new(token.expose_secret().as_bytes());
                [mask.pass(&self.head), mask.end()].concat().into()
            }
        })
    }

    /// The body, piece by piece, at most `most` bytes; past them and on any trouble it breaks off.
    pub fn body(self, most: u64) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static {
        let mask = self.token.map(|token| Mask::new(token.expose_secret().as_bytes()));
        let first = Some(self.head).filter(|head| !head.is_empty());
        let flow = Flow { first, rest: self.rest, mask, left: most, ended: false };
        stream::try_unfold(flow, |mut flow| async move { Ok(flow.next().await?.map(|piece| (piece, flow))) })
    }
}

/// Reads as much as is needed to tell a refusal: of JSON up to [`REFUSAL_MAX`], of anything else the first piece.
async fn beginning(response: &mut Response) -> Result<(Bytes, bool), Error> {
    let mut head = BytesMut::new();
    loop {
        match response.chunk().await.map_err(|error| wire_error(&error))? {
            None => return Ok((head.freeze(), true)),
            Some(piece) => head.extend_from_slice(&piece),
        }
        let json = head.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte)).is_none_or(|byte| *byte == b'{');
        if !json || head.len() > REFUSAL_MAX {
            return Ok((head.freeze(), false));
        }
    }
}

fn holds(bytes: &[u8], token: Option<&SecretString>) -> bool {
    token.is_some_and(|token| memmem::find(bytes, token.expose_secret().as_bytes()).is_some())
}

struct Flow {
    first: Option<Bytes>,
    rest: Box<Response>,
    mask: Option<Mask>,
    left: u64,
    ended: bool,
}

impl Flow {
    async fn next(&mut self) -> Result<Option<Bytes>, io::Error> {
        while !self.ended {
            let piece = match self.first.take() {
                Some(piece) => Some(piece),
                // The error's own text holds the address, and that holds the token.
                None => self.rest.chunk().await.map_err(|error| io::Error::other(wire_error(&error)))?,
            };
            self.ended = piece.is_none();
            let size = piece.as_ref().map_or(0, |piece| piece.len() as u64);
            self.left = self.left.checked_sub(size).ok_or_else(|| io::Error::other("the answer is too large"))?;
            let clean = match (&mut self.mask, piece) {
                (Some(mask), Some(piece)) => mask.pass(&piece),
                (Some(mask), None) => mask.end(),
                (None, piece) => piece.unwrap_or_default(),
            };
            if !clean.is_empty() {
                return Ok(Some(clean));
            }
        }
        Ok(None)
    }
}

/// Writes stars over a text that must not leave, also where it is cut in two. What leaves is as long as what came.
struct Mask {
    finder: memmem::Finder<'static>,
    held: BytesMut,
}

impl Mask {
    fn new(text: &[u8]) -> Self {
        Self { finder: memmem::Finder::new(text).into_owned(), held: BytesMut::new() }
    }

    fn pass(&mut self, piece: &[u8]) -> Bytes {
        self.held.extend_from_slice(piece);
        self.cover();
        // The end may be the beginning of the text.
        let ready = self.held.len() - self.open_end();
        self.held.split_to(ready).freeze()
    }

    fn end(&mut self) -> Bytes {
        self.held.split().freeze()
    }

    fn cover(&mut self) {
        let length = self.finder.needle().len();
        let mut from = 0;
        while let Some(at) = self.finder.find(&self.held[from..]).filter(|_| length > 0) {
            self.held[from + at..from + at + length].fill(b'*');
            from += at + length;
        }
    }

    /// How many bytes at the end begin the text.
    fn open_end(&self) -> usize {
        let needle = self.finder.needle();
        let most = self.held.len().min(needle.len().saturating_sub(1));
        (1..=most).rev().find(|size| self.held.ends_with(&needle[..*size])).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_masked_text_never_leaves_however_it_is_cut(text in "[ab]{0,60}", cuts in prop::collection::vec(1usize..7, 0..40)) {
            let mut mask = Mask::new(b"abaab");
            let (mut out, mut rest) = (Vec::new(), text.as_bytes());
            for cut in cuts {
                let (piece, more) = rest.split_at(cut.min(rest.len()));
                out.extend_from_slice(&mask.pass(piece));
                rest = more;
            }
            out.extend_from_slice(&mask.pass(rest));
            out.extend_from_slice(&mask.end());
            prop_assert_eq!(out.len(), text.len());
            prop_assert!(memmem::find(&out, b"abaab").is_none());
            for (left, came) in out.iter().zip(text.bytes()) {
                prop_assert!(*left == came || *left == b'*');
            }
            if !text.contains("abaab") {
                prop_assert_eq!(out, text.into_bytes());
            }
        }
    }
}
