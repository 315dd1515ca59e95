//! What stands in a request's address: its query, and the ids in its path.

use std::collections::HashSet;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::fields::moment;
use crate::shared::{
    error::{AppError, FieldError},
    lang::{Said, Text},
    time::{DAY, parse_date},
};

/// A query string that is being read, decoded once. Unknown names are refused by [`Query::done`].
pub struct Query {
    pairs: Vec<(String, String)>,
    known: HashSet<&'static str>,
    errors: Vec<FieldError>,
}

impl Query {
    /// Parses `a=b&c=d`, `+` and percent escapes decoded once.
    pub fn parse(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Self { pairs, known: HashSet::new(), errors: Vec::new() }
    }

    /// The first value of a name; an empty one counts as absent.
    pub fn take(&mut self, name: &'static str) -> Option<String> {
        self.known.insert(name);
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// A whole number within bounds, or `default`.
    pub fn int(&mut self, name: &'static str, least: i64, most: i64, default: i64) -> i64 {
        let Some(text) = self.take(name) else { return default };
        match text.parse().ok().filter(|number| (least..=most).contains(number)) {
            Some(number) => number,
            None => {
                let detail =
                    Said::new(format!("应是 {least} 到 {most} 的整数。"), format!("Must be a whole number from {least} to {most}."));
                self.refuse(name, "out_of_range", detail);
                default
            }
        }
    }

    /// A day (`2026-11-22`, China's) or an RFC 3339 moment, as Unix milliseconds. `end` takes a day's last millisecond.
    pub fn time(&mut self, name: &'static str, end: bool) -> Option<i64> {
        let text = self.take(name)?;
        let day = parse_date(&text).map(|start| if end { start + DAY - 1 } else { start });
        let read = day.or_else(|| moment(&text));
        if read.is_none() {
            self.refuse(name, "not_a_time", Text::new("写成 2026-11-22 或 RFC 3339 时间。", "Write 2026-11-22 or an RFC 3339 time."));
        }
        read
    }

    /// `cursor`: the `next_cursor` of the page before, which is one of our ids (32 hex digits).
    pub fn cursor(&mut self) -> Option<String> {
        let cursor = self.take("cursor")?;
        if cursor.len() == 32 && cursor.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Some(cursor);
        }
        self.refuse("cursor", "bad_cursor", Text::new("请原样用上一页的 next_cursor。", "Use next_cursor of the page before as it came."));
        None
    }

    /// Records that a parameter was refused.
    pub fn refuse(&mut self, field: impl Into<String>, code: &'static str, detail: impl Into<Said>) {
        self.errors.push(FieldError::new(field, code, detail));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 422 naming every refused, repeated and unknown parameter: a misspelt filter must not mean "everything", nor one of two be
    /// dropped unsaid.
    pub fn done(mut self) -> Result<(), AppError> {
        let mut seen = HashSet::new();
        let mut told = HashSet::new();
        for (name, _) in &self.pairs {
            let first = seen.insert(name.as_str());
            let (code, detail) = match (self.known.contains(name.as_str()), first) {
                (true, true) => continue,
                (true, false) => ("repeated", Text::new("这个参数写了不止一次。", "This parameter stands there more than once.")),
                (false, _) => ("unknown_field", Text::new("没有这个参数。", "There is no such parameter.")),
            };
            if told.insert(name.as_str()) {
                let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
                self.errors.push(FieldError::new(shown, code, detail));
            }
        }
        if self.errors.is_empty() { Ok(()) } else { Err(AppError::invalid(self.errors)) }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

/// The one id in a route's path. What is no text (`%ff`) names nothing, so it is not found rather than malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        Path::from_request_parts(parts, state).await.map(|Path(id)| Self(id)).map_err(|_| AppError::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: Query) -> Vec<(String, &'static str)> {
        query.done().expect_err("refused").fields.iter().map(|error| (error.field.clone(), error.code)).collect()
    }

    #[test]
    fn a_misspelt_filter_is_refused() {
        let mut query = Query::parse("state=stored&stat=x&limit=900&stat=y");
        assert_eq!(query.take("state").as_deref(), Some("stored"));
        assert_eq!(query.int("limit", 1, 200, 50), 50);
        assert_eq!(refused(query), [("limit".to_owned(), "out_of_range"), ("stat".to_owned(), "unknown_field")]);
    }

    #[test]
    fn a_parameter_stands_there_once() {
        for text in ["state=a&state=b", "state=a&state=a&state=a", "state=&state=a", "state=a&%73tate="] {
            let mut query = Query::parse(text);
            query.take("state");
            assert_eq!(refused(query), [("state".to_owned(), "repeated")], "{text}");
        }
    }

    #[test]
    fn a_cursor_is_an_id_of_ours() {
        let cursor = |text: &str| {
            let mut query = Query::parse(&format!("cursor={text}"));
            let cursor = query.cursor();
            (cursor, query.done().err().map(|error| error.fields[0].code))
        };
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(cursor(id), (Some(id.to_owned()), None));
        assert_eq!(cursor(""), (None, None));
        for bad in ["x", "~", &id.to_uppercase(), &id[1..], &format!("{id}0")] {
            assert_eq!(cursor(bad), (None, Some("bad_cursor")), "{bad}");
        }
    }
}
