//! Reading what callers send, field by field, so that one answer names everything that is wrong.

use std::collections::HashSet;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::header,
};
use serde_json::{Map, Number, Value};

pub use super::query::Query;

use super::body::body_bytes;
use crate::shared::{
    error::{AppError, FieldError},
    lang::{Said, Text},
};

/// The largest JSON body of an ordinary route.
const MOST_BYTES: usize = 1024 * 1024;

/// A JSON object that is being read. Unknown fields are refused by [`Fields::done`].
pub struct Fields {
    values: Map<String, Value>,
    known: HashSet<&'static str>,
    errors: Vec<FieldError>,
    /// The body as it came, for idempotency.
    pub raw: bytes::Bytes,
}

impl Fields {
    /// Starts reading a map.
    pub fn new(values: Map<String, Value>) -> Self {
        Self { values, known: HashSet::new(), errors: Vec::new(), raw: bytes::Bytes::new() }
    }

    /// Parses bytes as a JSON object.
    pub fn parse(raw: bytes::Bytes) -> Result<Self, AppError> {
        let value: Value = serde_json::from_slice(&raw).map_err(|error| {
            AppError::malformed(Said::new(
                format!("JSON 无法解析（第 {} 行第 {} 列）。", error.line(), error.column()),
                format!("The JSON cannot be read (line {}, column {}).", error.line(), error.column()),
            ))
        })?;
        let Value::Object(values) = value else {
            return Err(AppError::malformed(Text::new("请求体应是一个 JSON 对象。", "The body must be a JSON object.")));
        };
        Ok(Self { raw, ..Self::new(values) })
    }

    /// Takes a value; JSON `null` counts as absent.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.insert(name);
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// A required text of `least..=most` characters without control characters. Numbers are taken as text.
    pub fn text(&mut self, name: &'static str, least: usize, most: usize) -> String {
        match self.optional_text(name, least, most) {
            Some(text) => text,
            None => {
                if !self.errors.iter().any(|error| error.field == name) {
                    self.refuse(name, "missing", Text::new("缺少这个字段。", "This field is required."));
                }
                String::new()
            }
        }
    }

    /// An optional text of `least..=most` characters without control characters. Numbers are taken as text.
    pub fn optional_text(&mut self, name: &'static str, least: usize, most: usize) -> Option<String> {
        let text = match self.take(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => number_text(&number),
            _ => None,
        };
        let Some(text) = text else {
            let detail = Text::new("应是文字；很长的数字请加引号写成文字。", "Must be text; write long numbers as text, in quotes.");
            self.refuse(name, "not_text", detail);
            return None;
        };
        match check_text(&text, least, most) {
            Ok(()) => Some(text),
            Err((code, detail)) => {
                self.refuse(name, code, detail);
                None
            }
        }
    }

    /// An optional whole number within bounds.
    pub fn optional_int(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        let value = self.take(name)?;
        match value.as_i64().filter(|number| (least..=most).contains(number)) {
            Some(number) => Some(number),
            None => {
                let detail =
                    Said::new(format!("应是 {least} 到 {most} 的整数。"), format!("Must be a whole number from {least} to {most}."));
                self.refuse(name, "out_of_range", detail);
                None
            }
        }
    }

    /// An optional RFC 3339 moment, as Unix milliseconds.
    pub fn optional_moment(&mut self, name: &'static str) -> Option<i64> {
        let value = self.take(name)?;
        let read = value.as_str().and_then(moment);
        if read.is_none() {
            self.refuse(
                name,
                "not_a_time",
                Text::new("写成 RFC 3339 时间，如 2026-11-22T06:00:00Z。", "Write an RFC 3339 time such as 2026-11-22T06:00:00Z."),
            );
        }
        read
    }

    /// Whether a field is there.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// Records that a field was refused.
    pub fn refuse(&mut self, field: impl Into<String>, code: &'static str, detail: impl Into<Said>) {
        self.errors.push(FieldError::new(field, code, detail));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 422 naming every refused and every unknown field.
    pub fn done(mut self) -> Result<(), AppError> {
        for name in self.values.keys().filter(|name| !self.known.contains(name.as_str())) {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            self.errors.push(FieldError::new(shown, "unknown_field", Text::new("没有这个字段。", "There is no such field.")));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(AppError::invalid(self.errors)) }
    }
}

/// An RFC 3339 moment as Unix milliseconds.
pub(super) fn moment(text: &str) -> Option<i64> {
    let at = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

/// A JSON number as the text it was written as. `None` where reading it as a number has cost digits: a whole one beyond 64 bits, or a
/// fraction of more than 15 digits; an order number must not come back as `1.8e19`.
pub fn number_text(number: &Number) -> Option<String> {
    let text = number.to_string();
    let digits = text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    (number.is_i64() || number.is_u64() || (digits <= 15 && !text.contains('e'))).then_some(text)
}

/// The rule for texts that callers name things by: length in characters, no controls.
pub fn check_text(text: &str, least: usize, most: usize) -> Result<(), (&'static str, Said)> {
    let length = text.chars().count();
    if length < least {
        return Err(("too_short", Said::new(format!("至少 {least} 个字符。"), format!("At least {least} characters."))));
    }
    if length > most {
        let detail = Said::new(format!("最多 {most} 个字符，现在 {length} 个。"), format!("At most {most} characters; now {length}."));
        return Err(("too_long", detail));
    }
    if text.chars().any(char::is_control) {
        return Err(("control_character", Text::new("不能有控制字符。", "Control characters are not allowed.").into()));
    }
    Ok(())
}

impl Fields {
    /// Reads a body that must be JSON, of at most `most` bytes.
    ///
    /// # Errors
    /// 415 for another type, 413, 400.
    pub async fn read(request: Request<Body>, most: usize) -> Result<Self, AppError> {
        if !is_json(&request) {
            return Err(no_json());
        }
        Self::parse(body_bytes(request, most).await?)
    }

    /// Reads a body that may be left out, with its type: none is an object without fields.
    ///
    /// # Errors
    /// As for [`Fields::read`], where there is a body.
    pub async fn read_optional(request: Request<Body>) -> Result<Self, AppError> {
        let json = is_json(&request);
        let raw = body_bytes(request, MOST_BYTES).await?;
        match (raw.is_empty(), json) {
            (true, _) => Ok(Self::new(Map::new())),
            (false, true) => Self::parse(raw),
            (false, false) => Err(no_json()),
        }
    }
}

fn is_json(request: &Request<Body>) -> bool {
    request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    })
}

fn no_json() -> AppError {
    let detail = Text::new("请用 Content-Type: application/json。", "Send Content-Type: application/json.");
    AppError::new(415, "unsupported_media_type", detail)
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = AppError;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, AppError> {
        Self::read(request, MOST_BYTES).await
    }
}

/// A posted form (`application/x-www-form-urlencoded`, at most 1 MiB), values as typed but for CRLF turned into LF.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first value of a name, or an empty text.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The first value of a name without blanks around it; for ids and numbers, never for texts or passwords.
    pub fn trimmed(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// All values of a name (checkboxes).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, AppError> {
        Self::within(request, MOST_BYTES).await
    }
}

impl Form {
    /// Reads a form of at most `most` bytes as sent.
    ///
    /// # Errors
    /// 413, 415 for what is no form, 400 for a body that did not arrive.
    pub async fn within(request: Request<Body>, most: usize) -> Result<Self, AppError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            let detail = Text::new("表单格式不对，请从页面提交。", "Not a form. Send it from the page.");
            return Err(AppError::new(415, "unsupported_media_type", detail));
        }
        let bytes = body_bytes(request, most).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &'static str) -> Fields {
        Fields::parse(bytes::Bytes::from_static(json.as_bytes())).expect("parses")
    }

    #[test]
    fn one_answer_names_everything_that_is_wrong() {
        let mut body = fields(r#"{"a":"","b":7,"c":[],"extra":1,"d":"x\u0007"}"#);
        assert_eq!(body.text("b", 1, 5), "7");
        body.text("a", 1, 5);
        body.text("c", 1, 5);
        body.text("d", 1, 5);
        body.text("gone", 1, 5);
        let error = body.done().expect_err("refused");
        let codes: Vec<_> = error.fields.iter().map(|f| (f.field.as_str(), f.code)).collect();
        assert_eq!(error.status, 422);
        assert_eq!(
            codes,
            [("a", "too_short"), ("c", "not_text"), ("d", "control_character"), ("gone", "missing"), ("extra", "unknown_field")]
        );
    }

    #[test]
    fn length_counts_characters() {
        assert!(check_text(&"字".repeat(128), 1, 128).is_ok());
        assert_eq!(check_text(&"字".repeat(129), 1, 128).expect_err("long").0, "too_long");
    }

    #[test]
    fn numbers_are_texts_as_long_as_no_digit_is_lost() {
        let text = |json: &str| number_text(&serde_json::from_str(json).expect("a number"));
        for exact in ["0", "-17", "12.5", "0.00012", "9223372036854775808", "18446744073709551615", "-9223372036854775808"] {
            assert_eq!(text(exact).as_deref(), Some(exact));
        }
        for lost in ["18446744073709551616", "-9223372036854775809", "1e300", "1234567890123456.5", "0.12345678901234567"] {
            assert_eq!(text(lost), None, "{lost}");
        }
        let mut body = fields(r#"{"a":18446744073709551616}"#);
        body.text("a", 1, 64);
        assert_eq!(body.done().expect_err("refused").fields[0].code, "not_text");
    }

    #[test]
    fn half_json_is_malformed() {
        assert_eq!(Fields::parse(bytes::Bytes::from_static(b"{\"a\":")).err().map(|e| e.status), Some(400));
        assert_eq!(Fields::parse(bytes::Bytes::from_static(b"[1]")).err().map(|e| e.status), Some(400));
    }
}
