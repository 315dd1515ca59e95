//! Reading what WeChat sends back: by content and leniently (docs/wechat-api.md §1).

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::error::Error;

/// The most characters of WeChat's own words that are kept.
const ERRMSG_MAX: usize = 300;

/// A readable answer without an error code: its top-level fields.
#[derive(Debug)]
pub(super) struct Reply(Map<String, Value>);

/// Reads a body. An `errcode` other than 0 is [`Error::Platform`]; a body that is no JSON object is [`Error::Unreadable`].
pub(super) fn read(body: &[u8]) -> Result<Reply, Error> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(unreadable("the body is empty"));
    }
    if text.starts_with('<') {
        return Err(unreadable("HTML or XML instead of JSON"));
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(&without_raw_controls(text)) else {
        return Err(unreadable("no whole JSON object"));
    };
    let reply = Reply(fields);
    match reply.0.get("errcode") {
        None | Some(Value::Null) => Ok(reply),
        Some(code) => match integer(code) {
            Some(0) => Ok(reply),
            Some(errcode) => Err(refusal(errcode, &reply.text_or_empty("errmsg"))),
            None => Err(unreadable("errcode is no number")),
        },
    }
}

/// Reads the answer of a call that gives nothing but success.
pub(super) fn done(body: &[u8]) -> Result<(), Error> {
    read(body).map(|_| ())
}

pub(super) fn unreadable(why: impl Into<String>) -> Error {
    Error::Unreadable(why.into())
}

/// Raw control characters inside strings, which JSON forbids and user-written fields hold, become blanks.
fn without_raw_controls(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte < 0x20) {
        return Cow::Borrowed(text);
    }
    let (mut inside, mut escaped) = (false, false);
    let clean = text.chars().map(|c| {
        let replaced = if inside && (c as u32) < 0x20 { ' ' } else { c };
        match replaced {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
        replaced
    });
    Cow::Owned(clean.collect())
}

fn refusal(errcode: i64, errmsg: &str) -> Error {
    let words: String = errmsg.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ERRMSG_MAX).collect();
    Error::Platform { errcode, rid: rid_in(errmsg), errmsg: words.trim().to_owned() }
}

/// The trace id in WeChat's words: `rid: …`, or in older forms `hint: [..]` and `hints: [ req_id: .. ]`.
fn rid_in(errmsg: &str) -> Option<String> {
    ["rid: ", "req_id: ", "hint: ["].into_iter().find_map(|mark| {
        let (_, rest) = errmsg.split_once(mark)?;
        let id: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(64).collect();
        (!id.is_empty()).then_some(id)
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "bounded to what a double holds exactly")]
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9.0e15).map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Reply {
    /// The fields of a nested object; `None` where it is no object.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    /// A text that has to be there and not be blank.
    pub(super) fn text(&self, name: &str) -> Result<String, Error> {
        self.optional_text(name).ok_or_else(|| unreadable(format!("{name} is missing")))
    }

    /// A text, `None` where it is absent or blank.
    pub(super) fn optional_text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(text).filter(|text| !text.is_empty())
    }

    /// A text, blank where it is absent.
    pub(super) fn text_or_empty(&self, name: &str) -> String {
        self.optional_text(name).unwrap_or_default()
    }

    /// A whole number, given as a number or as a text.
    pub(super) fn integer(&self, name: &str) -> Result<i64, Error> {
        self.optional_integer(name).ok_or_else(|| unreadable(format!("{name} is missing or no number")))
    }

    /// A whole number, `None` where it is absent or none.
    pub(super) fn optional_integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(integer)
    }

    /// A nested object.
    pub(super) fn object(&self, name: &str) -> Option<Reply> {
        self.0.get(name).and_then(Self::from_value)
    }

    /// A list that has to be there.
    pub(super) fn list(&self, name: &str) -> Result<&[Value], Error> {
        self.0.get(name).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| unreadable(format!("{name} is missing or no list")))
    }

    /// A list, empty where it is absent.
    pub(super) fn list_or_empty(&self, name: &str) -> &[Value] {
        self.list(name).unwrap_or_default()
    }

    /// The texts of a list; other entries are left out.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        Ok(self.list(name)?.iter().filter_map(text).collect())
    }

    /// The objects of a list, each read by `reader`.
    pub(super) fn objects<T>(&self, name: &str, reader: impl Fn(&Reply) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        self.list(name)?
            .iter()
            .map(|value| Self::from_value(value).ok_or_else(|| unreadable(format!("{name} holds no objects"))).and_then(|it| reader(&it)))
            .collect()
    }

    /// A nested value as it came.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn why(body: &[u8]) -> String {
        match read(body) {
            Err(Error::Unreadable(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn garbage_is_named_without_being_quoted() {
        assert_eq!(why(b""), "the body is empty");
        assert_eq!(why(b"\xef\xbb\xbf \r\n"), "the body is empty");
        assert_eq!(why(b"<html>secret</html>"), "HTML or XML instead of JSON");
        assert_eq!(why(b"{\"access_token\":\"sec"), "no whole JSON object");
        assert_eq!(why(b"[1]"), "no whole JSON object");
        assert_eq!(why(b"null"), "no whole JSON object");
        assert_eq!(why(b"{\"errcode\":\"x\"}"), "errcode is no number");
    }

    #[test]
    fn errcode_is_read_as_number_or_text() {
        for body in [r#"{"errcode":40001,"errmsg":"no"}"#, r#"{"errcode":"40001","errmsg":"no"}"#, r#"{"errcode":40001.0,"errmsg":"no"}"#] {
            assert_eq!(read(body.as_bytes()).unwrap_err(), Error::Platform { errcode: 40001, errmsg: "no".into(), rid: None });
        }
        for body in [r#"{"errcode":0}"#, r#"{"errcode":"0"}"#, r#"{"errcode":null}"#, "{}"] {
            assert!(done(body.as_bytes()).is_ok(), "{body}");
        }
        assert_eq!(read(br#"{"errcode":-1}"#).unwrap_err().errcode(), Some(-1));
    }

    #[test]
    fn numbers_come_as_texts_and_the_other_way_round() {
        let reply =
            read(r#"{"expires_in":"7200","msgid":"1700827132819554304","id":1700827132819554304,"name":12,"x":1.5}"#.as_bytes()).unwrap();
        assert_eq!(reply.integer("expires_in").unwrap(), 7200);
        assert_eq!(reply.integer("msgid").unwrap(), 1_700_827_132_819_554_304);
        assert_eq!(reply.integer("id").unwrap(), 1_700_827_132_819_554_304);
        assert_eq!(reply.text("name").unwrap(), "12");
        assert!(reply.integer("x").is_err());
        assert_eq!(reply.text("absent").unwrap_err(), Error::Unreadable("absent is missing".into()));
    }

    #[test]
    fn broken_characters_in_user_written_fields_are_survived() {
        let reply = read(b"\xef\xbb\xbf {\n\"nickname\":\"a\x01\x1b\n\\\"b\xff\xfe\", \"openid\":\"o\"}\r\n").unwrap();
        assert_eq!(reply.text("nickname").unwrap(), "a   \"b\u{fffd}\u{fffd}");
        assert_eq!(reply.text("openid").unwrap(), "o");
    }

    #[test]
    fn the_trace_id_is_found_in_all_its_forms() {
        for (errmsg, rid) in [
            ("invalid appsecret rid: 64a7d1c7-1b47c4b1-5812e7e6", Some("64a7d1c7-1b47c4b1-5812e7e6")),
            ("reach max api daily quota limit hint: [VAB1bA0573vr20]", Some("VAB1bA0573vr20")),
            ("invalid media_id hint: [Lg.ZAa07440024] rid: 6087f0d0-5c83dcaa-438ebbcc", Some("6087f0d0-5c83dcaa-438ebbcc")),
            ("code been used, hints: [ req_id: plAv90053th21 ]", Some("plAv90053th21")),
            ("api unauthorized, rid: 62fb9bc8-078c24da-4202f278", Some("62fb9bc8-078c24da-4202f278")),
            ("invalid appid", None),
            ("rid: ", None),
        ] {
            assert_eq!(rid_in(errmsg).as_deref(), rid, "{errmsg}");
        }
    }

    #[test]
    fn endless_words_are_cut() {
        let body = format!(r#"{{"errcode":1,"errmsg":"{}"}}"#, "长".repeat(5000));
        let Err(Error::Platform { errmsg, .. }) = read(body.as_bytes()) else { panic!() };
        assert_eq!(errmsg.chars().count(), ERRMSG_MAX);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&body);
        }

        #[test]
        fn any_text_in_a_field_is_read_back(name in "[^\\x00-\\x1f]{0,40}") {
            let body = serde_json::to_vec(&serde_json::json!({ "nickname": name })).unwrap();
            prop_assert_eq!(read(&body).unwrap().text_or_empty("nickname"), name);
        }
    }
}
