//! Reading a batch as it comes in: recipients are looked at one by one, so that a hundred thousand of them need little memory.

use std::{
    fmt,
    io::{self, BufReader, Read},
};

use axum::body::Body;
use futures_util::TryStreamExt;
use serde::de::{self, DeserializeSeed, Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::super::body::value_text;
use crate::{
    features::messages::model::Data,
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
    },
};

/// The most recipients of one batch.
pub const MOST_RECIPIENTS: usize = 100_000;
/// The largest body, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How many faults one answer names.
const MOST_FAULTS: usize = 50;

/// A recipient as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its place: from 0 in a list, the line number in a CSV file.
    pub index: u64,
    /// The openid, unchecked.
    pub touser: Box<str>,
    /// Its own values.
    pub data: Data,
}

/// Everything a request for a batch says.
#[derive(Debug, Default)]
pub struct Asked {
    /// The fields beside the recipients.
    pub fields: Map<String, Value>,
    /// The recipients; `None` where the request names none.
    pub recipients: Option<Vec<Recipient>>,
    /// What is wrong with the shape of recipients.
    pub faults: Vec<FieldError>,
    /// SHA-256 of what was read, for idempotency.
    pub hash: [u8; 32],
}

/// Reads a JSON request.
///
/// # Errors
/// 400 for unreadable JSON or a body that breaks off, 413.
pub async fn json(body: Body) -> Result<Asked, AppError> {
    parse(body, |reader| {
        let mut asked = Asked::default();
        let mut deserializer = serde_json::Deserializer::from_reader(reader);
        deserializer.deserialize_map(Whole(&mut asked))?;
        deserializer.end()?;
        Ok(asked)
    })
    .await
}

/// Reads recipients from a CSV file: a header line with `touser` and keys of the template, UTF-8 with or without BOM, or GBK.
///
/// # Errors
/// 400 for a body that breaks off, 413, 422 for a file without the column.
pub async fn csv(stream: impl futures_util::Stream<Item = io::Result<bytes::Bytes>> + Send + Unpin + 'static) -> Result<Asked, AppError> {
    let bridge = SyncIoBridge::new(StreamReader::new(stream));
    let read = tokio::task::spawn_blocking(move || {
        let mut hashing = Hashing { inner: bridge, hasher: Sha256::new() };
        let asked = super::csv_file::read(&mut hashing, MOST_RECIPIENTS);
        (asked, <[u8; 32]>::from(hashing.hasher.finalize()))
    });
    let (asked, hash) = read.await.map_err(anyhow::Error::from)?;
    let mut asked = asked?;
    asked.hash = hash;
    Ok(asked)
}

async fn parse<F>(body: Body, read: F) -> Result<Asked, AppError>
where
    F: FnOnce(&mut dyn Read) -> Result<Asked, serde_json::Error> + Send + 'static,
{
    let limited = Body::new(http_body_util::Limited::new(body, MOST_BYTES));
    let stream = limited.into_data_stream().map_err(io::Error::other);
    let bridge = SyncIoBridge::new(StreamReader::new(stream));
    let work = tokio::task::spawn_blocking(move || {
        let mut hashing = Hashing { inner: bridge, hasher: Sha256::new() };
        let asked = read(&mut BufReader::with_capacity(64 * 1024, &mut hashing) as &mut dyn Read);
        (asked, <[u8; 32]>::from(hashing.hasher.finalize()))
    });
    let (asked, hash) = work.await.map_err(anyhow::Error::from)?;
    let mut asked = asked.map_err(refused)?;
    asked.hash = hash;
    Ok(asked)
}

/// What an unreadable body is answered with.
pub(in crate::features::messages::server) fn broken(error: &io::Error) -> AppError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(inner) = cause {
        if inner.is::<http_body_util::LengthLimitError>() {
            return too_large();
        }
        cause = inner.source();
    }
    AppError::malformed(Text::new("请求体没有传完。", "The body did not arrive whole."))
}

/// 413.
pub(super) fn too_large() -> AppError {
    let most = MOST_BYTES / 1024 / 1024;
    AppError::new(413, "too_large", Said::new(format!("请求体超过 {most} MiB。"), format!("The body is larger than {most} MiB.")))
}

fn refused(error: serde_json::Error) -> AppError {
    if error.is_io() {
        return broken(&io::Error::from(error));
    }
    AppError::malformed(Said::new(
        format!("JSON 无法解析（第 {} 行第 {} 列）。", error.line(), error.column()),
        format!("The JSON cannot be read (line {}, column {}).", error.line(), error.column()),
    ))
}

struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

struct Whole<'a>(&'a mut Asked);

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "recipients" {
                self.0.recipients = map.next_value_seed(List(&mut self.0.faults))?;
            } else {
                let value = map.next_value()?;
                self.0.fields.insert(name, value);
            }
        }
        Ok(())
    }
}

/// The list of recipients; `None` for null and for what is no list.
struct List<'a>(&'a mut Vec<FieldError>);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = Option<Vec<Recipient>>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Option<Vec<Recipient>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of recipients")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(not_a_list(self.0))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(not_a_list(self.0))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(not_a_list(self.0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(not_a_list(self.0))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(not_a_list(self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(not_a_list(self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut recipients = Vec::new();
        let mut index = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            if recipients.len() >= MOST_RECIPIENTS {
                while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                self.0.push(too_many());
                break;
            }
            recipients.push(recipient(index, value, self.0));
            index += 1;
        }
        Ok(Some(recipients))
    }
}

pub(super) fn too_many() -> FieldError {
    FieldError::new(
        "recipients",
        "too_many",
        Said::new(format!("一批最多 {MOST_RECIPIENTS} 人。"), format!("At most {MOST_RECIPIENTS} recipients in a batch.")),
    )
}

fn not_a_list(faults: &mut Vec<FieldError>) -> Option<Vec<Recipient>> {
    faults.push(FieldError::new("recipients", "not_a_list", Text::new("应是一个 JSON 数组。", "Must be a JSON array.")));
    Some(Vec::new())
}

fn recipient(index: u64, value: Value, faults: &mut Vec<FieldError>) -> Recipient {
    let mut fault = |field: String, code, detail: Text| {
        if faults.len() < MOST_FAULTS {
            faults.push(FieldError::new(field, code, detail));
        }
    };
    let place = format!("recipients[{index}]");
    let mut read = Recipient { index, touser: "".into(), data: Data::default() };
    let Value::Object(mut map) = value else {
        fault(place, "not_object", Text::new("应是一个 JSON 对象。", "Must be a JSON object."));
        return read;
    };
    match map.remove("touser") {
        Some(Value::String(text)) => read.touser = text.into(),
        Some(Value::Number(number)) => read.touser = number.to_string().into(),
        None => fault(format!("{place}.touser"), "missing", Text::new("缺少这个字段。", "This field is required.")),
        Some(_) => fault(format!("{place}.touser"), "not_text", Text::new("应是文字。", "Must be text.")),
    }
    match map.remove("data") {
        None | Some(Value::Null) => {}
        Some(Value::Object(values)) => {
            for (key, value) in values {
                match value_text(value) {
                    Ok(text) => read.data.0.push((key, text)),
                    Err(_) => {
                        let key: String = key.chars().filter(|c| !c.is_control()).take(64).collect();
                        let detail = Text::new("应是文字或 {\"value\": 文字}。", "Must be a text or {\"value\": text}.");
                        fault(format!("{place}.data.{key}"), "not_text", detail);
                    }
                }
            }
        }
        Some(_) => fault(format!("{place}.data"), "not_object", Text::new("应是一个 JSON 对象。", "Must be a JSON object.")),
    }
    for name in map.keys() {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        fault(format!("{place}.{shown}"), "unknown_field", Text::new("没有这个字段。", "There is no such field."));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<Asked, AppError> {
        json(Body::from(text.to_owned())).await
    }

    #[tokio::test]
    async fn recipients_are_read_wherever_they_stand() {
        let asked = read(r#"{"recipients":[{"touser":"oA","data":{"thing1":{"value":"a","color":"red"}}},{"touser":"oB"}],"name":"n"}"#)
            .await
            .expect("reads");
        let recipients = asked.recipients.expect("a list");
        assert_eq!((recipients.len(), recipients[0].data.get("thing1"), &*recipients[1].touser), (2, "a", "oB"));
        assert_eq!(asked.fields["name"], "n");
        assert!(asked.faults.is_empty() && read("{}").await.expect("reads").recipients.is_none());
    }

    #[tokio::test]
    async fn every_wrong_shape_is_named() {
        let asked =
            read(r#"{"recipients":[7,{"touser":[]},{"touser":"oA","extra":1},{"data":{"k":[]},"touser":"oB"},{}]}"#).await.expect("reads");
        let named: Vec<_> = asked.faults.iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
        assert_eq!(
            named,
            [
                ("recipients[0]", "not_object"),
                ("recipients[1].touser", "not_text"),
                ("recipients[2].extra", "unknown_field"),
                ("recipients[3].data.k", "not_text"),
                ("recipients[4].touser", "missing"),
            ]
        );
        assert_eq!(read(r#"{"recipients":"oA"}"#).await.expect("reads").faults[0].code, "not_a_list");
        for broken in ["", "[]", "{\"recipients\":[", "{} x", "nonsense"] {
            assert_eq!(read(broken).await.err().map(|error| error.status), Some(400), "{broken}");
        }
    }

    #[tokio::test]
    async fn too_many_and_too_large_are_told_apart() {
        let many = format!("{{\"recipients\":[{}]}}", vec!["{\"touser\":\"oA\"}"; MOST_RECIPIENTS + 1].join(","));
        assert_eq!(read(&many).await.expect("reads").faults[0].code, "too_many");
        let large = Body::from(vec![b' '; MOST_BYTES + 1]);
        assert_eq!(json(large).await.err().map(|error| error.status), Some(413));
    }
}
