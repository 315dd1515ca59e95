//! Giving stored bytes out: ranges, validators, and headers that keep a browser from running what a stranger uploaded.

use std::io::{ErrorKind, SeekFrom};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{Media, content::Piece, download};
use crate::{
    features::media::model::{Content, Kind, Picture, download_name},
    infra::respond::unexpected,
    shared::{error::AppError, lang::Text},
};

/// What of a picture is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The bytes as they came.
    Original,
    /// The bytes as they came, to be saved rather than shown.
    Download,
    /// The thumbnail.
    Thumb,
    /// The small square thumbnail.
    Small,
}

impl Part {
    /// The thumbnail of a declared size: 160, or 480 if none is said.
    pub fn of_size(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("480") => Some(Self::Thumb),
            Some("160") => Some(Self::Small),
            Some(_) => None,
        }
    }

    const fn thumb(self) -> bool {
        matches!(self, Self::Thumb | Self::Small)
    }
}

/// RFC 8187 leaves these as they are.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'+');

impl Media {
    /// The answer that gives a part of a picture.
    ///
    /// # Errors
    /// 404 where there is none (yet), 416 for a range outside of it.
    pub(super) async fn give(&self, picture: &Picture, part: Part, asked: &HeaderMap) -> Result<Response, AppError> {
        let content = picture.content.as_ref().ok_or_else(AppError::not_found)?;
        if part.thumb() && !content.thumb {
            return Err(AppError::not_found());
        }
        let missing = |error: std::io::Error| lost(picture, error.kind());
        let (mut file, mark) = self.open_part(content, part).await.map_err(missing)?;
        let etag = format!("\"{}{mark}\"", content.sha256);
        let mut headers = safe_headers(picture, part, &content.content_type, &etag)?;
        if matches(asked, &header::IF_NONE_MATCH, &etag) {
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_DISPOSITION);
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let length = file.metadata().await.map_err(missing)?.len();
        if !part.thumb() && i64::try_from(length) != Ok(content.bytes) {
            return Err(lost(picture, ErrorKind::UnexpectedEof));
        }
        let (status, from, count) = match part_of(asked, &etag, length) {
            Range::Whole => (StatusCode::OK, 0, length),
            Range::Part(from, to) => {
                headers.insert(header::CONTENT_RANGE, value(format!("bytes {from}-{to}/{length}"))?);
                (StatusCode::PARTIAL_CONTENT, from, to - from + 1)
            }
            Range::Outside => return outside(length),
        };
        file.seek(SeekFrom::Start(from)).await.map_err(missing)?;
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
        Ok((status, headers, Body::from_stream(ReaderStream::with_capacity(file.take(count), 64 * 1024))).into_response())
    }
}

impl Media {
    /// The file of a part and the mark of its validator. A thumbnail that is missing is made again.
    async fn open_part(&self, content: &Content, part: Part) -> std::io::Result<(tokio::fs::File, &'static str)> {
        let (piece, mark) = match part {
            Part::Small => (Piece::Small, "-s"),
            Part::Thumb => (Piece::Thumb, "-t"),
            Part::Original | Part::Download => (Piece::Whole, ""),
        };
        match self.contents.read(&content.sha256, piece).await {
            Err(error) if error.kind() == ErrorKind::NotFound && part.thumb() => {
                download::thumbs_again(&self.contents, content).await?;
                Ok((self.contents.read(&content.sha256, piece).await?, mark))
            }
            file => Ok((file?, mark)),
        }
    }
}

/// What the record says is stored cannot be read, or is not as long as it was.
fn lost(picture: &Picture, kind: ErrorKind) -> AppError {
    tracing::error!(%kind, picture = picture.id, "A stored picture cannot be read");
    let detail = Text::new(
        "这张图片的文件在服务器上缺失或损坏。请管理员运行 wxdesk verify --pictures 查看。",
        "The file of this picture is missing or damaged on the server. An administrator finds out more with wxdesk verify --pictures.",
    );
    AppError::new(503, "file_lost", detail)
}

/// What somebody asks for of something that is `length` bytes long: the whole, where it is no longer what they have a part of.
pub(super) fn part_of(asked: &HeaderMap, etag: &str, length: u64) -> Range {
    let whole = asked.get(header::IF_RANGE).is_some_and(|value| value.as_bytes() != etag.as_bytes());
    let wanted = asked.get(header::RANGE).filter(|_| !whole).and_then(|value| value.to_str().ok());
    wanted.map_or(Range::Whole, |text| range(text, length))
}

/// 416, with the length there is (RFC 9110).
pub(super) fn outside(length: u64) -> Result<Response, AppError> {
    let detail = Text::new(
        "文件没有这么长，请按 Content-Range 里的长度重新请求。",
        "The file is shorter. Ask again within the length in Content-Range.",
    );
    let mut response = AppError::new(416, "range_not_satisfiable", detail).into_response();
    response.headers_mut().insert(header::CONTENT_RANGE, value(format!("bytes */{length}"))?);
    Ok(response)
}

fn safe_headers(picture: &Picture, part: Part, content_type: &str, etag: &str) -> Result<HeaderMap, AppError> {
    let content_type = if part.thumb() { "image/jpeg" } else { content_type };
    let inline = part != Part::Download && (part.thumb() || picture.kind == Some(Kind::Image));
    let disposition = if part.thumb() { "inline".to_owned() } else { named(inline, &download_name(picture)) };
    let pairs: [(HeaderName, HeaderValue); 8] = [
        (header::CONTENT_TYPE, value(content_type.to_owned())?),
        (header::CONTENT_DISPOSITION, value(disposition)?),
        (header::ETAG, value(etag.to_owned())?),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    Ok(pairs.into_iter().collect())
}

/// A header's value.
pub(super) fn value(text: String) -> Result<HeaderValue, AppError> {
    HeaderValue::try_from(text).map_err(|_| unexpected(&"a header of a picture could not be written"))
}

/// A file name for old and new readers (RFC 6266).
pub(super) fn named(inline: bool, name: &str) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

fn matches(asked: &HeaderMap, name: &HeaderName, etag: &str) -> bool {
    let lines = asked.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// What of a file a `Range` header asks for; both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All of it.
    Whole,
    /// From this byte to that one.
    Part(u64, u64),
    /// Nothing that is there.
    Outside,
}

/// Reads a `Range` header for a file of `length` bytes. What is malformed, or asks for several parts, is answered with the whole.
fn range(text: &str, length: u64) -> Range {
    let Some((from, to)) = text.strip_prefix("bytes=").and_then(|parts| parts.trim().split_once('-')) else { return Range::Whole };
    if to.contains(',') {
        return Range::Whole;
    }
    let number = |digits: &str| if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<u64>().ok() } else { None };
    match (number(from), number(to)) {
        (Some(from), _) if from >= length => Range::Outside,
        (Some(from), None) if to.is_empty() => Range::Part(from, length - 1),
        (Some(from), Some(to)) if to >= from => Range::Part(from, to.min(length - 1)),
        (None, Some(last)) if from.is_empty() => match last.min(length) {
            0 => Range::Outside,
            last => Range::Part(length - last, length - 1),
        },
        _ => Range::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        for (text, read) in [
            ("bytes=0-3", Range::Part(0, 3)),
            ("bytes=4-", Range::Part(4, 9)),
            ("bytes=-4", Range::Part(6, 9)),
            ("bytes=-40", Range::Part(0, 9)),
            ("bytes=5-500", Range::Part(5, 9)),
            ("bytes=9-9", Range::Part(9, 9)),
            ("bytes=10-", Range::Outside),
            ("bytes=10-5", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-3", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("bytes=+1-2", Range::Whole),
            ("bytes=-", Range::Whole),
            ("lines=0-3", Range::Whole),
            ("bytes=99999999999999999999999-", Range::Whole),
        ] {
            assert_eq!(range(text, 10), read, "{text}");
        }
        assert_eq!(range("bytes=0-0", 0), Range::Outside);
    }

    #[test]
    fn names_survive_quotes_and_han() {
        assert_eq!(named(false, "小满-q1-a.jpg"), "attachment; filename=\"__-q1-a.jpg\"; filename*=UTF-8''%E5%B0%8F%E6%BB%A1-q1-a.jpg");
    }

    #[test]
    fn validators_compare_weakly() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"abc\""));
        assert!(matches(&headers, &header::IF_NONE_MATCH, "\"abc\"") && !matches(&headers, &header::IF_NONE_MATCH, "\"ab\""));
    }
}
