//! What bytes are, told by how they begin. Headers and file names are never believed (docs/wechat-api.md §5.1).

use image::ImageFormat;

use crate::features::media::model::Kind;

/// How many bytes are needed to tell.
pub(super) const HEAD: usize = 64;

/// What is kept, and under which type it is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Jpeg,
    Png,
    Gif,
    Webp,
    Amr,
    Speex,
    Mp4,
}

impl Sort {
    /// The MIME type it is given out under.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Amr => "audio/amr",
            Self::Speex => "audio/ogg",
            Self::Mp4 => "video/mp4",
        }
    }

    /// Picture, voice or video.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::Webp => Kind::Image,
            Self::Amr | Self::Speex => Kind::Voice,
            Self::Mp4 => Kind::Video,
        }
    }

    /// The decoder of a picture.
    pub const fn format(self) -> Option<ImageFormat> {
        match self {
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::Png => Some(ImageFormat::Png),
            Self::Gif => Some(ImageFormat::Gif),
            Self::Webp => Some(ImageFormat::WebP),
            Self::Amr | Self::Speex | Self::Mp4 => None,
        }
    }

    /// The most bytes of its kind that are taken.
    pub const fn most_bytes(self) -> u64 {
        match self.kind() {
            Kind::Image => 20 * 1024 * 1024,
            Kind::Voice | Kind::Video => 64 * 1024 * 1024,
        }
    }
}

/// Tells by the first [`HEAD`] bytes what comes.
///
/// # Errors
/// The reason word: `unsupported_type` for well-known files we do not keep, `not_an_image` for anything else.
pub(super) fn tell(head: &[u8]) -> Result<Sort, &'static str> {
    let at = |from: usize, magic: &[u8]| head.get(from..from + magic.len()) == Some(magic);
    let found = [
        (at(0, b"\xff\xd8\xff"), Sort::Jpeg),
        (at(0, b"\x89PNG\r\n\x1a\n"), Sort::Png),
        (at(0, b"GIF87a") || at(0, b"GIF89a"), Sort::Gif),
        (at(0, b"RIFF") && at(8, b"WEBP"), Sort::Webp),
        (at(0, b"#!AMR\n") || at(0, b"#!AMR-WB\n"), Sort::Amr),
        (at(0, b"OggS") && at(28, b"Speex   "), Sort::Speex),
    ];
    if let Some((_, sort)) = found.into_iter().find(|(fits, _)| *fits) {
        return Ok(sort);
    }
    let known = at(4, b"ftyp")
        || [&b"BM"[..], b"II*\0", b"MM\0*", b"%PDF-", b"ID3", b"OggS", b"RIFF", b"PK\x03\x04", b"\x1a\x45\xdf\xa3", b"8BPS"]
            .into_iter()
            .any(|magic| at(0, magic));
    Err(if known { "unsupported_type" } else { "not_an_image" })
}

/// The brands (bytes 8 to 11) of MP4 videos. The same box begins HEIC pictures, which are none.
const BRANDS: [&[u8; 4]; 10] = [b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp4"];

/// The same where WeChat said that a video comes.
///
/// # Errors
/// The reason word `not_a_video`.
pub(super) fn tell_video(head: &[u8]) -> Result<Sort, &'static str> {
    let brand = head.get(8..12).filter(|_| head.get(4..8) == Some(b"ftyp"));
    if brand.is_some_and(|brand| BRANDS.iter().any(|known| *known == brand)) { Ok(Sort::Mp4) } else { Err("not_a_video") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_is_one_by_its_brand() {
        for (head, told) in [
            (&b"\0\0\0\x18ftypmp42\0\0\0\0"[..], Ok(Sort::Mp4)),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", Ok(Sort::Mp4)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Err("not_a_video")),
            (b"<html><script>ftypmp42", Err("not_a_video")),
            (b"\xff\xd8\xff\xe0", Err("not_a_video")),
            (b"\0\0\0\x18ftyp", Err("not_a_video")),
            (b"", Err("not_a_video")),
        ] {
            assert_eq!(tell_video(head), told, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn only_the_beginning_counts() {
        for (head, told) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Ok(Sort::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Ok(Sort::Png)),
            (b"GIF89a\x01\0\x01\0", Ok(Sort::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Ok(Sort::Webp)),
            (b"#!AMR\n\x3c", Ok(Sort::Amr)),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x50Speex   1.2", Ok(Sort::Speex)),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis", Err("unsupported_type")),
            (b"BM6\0\0\0", Err("unsupported_type")),
            (b"\0\0\0\x18ftypheic", Err("unsupported_type")),
            (b"RIFF\x10\0\0\0WAVE", Err("unsupported_type")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", Err("not_an_image")),
            (b"<!DOCTYPE html>", Err("not_an_image")),
            (b" \xff\xd8\xff", Err("not_an_image")),
            (b"{\"errcode\":40007}", Err("not_an_image")),
            (b"\xff\xd8", Err("not_an_image")),
            (b"", Err("not_an_image")),
        ] {
            assert_eq!(tell(head), told, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
