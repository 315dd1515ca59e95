//! Reading the query of the signature route: percent escapes decoded exactly once, and nothing else.
//!
//! `encodeURIComponent`, which pages use, never writes a blank as `+` and writes a plus as `%2B`. So a `+` in an address that came
//! as it is, is a `+` of the address; reading it as a blank, as forms do, would sign another address than the page's. Where `:` and
//! `/` are encoded and a `+` still stands there, a form's encoder was at work and meant a blank, which no address holds.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::{
    features::jssdk::model::{Flaw, UrlFault},
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
    },
};

/// What a caller asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    /// The address as the page has it, or what is wrong with it.
    pub url: Result<Cow<'a, str>, UrlFault>,
    /// The account named, if one was.
    pub account: Option<Cow<'a, str>>,
}

/// Reads `url=…&account=…`.
///
/// # Errors
/// 422 for a missing, empty, repeated or unknown parameter.
pub(super) fn read(query: &str) -> Result<Asked<'_>, AppError> {
    let (mut url, mut account) = (None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (slot, name) = match name {
            "url" => (&mut url, "url"),
            "account" => (&mut account, "account"),
            other => return Err(unknown(other)),
        };
        if slot.replace(value).is_some() {
            return Err(refused(name, "repeated", Text::new("这个参数写了两次。", "This parameter stands there twice.").into()));
        }
    }
    let url = url.filter(|url| !url.is_empty()).ok_or_else(|| refused("url", "missing", MISSING.into()))?;
    let account = match account.filter(|account| !account.is_empty()).map(decoded) {
        Some(None) => return Err(refused("account", "not_text", Text::new("应是一个 AppID。", "Must be an AppID.").into())),
        Some(some) => some,
        None => None,
    };
    Ok(Asked { url: address(url).ok_or(UrlFault::Malformed(Flaw::NotUtf8)), account })
}

/// The account a query names, however wrong the rest of it is.
pub(super) fn account(query: &str) -> Option<Cow<'_, str>> {
    query.split('&').filter_map(|pair| pair.strip_prefix("account=")).find(|value| !value.is_empty()).and_then(decoded)
}

fn address(value: &str) -> Option<Cow<'_, str>> {
    if value.contains('+') && !value.contains([':', '/']) {
        return decoded(&value.replace('+', " ")).map(|text| text.into_owned().into());
    }
    decoded(value)
}

const MISSING: Text =
    Text::new("缺少 url。请传 encodeURIComponent(location.href)。", "url is missing. Send encodeURIComponent(location.href).");

fn decoded(value: &str) -> Option<Cow<'_, str>> {
    match percent_decode_str(value).into() {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

fn refused(field: &str, code: &'static str, detail: Said) -> AppError {
    AppError::invalid(vec![FieldError::new(field, code, detail)])
}

fn unknown(name: &str) -> AppError {
    let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    let detail = Text::new(
        "没有这个参数。页面地址要先 encodeURIComponent，否则它里面的 & 会把它切断。",
        "There is no such parameter. Encode the page's address by encodeURIComponent; otherwise its own & cuts it off.",
    );
    refused(&name, "unknown_field", detail.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(query: &str) -> String {
        read(query).expect("reads").url.expect("text").into_owned()
    }

    #[test]
    fn the_address_is_decoded_exactly_once() {
        assert_eq!(url("url=https%3A%2F%2Fh5.example.com%2Fa%3Fx%3D1%26y%3D%2520"), "https://h5.example.com/a?x=1&y=%20");
        assert_eq!(url("url=https://h5.example.com/a?x=1%2B1"), "https://h5.example.com/a?x=1+1");
        assert_eq!(url("url=https://h5.example.com/a+b"), "https://h5.example.com/a+b", "a plus stays a plus");
        assert_eq!(url("url=https%3A%2F%2Fh5.example.com%2Fa%2Bb"), "https://h5.example.com/a+b");
        assert_eq!(url("url=https%3A%2F%2Fh5.example.com%2Fa+b"), "https://h5.example.com/a b", "a form's encoder means a blank");
        assert_eq!(url("url=https%3A//h5.example.com/a+b"), "https://h5.example.com/a+b", "not a form's encoder");
        assert_eq!(url("account=wx1&url=%E4%B8%AD"), "中");
        assert_eq!(url("url=100%25&&account="), "100%");
        assert_eq!(url("url=a%zz%"), "a%zz%");
        assert_eq!(read("url=x&account=wx1").expect("reads").account.as_deref(), Some("wx1"));
    }

    #[test]
    fn missing_repeated_and_unknown_parameters_are_named() {
        for (query, field, code) in [
            ("", "url", "missing"),
            ("url=", "url", "missing"),
            ("url", "url", "missing"),
            ("account=a", "url", "missing"),
            ("url=a&url=a", "url", "repeated"),
            ("url=a&account=b&account=b", "account", "repeated"),
            ("url=https://h5.example.com/?a=1&b=2", "b", "unknown_field"),
            ("URL=a", "URL", "unknown_field"),
            ("url=a&account=%ff", "account", "not_text"),
        ] {
            let error = read(query).expect_err(query);
            assert_eq!((error.status, error.fields[0].field.as_str(), error.fields[0].code), (422, field, code), "{query}");
        }
        for (query, named) in
            [("a=1&account=b", Some("b")), ("account=&account=%62&account=c", Some("b")), ("url=account=b", None), ("", None)]
        {
            assert_eq!(account(query).as_deref(), named, "{query}");
        }
        assert_eq!(read("url=%ff%fe").expect("reads").url, Err(UrlFault::Malformed(Flaw::NotUtf8)));
    }
}
