//! Why a signature that was pasted is another than ours: the usual slips are made on purpose until one of them gives what was received.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::{Digest, Sha1};

use super::{
    doctor::{MASK, Surroundings},
    sign::sign,
};
use crate::{
    features::{
        jssdk::{
            checks::{Diff, diff, without_sharing},
            found::{Signed, Verdict},
            model::without_fragment,
            pasted::Pasted,
        },
        tokens::server::Held,
    },
    shared::{
        lang::{Lang, Said, Text},
        time::{self, MINUTE, SECOND},
    },
    ui::texts::jssdk as w,
    wechat::signature::{constant_time_eq, string_to_sign},
};

/// What a comparison came to.
pub(super) struct Compared {
    pub verdict: Verdict,
    pub signed: Signed,
    pub diff: Option<Diff>,
}

/// Signs the page's address as the config says and compares with what was pasted.
pub(super) fn compare(page: &str, pasted: &Pasted, ticket: &Held, around: &Surroundings<'_>) -> Compared {
    let string = pasted.string.as_ref();
    let timestamp = pasted.timestamp.as_ref().or(string.and_then(|string| string.timestamp.as_ref()));
    let timestamp = timestamp.and_then(|text| text.parse().ok()).unwrap_or(around.now / SECOND);
    let nonce = pasted.nonce.as_ref().or(string.and_then(|string| string.nonce.as_ref()));
    let nonce = nonce.map_or(around.nonce.as_str(), String::as_str);
    let case = Case { page, pasted, ticket, around, nonce, timestamp, theirs: pasted.signature.as_deref().unwrap_or_default() };
    let signature = case.of(ticket, nonce, timestamp, page);
    let other = pasted.url.as_deref().filter(|theirs| *theirs != page);
    let verdict = match (&pasted.signature, other) {
        (Some(theirs), _) if constant_time_eq(theirs, &signature) => Verdict::Same,
        (Some(_), _) => Verdict::Different(case.cause()),
        (None, Some(theirs)) => Verdict::Different(by_address(page, theirs).into()),
        (None, None) => Verdict::Signed,
    };
    // A right signature proves what was signed, whatever address was pasted beside it.
    let diff = other.filter(|_| !matches!(verdict, Verdict::Same)).and_then(|theirs| diff(page, theirs));
    let (app_id, nonce) = (around.account.app_id.clone(), nonce.to_owned());
    let string = string_to_sign(MASK, &nonce, timestamp, page);
    Compared { verdict, signed: Signed { app_id, timestamp, nonce, signature, string }, diff }
}

/// A signature that is another than ours.
struct Case<'a> {
    page: &'a str,
    pasted: &'a Pasted,
    ticket: &'a Held,
    around: &'a Surroundings<'a>,
    nonce: &'a str,
    timestamp: i64,
    theirs: &'a str,
}

impl Case<'_> {
    fn of(&self, ticket: &Held, nonce: &str, timestamp: i64, address: &str) -> String {
        String::from_utf8_lossy(&sign(ticket.expose(), nonce, &timestamp.to_string(), address)).into_owned()
    }

    /// Whether this is what was signed instead, upper-case letters let pass.
    fn gives(&self, signature: &str) -> bool {
        constant_time_eq(&self.theirs.to_ascii_lowercase(), signature)
    }

    fn with(&self, ticket: &Held) -> bool {
        let url = self.pasted.url.as_deref().map_or(self.page, without_fragment);
        [self.page, url].iter().any(|address| self.gives(&self.of(ticket, self.nonce, self.timestamp, address)))
    }

    fn cause(&self) -> Said {
        let by = |nonce: &str, timestamp, address: &str| self.gives(&self.of(self.ticket, nonce, timestamp, address));
        if by(self.nonce, self.timestamp, self.page) {
            return w::CAUSE_UPPER.into();
        }
        if self.gives(&camel(self.ticket, self.nonce, self.timestamp, self.page)) {
            return w::CAUSE_CAMEL.into();
        }
        if by(self.nonce, self.timestamp / 1000, self.page) {
            return w::CAUSE_MILLIS.into();
        }
        let address = slip(self.page, self.pasted.url.as_deref(), |address| by(self.nonce, self.timestamp, address));
        address.map(Said::from).or_else(|| self.by_ticket()).or_else(|| self.by_string()).unwrap_or_else(|| self.likely())
    }

    /// Another ticket of ours, of another account's or of the time before.
    fn by_ticket(&self) -> Option<Said> {
        if self.around.others.iter().any(|other| self.with(other)) {
            return Some(w::CAUSE_OTHER_TICKET.into());
        }
        self.around.past.iter().find(|past| self.with(&past.held)).map(|past| {
            let at = |lang| time::moment(past.until, self.around.now, lang);
            Said::new(
                format!("用的是 {} 前的旧票据。页面多半被缓存了，或另有程序存着旧票据。", at(Lang::Zh)),
                format!(
                    "It was signed with the ticket of before {}. Most likely the page is cached, or another program keeps old tickets.",
                    at(Lang::En)
                ),
            )
        })
    }

    /// What the pasted string tells that was signed.
    fn by_string(&self) -> Option<Said> {
        let string = self.pasted.string.as_ref()?;
        let nonce = string.nonce.as_deref().unwrap_or(self.nonce);
        let time = string.timestamp.as_ref().and_then(|text| text.parse().ok()).unwrap_or(self.timestamp);
        if self.gives(&self.of(self.ticket, nonce, time, self.page)) {
            return Some(if nonce == self.nonce { w::STRING_TIME } else { w::STRING_NONCE }.into());
        }
        if string.ticket.contains('•') {
            return None;
        }
        if !self.gives(&hex::encode(Sha1::digest(string.whole.as_bytes()))) {
            return Some(w::CAUSE_NOT_ITS.into());
        }
        let differs = |theirs: &Option<String>, ours: &str| theirs.as_ref().is_some_and(|theirs| theirs != ours);
        let found = [
            (string.camel, w::CAUSE_CAMEL),
            (differs(&string.nonce, self.nonce), w::STRING_NONCE),
            (differs(&string.timestamp, &self.timestamp.to_string()), w::STRING_TIME),
            (!constant_time_eq(&string.ticket, self.ticket.expose()), w::CAUSE_FOREIGN_TICKET),
        ];
        found.into_iter().find(|(holds, _)| *holds).map(|(_, text)| text.into())
    }

    /// Nothing gives the signature: what speaks for itself all the same.
    fn likely(&self) -> Said {
        if let Some(theirs) = self.pasted.url.as_deref().filter(|theirs| *theirs != self.page) {
            return by_address(self.page, theirs).into();
        }
        if self.timestamp.saturating_mul(SECOND).saturating_add(MINUTE) < self.ticket.fetched_at {
            let at = |lang| time::moment(self.ticket.fetched_at, self.around.now, lang);
            return Said::new(
                format!("timestamp 比现在这张票据还早（{} 取到），签名用的是更早的票据。", at(Lang::Zh)),
                format!("timestamp is from before the present ticket ({}): an earlier ticket was signed with.", at(Lang::En)),
            );
        }
        w::CAUSE_UNKNOWN.into()
    }
}

/// The signature of a string in which `nonceStr` was written as `wx.config` writes it.
fn camel(ticket: &Held, nonce: &str, timestamp: i64, signed: &str) -> String {
    let string = format!("jsapi_ticket={}&nonceStr={nonce}&timestamp={timestamp}&url={signed}", ticket.expose());
    hex::encode(Sha1::digest(string.as_bytes()))
}

/// The slip with the address that gives the signature received, if one does.
fn slip(page: &str, theirs: Option<&str>, gives: impl Fn(&str) -> bool) -> Option<Text> {
    let decoded = percent_decode_str(page).decode_utf8_lossy().into_owned();
    let component = utf8_percent_encode(page, NON_ALPHANUMERIC).to_string();
    let bare = page.split('?').next().unwrap_or_default().to_owned();
    let slips = [
        (page.replace('&', "&amp;"), w::CAUSE_ENTITY),
        (decoded, w::CAUSE_DECODED),
        (component, w::CAUSE_ENCODED),
        (other_scheme(page), w::CAUSE_SCHEME),
        (other_slash(page), w::CAUSE_SLASH),
        (without_sharing(page), w::CAUSE_SHARED),
        (bare, w::CAUSE_QUERY),
    ];
    let found = slips.into_iter().find(|(address, _)| address != page && gives(address)).map(|(_, text)| text);
    found.or_else(|| theirs.filter(|theirs| *theirs != page && gives(theirs)).map(|theirs| by_address(page, theirs)))
}

/// What was done to the page's address to make the other one of it.
pub(super) fn by_address(page: &str, theirs: &str) -> Text {
    let cut = without_fragment(theirs);
    if cut == page {
        return w::CAUSE_FRAGMENT;
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let head = |text: &str| text.split('?').next().unwrap_or_default().to_owned();
    match () {
        () if cut.replace("&amp;", "&") == page => w::CAUSE_ENTITY,
        () if cut == other_scheme(page) => w::CAUSE_SCHEME,
        () if cut == other_slash(page) => w::CAUSE_SLASH,
        () if cut == without_sharing(page) => w::CAUSE_SHARED,
        () if cut == head(page) => w::CAUSE_QUERY,
        () if decoded(cut) == page => w::CAUSE_ENCODED,
        () if cut == decoded(page) => w::CAUSE_DECODED,
        () if head(cut) == head(page) => w::CAUSE_QUERY_DIFFERS,
        () => w::CAUSE_OTHER_URL,
    }
}

fn other_scheme(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => String::new(),
    }
}

fn other_slash(url: &str) -> String {
    url.strip_suffix('/').map_or_else(|| format!("{url}/"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://h5.example.com/act/1128?id=7&from=single%20message";

    #[test]
    fn the_usual_slips_are_named() {
        let signed = |instead: &str, pasted: Option<&str>| slip(URL, pasted, |address| address == instead);
        let with_fragment = format!("{URL}#/detail");
        for (instead, cause) in [
            (URL.replace('&', "&amp;"), w::CAUSE_ENTITY),
            (URL.replace("%20", " "), w::CAUSE_DECODED),
            (URL.replace("https", "http"), w::CAUSE_SCHEME),
            (format!("{URL}/"), w::CAUSE_SLASH),
            ("https://h5.example.com/act/1128".into(), w::CAUSE_QUERY),
            ("https://h5.example.com/act/1128?id=7".into(), w::CAUSE_SHARED),
        ] {
            assert_eq!((signed(&instead, None), by_address(URL, &instead)), (Some(cause), cause), "{instead}");
        }
        assert_eq!(signed(&with_fragment, Some(&with_fragment)), Some(w::CAUSE_FRAGMENT));
        assert_eq!(signed("https://h5.example.com/other", Some("https://h5.example.com/other")), Some(w::CAUSE_OTHER_URL));
        assert_eq!((signed("anything", Some(URL)), signed("anything", None)), (None, None));
        assert_eq!(by_address(URL, "https://h5.example.com/act/1128?id=8#x"), w::CAUSE_QUERY_DIFFERS);
        assert_eq!(by_address("https://h5.example.com/", "https%3A%2F%2Fh5.example.com%2F"), w::CAUSE_ENCODED);
    }
}
