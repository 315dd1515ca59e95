//! `Prefer: wait=N` (RFC 7240): how long a caller would wait for the outcome.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};

/// The longest anybody may wait.
const LONGEST: u64 = 30;

/// The wait a caller prefers, at most 30 s. Of several the first counts; one that is no number of seconds is no preference.
pub fn wait(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
    let mut wishes = lines.flat_map(|line| line.split(',')).filter_map(|wish| wish.split(';').next()?.split_once('='));
    let (_, seconds) = wishes.find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))?;
    let seconds = seconds.trim();
    let digits = seconds.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(seconds);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // What does not fit is longer than anybody may wait.
    Some(Duration::from_secs(digits.parse().unwrap_or(LONGEST).min(LONGEST)))
}

/// Says in an answer that the caller was waited for.
pub fn applied(answer: &mut HeaderMap, wait: Option<Duration>) {
    if let Some(wait) = wait
        && let Ok(value) = HeaderValue::try_from(format!("wait={}", wait.as_secs()))
    {
        answer.insert("preference-applied", value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_as_rfc_7240_says_and_bounded() {
        for (line, seconds) in [
            ("wait=5", Some(5)),
            ("wait=\"5\"", Some(5)),
            ("wait = 5", Some(5)),
            ("WAIT=5", Some(5)),
            ("respond-async, Wait = \"7\"", Some(7)),
            ("wait=0; foo", Some(0)),
            ("wait=3, wait=9", Some(3)),
            ("wait=900", Some(30)),
            ("wait=99999999999999999999999", Some(30)),
            ("wait=-1", None),
            ("wait=+1", None),
            ("wait=soon", None),
            ("wait=\"5", None),
            ("wait=", None),
            ("wait", None),
            ("waiting=5", None),
            ("foo; wait=5", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", HeaderValue::from_static(line));
            assert_eq!(wait(&headers), seconds.map(Duration::from_secs), "{line}");
        }
        assert_eq!(wait(&HeaderMap::new()), None);
    }

    #[test]
    fn the_answer_says_what_was_applied() {
        let mut answer = HeaderMap::new();
        applied(&mut answer, None);
        assert!(answer.is_empty());
        applied(&mut answer, Some(Duration::from_secs(30)));
        assert_eq!(answer["preference-applied"], "wait=30");
    }
}
