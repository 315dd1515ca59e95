//! Events on their way to an account's server: the queue, the wrapping, the encryption (docs/wechat-api.md §10).
//!
//! Signing and encrypting are written out here on purpose, apart from the product's own: the simulator is the judge of it.

use aes::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use base64::{
    Engine,
    alphabet::STANDARD as LETTERS,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD},
    },
};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::{CallbackTarget, Mode, SentMessage, event::Event, state::Change};
use crate::infra::clock::Chance;

/// The usual time from accepting a message to its receipt, in milliseconds.
const RECEIPT_AFTER_MS: i64 = 300;
const BLOCK: usize = 32;

/// An event waiting to be pushed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Push {
    pub id: u64,
    pub app_id: String,
    pub openid: String,
    pub event: String,
    /// Further elements; numbers are written bare, all else as CDATA.
    pub fields: Vec<(String, String)>,
    /// CreateTime, Unix seconds.
    pub at: i64,
    pub due_ms: i64,
    pub tries: u32,
}

/// Queues an event to be pushed `after_ms` from now.
pub(super) fn queue(change: &mut Change<'_>, app_id: &str, openid: &str, event: &str, fields: Vec<(String, String)>, after_ms: i64) {
    let due_ms = change.now_ms + after_ms;
    let push = Push {
        id: change.state.last_push + 1,
        app_id: app_id.into(),
        openid: openid.into(),
        event: event.into(),
        fields,
        at: due_ms.div_euclid(1000),
        due_ms,
        tries: 0,
    };
    change.record(Event::PushQueued { push });
}

/// Queues the receipt of an accepted message, as the dials want it: none, one or two, in time or late.
pub(super) fn queue_receipt(change: &mut Change<'_>, message: &SentMessage) {
    let dials = &change.state.dials;
    let hit = |percent: u8| percent > 0 && change.chance.below(100) < u64::from(percent);
    let copies = if hit(dials.receipt_missing_percent) { 0 } else { 1 + u8::from(hit(dials.receipt_doubled_percent)) };
    let after = RECEIPT_AFTER_MS + i64::try_from(dials.receipt_late_ms).unwrap_or(i64::MAX / 2);
    let named = if hit(dials.receipt_zero_percent) { 0 } else { message.msgid };
    for copy in 0..copies {
        let (event, fields) = if message.notification {
            ("subscribe_msg_sent_event", vec![(NESTED.into(), report(message, named))])
        } else {
            ("TEMPLATESENDJOBFINISH", vec![("MsgID".into(), named.to_string()), ("Status".into(), message.status.clone())])
        };
        queue(change, &message.app_id, &message.openid, event, fields, after + i64::from(copy) * 200);
    }
}

/// The one element that holds elements itself.
const NESTED: &str = "SubscribeMsgSentEvent";

/// What became of a notification, as it stands inside of [`NESTED`]. Which codes WeChat has for failures is not known.
fn report(message: &SentMessage, named: i64) -> String {
    let code = if message.status == "success" { 0 } else { 43101 };
    format!(
        "<List><TemplateId><![CDATA[{}]]></TemplateId><MsgID>{named}</MsgID><ErrorCode>{code}</ErrorCode><ErrorStatus><![CDATA[{}]]></ErrorStatus></List>",
        message.template_id, message.status
    )
}

/// The XML of an event.
pub(super) fn xml(push: &Push, original_id: &str) -> String {
    let mut out = String::from("<xml>\n");
    let mut element = |name: &str, value: &str| {
        let bare = matches!(name, "CreateTime" | NESTED) || (name == "MsgID" && value.bytes().all(|byte| byte.is_ascii_digit()));
        // CDATA cannot hold its own end: it is split in two there.
        let value = if bare { value.to_owned() } else { format!("<![CDATA[{}]]>", value.replace("]]>", "]]]]><![CDATA[>")) };
        out += &format!("<{name}>{value}</{name}>\n");
    };
    element("ToUserName", original_id);
    element("FromUserName", &push.openid);
    element("CreateTime", &push.at.to_string());
    element("MsgType", "event");
    element("Event", &push.event);
    for (name, value) in &push.fields {
        element(name, value);
    }
    out + "</xml>"
}

/// A wrapped push: query and body.
pub(super) struct Wrapped {
    pub query: Vec<(&'static str, String)>,
    pub body: String,
}

/// The query of a call to the callback without `openid` and encryption: `timestamp`, `nonce`, `signature`.
pub(super) fn signed_query(target: &CallbackTarget, at: i64, chance: &Chance) -> Vec<(&'static str, String)> {
    let (timestamp, nonce) = (at.to_string(), chance.below(9_000_000_000).to_string());
    let signature = sign([&target.token, &timestamp, &nonce]);
    vec![("signature", signature), ("timestamp", timestamp), ("nonce", nonce)]
}

/// Wraps an XML in the target's mode. `None` where the EncodingAESKey is missing or no key.
pub(super) fn wrap(target: &CallbackTarget, app_id: &str, push: &Push, plain: &str, to: &str, at: i64, chance: &Chance) -> Option<Wrapped> {
    let mut query = signed_query(target, at, chance);
    query.push(("openid", push.openid.clone()));
    if target.mode == Mode::Plain {
        return Some(Wrapped { query, body: plain.to_owned() });
    }
    let secret = encrypt(target.aes_key.as_deref()?, app_id, plain.as_bytes(), chance.bytes())?;
    let signature = sign([&target.token, &query[1].1, &query[2].1, &secret]);
    query.extend([("encrypt_type", "aes".to_owned()), ("msg_signature", signature)]);
    let element = format!("<Encrypt><![CDATA[{secret}]]></Encrypt>\n</xml>");
    let body = if target.mode == Mode::Compatible {
        plain.replace("</xml>", &element)
    } else {
        format!("<xml>\n<ToUserName><![CDATA[{to}]]></ToUserName>\n{element}")
    };
    Some(Wrapped { query, body })
}

/// Lower-case hex SHA-1 of the parts, sorted and joined.
pub(super) fn sign<const N: usize>(mut parts: [&str; N]) -> String {
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat()))
}

/// The 32 bytes of an EncodingAESKey of 43 characters; its last character may carry stray bits.
pub(super) fn aes_key(text: &str) -> Option<[u8; 32]> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&LETTERS, lenient).decode(text).ok()?.try_into().ok()
}

/// Base64 of AES-256-CBC over `random | length | text | appid`, padded to blocks of 32.
pub(super) fn encrypt(key: &str, app_id: &str, text: &[u8], random: [u8; 16]) -> Option<String> {
    let key = aes_key(key)?;
    let mut plain = random.to_vec();
    plain.extend(u32::try_from(text.len()).ok()?.to_be_bytes());
    plain.extend(text);
    plain.extend(app_id.as_bytes());
    let pad = BLOCK - plain.len() % BLOCK;
    plain.resize(plain.len() + pad, u8::try_from(pad).ok()?);
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).ok()?;
    let length = plain.len();
    Some(STANDARD.encode(cipher.encrypt_padded::<NoPadding>(&mut plain, length).ok()?))
}
