//! Long polling: a server that knows the present token hears of the next one when it is there.
//!
//! The wait stands in front of the router ([`Tokens::hold`]): what waits there is the bare request and a place in one channel, none of
//! the layers that answer it afterwards. Two thousand who wait cost a fraction of what two thousand in the router would.

use axum::http::{HeaderMap, header};

use super::{TokenValue, Tokens};
use crate::{
    features::tokens::model::Kind,
    infra::{guard::ApiCaller, prefer, query::Query, secrets::sha256},
};

/// The route's path.
pub const PATH: &str = "/api/v1/access-token";

impl TokenValue {
    /// What stands for the token in `ETag`: the same for the same token, and nothing that leads back to it.
    pub fn mark(&self) -> String {
        format!("W/\"{}\"", hex::encode(&sha256(format!("mark of {}", self.expose()).as_bytes())[..12]))
    }
}

/// The marks in `If-None-Match`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known(String);

impl Known {
    /// Those a request names; `None` where it names none.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let lines: Vec<_> = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).collect();
        (!lines.is_empty()).then(|| Self(lines.join(",")))
    }

    /// Whether a token is among them; weak or not makes no difference for reading (RFC 9110 §13.1.2).
    pub fn names(&self, token: &TokenValue) -> bool {
        let (bare, mark) = (|text: &str| text.trim().trim_start_matches("W/").to_owned(), token.mark());
        self.0.split(',').any(|one| one.trim() == "*" || bare(one) == bare(&mark))
    }
}

impl Tokens {
    /// Holds a caller that knows the present token (`If-None-Match`) and would wait (`Prefer: wait=N`) until there is another one or the
    /// time is over; everybody else passes at once. No lock, no query: what is waited for is told through a channel.
    pub async fn hold(&self, caller: &ApiCaller, query: &str, headers: &HeaderMap) {
        let (Some(patience), Some(known)) = (prefer::wait(headers), Known::of(headers)) else { return };
        let Ok(account) = self.accounts.for_caller(caller, Query::parse(query).take("account").as_deref()) else { return };
        let keeper = self.keeper(&account.app_id);
        let slot = keeper.slot(Kind::AccessToken);
        // Before the first look, so that nothing falls in between.
        let mut news = slot.news();
        let present = || slot.usable(self.core.now()).map(|held| self.value(&held));
        if !present().is_some_and(|token| known.names(&token)) {
            return;
        }
        let next = async {
            // One that was refused meanwhile is being replaced: the next one is what is waited for.
            while news.changed().await.is_ok() && present().is_none_or(|token| known.names(&token)) {}
        };
        tokio::select! {
            () = next => {}
            () = self.stop.cancelled() => {}
            () = self.core.clock.sleep(patience) => {}
        }
    }

    /// How many wait for an account's next token.
    pub fn waiting(&self, app_id: &str) -> usize {
        self.read().get(app_id).map_or(0, |keeper| keeper.slot(Kind::AccessToken).listeners())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn marks_are_compared_weakly_and_tell_nothing() {
        let token = |value: &str| TokenValue { value: value.into(), expires_at: 0, expires_in: 0 };
        let mark = token("87_secret").mark();
        assert!(!mark.contains("87_") && mark != token("87_other").mark() && mark == token("87_secret").mark());
        let names = |line: &str| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(line).expect("header"))]);
            Known::of(&headers).expect("names some").names(&token("87_secret"))
        };
        assert!(names(&mark) && names(&mark[2..]) && names(&format!("\"a\", {mark}")) && names("*"));
        assert!(!names("\"a\"") && !names("") && Known::of(&HeaderMap::new()).is_none());
    }
}
