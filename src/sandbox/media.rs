//! Temporary media (docs/wechat-api.md §5).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    call::Call,
    event::Event,
    reply::{Fail, Reply},
    state::Change,
};

/// How long a media id works, in seconds.
const LIFE: i64 = 3 * 86_400;
const LARGEST: usize = 10 << 20;

/// An uploaded file.
pub(super) struct Media {
    pub app_id: String,
    pub kind: String,
    /// When it was uploaded, Unix seconds.
    pub at: i64,
    pub bytes: Arc<[u8]>,
}

/// Bytes from the journal; a damaged entry gives an empty file rather than no start.
pub(super) fn decode(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap_or_default()
}

/// Stores a file and returns its media id.
pub(super) fn store(change: &mut Change<'_>, app_id: &str, kind: &str, bytes: &[u8]) -> String {
    let media_id = change.chance.text(64);
    let (at, base64) = (change.now(), STANDARD.encode(bytes));
    change.record(Event::MediaStored { app_id: app_id.into(), media_id: media_id.clone(), kind: kind.into(), at, base64 });
    media_id
}

fn find<'a>(call: &'a Call<'_, '_>) -> Result<(String, &'a Media), Fail> {
    let media_id = call.need("media_id", 41006)?;
    let now = call.now();
    let found = call.change.state.media.get(&media_id).filter(|media| media.app_id == call.app_id && now < media.at + LIFE);
    found.map(|media| (media_id, media)).ok_or_else(|| 40007.into())
}

/// `GET /cgi-bin/media/get`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let (media_id, media) = find(call)?;
    if media.kind == "video" {
        let known = media.bytes.get(4..8) == Some(b"ftyp");
        let host = if known { call.ask.host.as_str() } else { "video.sandbox.invalid" };
        return Ok(Reply::Json(json!({ "video_url": format!("http://{host}/sandbox/video/{media_id}.mp4") })));
    }
    // What was recorded in high quality comes here as any voice does: narrow.
    if fine(&media.bytes) {
        return Ok(Reply::File { content_type: "audio/amr", name: format!("{media_id}.amr"), bytes: silence().into() });
    }
    // WeChat says image/jpeg whatever the picture is.
    let (content_type, end) = if media.kind == "voice" { ("audio/amr", "amr") } else { ("image/jpeg", "jpg") };
    Ok(Reply::File { content_type, name: format!("{media_id}.{end}"), bytes: media.bytes.clone() })
}

/// Whether a voice was recorded on a phone: an Ogg stream of Speex.
fn fine(bytes: &[u8]) -> bool {
    bytes.starts_with(b"OggS") && bytes.get(28..36) == Some(b"Speex   ")
}

/// A second of AMR (50 frames of 12.2 kbit/s) in which nobody speaks.
fn silence() -> Vec<u8> {
    let frame = [&[0x3c][..], &[0; 31]].concat();
    [b"#!AMR\n".to_vec(), frame.repeat(50)].concat()
}

/// The bytes of a video, which whoever knows its address may have.
pub(super) fn video(state: &super::state::State, name: &str) -> Option<Arc<[u8]>> {
    let media = state.media.get(name.strip_suffix(".mp4")?)?;
    (media.kind == "video").then(|| media.bytes.clone())
}

/// `GET /cgi-bin/media/get/jssdk`: voice in high quality, nothing else.
pub(super) fn get_jssdk(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let (media_id, media) = find(call)?;
    if media.kind != "voice" || !fine(&media.bytes) {
        return Err(40007.into());
    }
    Ok(Reply::File { content_type: "voice/speex", name: format!("{media_id}.speex"), bytes: media.bytes.clone() })
}

/// `POST /cgi-bin/media/upload`.
pub(super) fn upload(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let kind = call.need("type", 40004)?;
    if !matches!(kind.as_str(), "image" | "voice" | "video" | "thumb") {
        return Err(40004.into());
    }
    let bytes = call.ask.file.clone().filter(|bytes| !bytes.is_empty()).ok_or(Fail::from(41005))?;
    if bytes.len() > LARGEST {
        return Err(45001.into());
    }
    if kind == "image" && !picture(&bytes) {
        return Err(40005.into());
    }
    let app_id = call.app_id.clone();
    let media_id = store(call.change, &app_id, &kind, &bytes);
    Ok(Reply::Json(json!({ "type": kind, "media_id": media_id, "created_at": call.now() })))
}

/// Whether the bytes begin like a picture WeChat takes.
pub(super) fn picture(bytes: &[u8]) -> bool {
    [b"\xff\xd8\xff".as_slice(), b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM"].iter().any(|magic| bytes.starts_with(magic))
}
