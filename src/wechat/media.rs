//! Pictures, voices and videos (docs/wechat-api.md §5). What comes is told by its content, never by its header.

use std::{
    fmt,
    time::{Duration, Instant},
};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use reqwest::{
    Response,
    header::{self, HeaderMap},
};
use secrecy::SecretString;

use super::{
    client::{Client, judged, status_error, trace_call, whole_body, wire_error},
    error::Error,
    reply::{self, unreadable},
};

/// The longest a download may take.
pub(super) const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How much is looked at to tell pictures from error texts.
const HEAD: usize = 64;
/// The longest file name that is kept, in characters.
const NAME_MAX: usize = 120;

/// What a media_id stands for.
#[derive(Debug)]
pub enum Media {
    /// The thing itself.
    Bytes(Download),
    /// A video, which has to be fetched from that address.
    Video {
        /// As WeChat gives it; often http.
        url: String,
    },
}

/// A body on its way. What the header says of it is for display only.
pub struct Download {
    /// The type that WeChat claims.
    pub content_type: Option<String>,
    /// The name that WeChat gives, without folders or control characters.
    pub file_name: Option<String>,
    /// The length in bytes that WeChat claims.
    pub length: Option<u64>,
    head: Option<Bytes>,
    rest: Box<Response>,
}

/// What an upload gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// `image`, `voice`, `video` or `thumb`.
    pub kind: String,
    /// Lives 3 days.
    pub media_id: String,
    /// Unix seconds.
    pub created_at: i64,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("content_type", &self.content_type).field("length", &self.length).finish_non_exhaustive()
    }
}

impl Download {
    /// The next piece, `None` at the end. How many bytes to take at most is the caller's to decide.
    ///
    /// # Errors
    /// [`Error::Network`] if the connection is cut before the claimed length, [`Error::Timeout`] after 15 s of silence or 60 s in all.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match self.head.take() {
            Some(head) => Ok(Some(head)),
            None => self.rest.chunk().await.map_err(|error| wire_error(&error)),
        }
    }
}

impl Client {
    /// Opens the media of an id, which lives 3 days.
    ///
    /// # Errors
    /// 40007: wrong, foreign or expired id.
    pub async fn media(&self, token: &SecretString, media_id: &str) -> Result<Media, Error> {
        self.media_at("/cgi-bin/media/get", token, media_id).await
    }

    /// Opens a voice recorded by `wx.uploadVoice` in high quality (speex, 16 kHz).
    ///
    /// # Errors
    /// 40007: no such voice, also for any other media; 48001: the account is not verified.
    pub async fn fine_voice(&self, token: &SecretString, media_id: &str) -> Result<Media, Error> {
        self.media_at("/cgi-bin/media/get/jssdk", token, media_id).await
    }

    async fn media_at(&self, path: &'static str, token: &SecretString, media_id: &str) -> Result<Media, Error> {
        let started = Instant::now();
        let opened = self.opened(path, token, media_id).await;
        trace_call(path, started, opened.as_ref().err());
        opened
    }

    async fn opened(&self, path: &str, token: &SecretString, media_id: &str) -> Result<Media, Error> {
        let mut response = self.open(path, token, &[("media_id", media_id)], DOWNLOAD_TIMEOUT).await?;
        let head = first_bytes(&mut response).await?;
        let ok = response.status().is_success();
        match kind_of(&head) {
            Kind::Json => {
                let status = response.status();
                match video_url(&whole_body(response, head).await?) {
                    Err(error) if ok || error.errcode().is_some() => Err(error),
                    Ok(url) if ok => Ok(Media::Video { url }),
                    _ => Err(status_error(status)),
                }
            }
            _ if !ok => Err(status_error(response.status())),
            Kind::Nothing => Err(unreadable("the body is empty")),
            // A page under a media type is what somebody uploaded as a picture; any other comes from a gateway on the way.
            Kind::Page if !claims_media(response.headers()) => Err(unreadable("HTML or XML instead of media")),
            Kind::Page | Kind::Bytes => Ok(Media::Bytes(download(head, response))),
        }
    }

    /// Uploads a small file as temporary media of `kind` (`image`, `voice`, `video`, `thumb`); for tests and tools.
    ///
    /// # Errors
    /// 40004: bad kind; 40005, 45001: bad file or too large.
    pub async fn upload(&self, token: &SecretString, kind: &str, file_name: &str, bytes: Vec<u8>) -> Result<Uploaded, Error> {
        let path = "/cgi-bin/media/upload";
        let part = reqwest::multipart::Part::bytes(bytes).file_name(file_name.to_owned());
        let form = reqwest::multipart::Form::new().part("media", part);
        let body = self.call(path, self.tokened(path, token).query(&[("type", kind)]).multipart(form)).await?;
        judged(path, uploaded(&body))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Nothing,
    Json,
    Page,
    Bytes,
}

fn kind_of(head: &[u8]) -> Kind {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Kind::Nothing,
        Some(b'{') => Kind::Json,
        Some(b'<') => Kind::Page,
        Some(_) => Kind::Bytes,
    }
}

pub(super) async fn first_bytes(response: &mut Response) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    while head.len() < HEAD {
        match response.chunk().await.map_err(|error| wire_error(&error))? {
            Some(piece) => head.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok(head)
}

/// Whether the answer calls itself a file, as every media answer of WeChat does (docs/wechat-api.md §5.1).
fn claims_media(headers: &HeaderMap) -> bool {
    let claimed = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase());
    claimed.is_some_and(|it| ["image/", "voice/", "audio/", "video/", "application/octet-stream"].iter().any(|kind| it.starts_with(kind)))
}

pub(super) fn download(head: Vec<u8>, response: Response) -> Download {
    let text = |name| response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Download {
        content_type: text(header::CONTENT_TYPE).map(|it| it.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()),
        file_name: text(header::CONTENT_DISPOSITION).and_then(|it| file_name(&it)),
        length: text(header::CONTENT_LENGTH).and_then(|it| it.trim().parse().ok()),
        head: Some(head.into()),
        rest: Box::new(response),
    }
}

/// The file name of a Content-disposition line: `filename*=utf-8''…` before a plain one, quoted or not.
fn file_name(disposition: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        disposition.split(';').find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    let extended = parameter("filename*").and_then(|it| {
        let (charset, rest) = it.split_once('\'')?;
        let (_, name) = rest.split_once('\'')?;
        charset.eq_ignore_ascii_case("utf-8").then(|| percent_decode_str(name).decode_utf8_lossy().into_owned())
    });
    let given = extended.or_else(|| parameter("filename"))?;
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    let clean = clean.trim().trim_start_matches('.');
    (!clean.is_empty()).then(|| clean.to_owned())
}

pub(super) fn video_url(body: &[u8]) -> Result<String, Error> {
    reply::read(body)?.text("video_url")
}

pub(super) fn uploaded(body: &[u8]) -> Result<Uploaded, Error> {
    let reply = reply::read(body)?;
    // A thumb comes back under a name of its own.
    let media_id = reply.optional_text("media_id").map_or_else(|| reply.text("thumb_media_id"), Ok)?;
    Ok(Uploaded { kind: reply.text_or_empty("type"), media_id, created_at: reply.optional_integer("created_at").unwrap_or(0) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn content_tells_what_it_is() {
        for (head, kind) in [
            (&b""[..], Kind::Nothing),
            (b"\xef\xbb\xbf\r\n", Kind::Nothing),
            (b"\xef\xbb\xbf {\"errcode\"", Kind::Json),
            (b"<!DOCTYPE html>", Kind::Page),
            (b"\xff\xd8\xff\xe0", Kind::Bytes),
            (b"\x89PNG", Kind::Bytes),
            (b"#!AMR\n", Kind::Bytes),
        ] {
            assert_eq!(kind_of(head), kind, "{head:?}");
        }
    }

    #[test]
    fn a_page_is_media_only_where_the_answer_says_so() {
        for (claimed, media) in [("image/jpeg", true), ("Image/SVG+xml", true), ("text/html", false), ("text/plain; charset=utf-8", false)]
        {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, claimed.parse().unwrap())]);
            assert_eq!(claims_media(&headers), media, "{claimed}");
        }
        assert!(!claims_media(&HeaderMap::new()));
    }

    #[test]
    fn file_names_are_for_display_only() {
        for (line, name) in [
            ("attachment; filename=\"MEDIA_ID.jpg\"", Some("MEDIA_ID.jpg")),
            ("attachment; filename=MEDIA_ID.jpg", Some("MEDIA_ID.jpg")),
            ("attachment; filename=\"???.pdf\"; filename*=utf-8''%E6%96%87%E4%BB%B6.pdf", Some("文件.pdf")),
            ("attachment; FileName = \"a（1）.jpg\"", Some("a（1）.jpg")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\\\\boot.ini\"", Some("boot.ini")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename*=utf-8''%2e%2e%2fx%00y", Some("xy")),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(file_name(line).as_deref(), name, "{line}");
        }
        assert_eq!(file_name(&format!("a; filename={}", "长".repeat(500))).unwrap().chars().count(), NAME_MAX);
    }

    #[test]
    fn the_names_in_the_official_headers_are_found() {
        for (text, name) in [
            (include_str!("fixtures/media_get_image_headers.txt"), "MEDIA_ID.jpg"),
            (include_str!("fixtures/media_get_jssdk_headers.txt"), "MEDIA_ID.speex"),
        ] {
            let line = text.lines().find_map(|line| line.strip_prefix("Content-disposition: ")).unwrap();
            assert_eq!(file_name(line).as_deref(), Some(name));
        }
    }
}
