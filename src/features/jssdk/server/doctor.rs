//! The signature doctor: signs the page's address as the route does, compares with what was pasted, and looks for the reason.

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::{Digest, Sha1};

use super::{sign::sign, url};
use crate::{
    features::{
        accounts::server::Account,
        jssdk::{
            checks::{Check, Outcome, diff, of_address, of_config, of_words, without_sharing},
            model::{Page, UrlFault, parse, without_fragment},
            pages::{Diagnosis, Signed, Verdict},
            pasted::Pasted,
        },
        tokens::server::Held,
    },
    shared::{
        lang::{Said, Text},
        time,
    },
    ui::texts::jssdk as w,
    wechat::signature::{constant_time_eq, string_to_sign},
};

/// Stands for the ticket wherever something is shown.
const MASK: &str = "••••••••";

/// What the doctor works with besides what was typed.
pub(super) struct Surroundings<'a> {
    /// The account whose page it is.
    pub account: &'a Account,
    /// Its ticket, if a valid one is there.
    pub ticket: Option<&'a Held>,
    /// Tickets of the other accounts here: one of them may have been taken by mistake.
    pub others: Vec<Arc<Held>>,
    /// Now, Unix milliseconds.
    pub now: i64,
    /// For a signature that compares with nothing.
    pub nonce: String,
}

/// Examines an address, and what was pasted beside it.
pub(super) fn examine(typed: &str, pasted: &str, around: &Surroundings<'_>) -> Diagnosis {
    let (typed, pasted) = (typed.trim(), Pasted::read(pasted));
    let mut checks = vec![ticket_check(around)];
    checks.extend(of_words(&pasted));
    checks.extend(of_config(&pasted, &around.account.app_id, around.now));
    let allowed = url::check_url(typed, &around.account.js_domains);
    let page = match parse(typed) {
        Ok(page) => page,
        Err(flaw) => {
            checks.push(Check::new(Outcome::Bad, w::CHECK_ADDRESS, url::words(flaw)));
            return refused(Said::from(url::words(flaw)), checks);
        }
    };
    checks.push(domain_check(&page, allowed.is_ok()));
    checks.extend(of_address(typed, &page, &pasted));
    checks.push(Check::new(Outcome::Wait, w::CHECK_SPA, w::SPA_LINE));
    match (allowed, around.ticket) {
        (Err(UrlFault::Malformed(flaw)), _) => refused(url::words(flaw).into(), checks),
        (Err(UrlFault::NotAllowed), _) => refused(w::NOT_ALLOWED.into(), checks),
        (Ok(_), None) => Diagnosis { verdict: Verdict::NoTicket, signed: None, theirs: None, diff: None, checks },
        (Ok(page), Some(ticket)) => compared(page.signed, &pasted, ticket, around, checks),
    }
}

fn refused(why: Said, checks: Vec<Check>) -> Diagnosis {
    Diagnosis { verdict: Verdict::NotSigned(why), signed: None, theirs: None, diff: None, checks }
}

fn compared(signed: &str, pasted: &Pasted, ticket: &Held, around: &Surroundings<'_>, checks: Vec<Check>) -> Diagnosis {
    let timestamp = pasted.timestamp.as_deref().and_then(|text| text.parse().ok()).unwrap_or(around.now / time::SECOND);
    let nonce = pasted.nonce.clone().unwrap_or_else(|| around.nonce.clone());
    let with = |ticket: &Held, address: &str| {
        let hex = sign(ticket.expose(), &nonce, &timestamp.to_string(), address);
        String::from_utf8_lossy(&hex).into_owned()
    };
    let of = |address: &str| with(ticket, address);
    let signature = of(signed);
    let theirs = pasted.signature.clone();
    let verdict = match &theirs {
        None => Verdict::Signed,
        Some(theirs) if constant_time_eq(theirs, &signature) => Verdict::Same,
        Some(theirs) if constant_time_eq(theirs, &camel(ticket, &nonce, timestamp, signed)) => Verdict::Different(w::CAUSE_CAMEL),
        Some(theirs) if around.others.iter().any(|other| constant_time_eq(theirs, &with(other, signed))) => {
            Verdict::Different(w::CAUSE_OTHER_TICKET)
        }
        Some(theirs) => Verdict::Different(reason(signed, pasted, |address| constant_time_eq(theirs, &of(address)))),
    };
    let diff = pasted.url.as_deref().and_then(|theirs| diff(signed, theirs));
    let string = string_to_sign(MASK, &nonce, timestamp, signed);
    let app_id = around.account.app_id.clone();
    Diagnosis { verdict, signed: Some(Signed { app_id, timestamp, nonce, signature, string }), theirs, diff, checks }
}

/// The signature of a string in which `nonceStr` was written as `wx.config` writes it.
fn camel(ticket: &Held, nonce: &str, timestamp: i64, signed: &str) -> String {
    let string = format!("jsapi_ticket={}&nonceStr={nonce}&timestamp={timestamp}&url={signed}", ticket.expose());
    hex::encode(Sha1::digest(string.as_bytes()))
}

/// Why another signature came out: the usual slips are tried until one gives the signature received.
fn reason(signed: &str, pasted: &Pasted, gives: impl Fn(&str) -> bool) -> Text {
    let decoded = percent_decode_str(signed).decode_utf8_lossy().into_owned();
    let component = utf8_percent_encode(signed, NON_ALPHANUMERIC).to_string();
    let other_scheme = match signed.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => String::new(),
    };
    let other_slash = signed.strip_suffix('/').map_or_else(|| format!("{signed}/"), str::to_owned);
    let bare = signed.split('?').next().unwrap_or_default().to_owned();
    let unshared = without_sharing(signed);
    let slips = [
        (signed.replace('&', "&amp;"), w::CAUSE_ENTITY),
        (decoded, w::CAUSE_DECODED),
        (component, w::CAUSE_ENCODED),
        (other_scheme, w::CAUSE_SCHEME),
        (other_slash, w::CAUSE_SLASH),
        (unshared, w::CAUSE_SHARED),
        (bare, w::CAUSE_QUERY),
    ];
    if let Some((_, text)) = slips.into_iter().find(|(address, _)| address != signed && gives(address)) {
        return text;
    }
    match pasted.url.as_deref() {
        Some(theirs) if gives(theirs) && without_fragment(theirs) == signed => w::CAUSE_FRAGMENT,
        Some(theirs) if gives(theirs) || without_fragment(theirs) != signed => w::CAUSE_OTHER_URL,
        _ => w::CAUSE_UNKNOWN,
    }
}

fn ticket_check(around: &Surroundings<'_>) -> Check {
    match around.ticket {
        Some(ticket) => {
            let left = time::span(ticket.expires_at - around.now);
            let line = Said::new(format!("还剩 {left}，属于这个公众号。"), format!("It lasts {left} more and belongs to this account."));
            Check::new(Outcome::Ok, w::CHECK_TICKET, line)
        }
        None => Check::new(Outcome::Bad, w::CHECK_TICKET, w::NO_TICKET_LINE),
    }
}

fn domain_check(page: &Page<'_>, allowed: bool) -> Check {
    let host = page.host;
    if allowed {
        return Check::new(Outcome::Ok, w::CHECK_DOMAIN, Said::new(format!("{host}。"), format!("{host}.")));
    }
    let line = Said::new(
        format!("{host} 不在里面。在公众号后台和这里的公众号设置里都加上它。"),
        format!("{host} is not. Add it in WeChat's console and in the account's settings here."),
    );
    Check::new(Outcome::Bad, w::CHECK_DOMAIN, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://h5.example.com/act/1128?id=7&from=single%20message";

    fn reason_for(signed_instead: &str, pasted_url: Option<&str>) -> Text {
        let pasted = Pasted { url: pasted_url.map(str::to_owned), ..Pasted::default() };
        reason(URL, &pasted, |address| address == signed_instead)
    }

    #[test]
    fn the_usual_slips_are_named() {
        assert_eq!(reason_for(&URL.replace('&', "&amp;"), None), w::CAUSE_ENTITY);
        assert_eq!(reason_for(&URL.replace("%20", " "), None), w::CAUSE_DECODED);
        assert_eq!(reason_for(&URL.replace("https", "http"), None), w::CAUSE_SCHEME);
        assert_eq!(reason_for(&format!("{URL}/"), None), w::CAUSE_SLASH);
        assert_eq!(reason_for("https://h5.example.com/act/1128", None), w::CAUSE_QUERY);
        assert_eq!(reason_for("https://h5.example.com/act/1128?id=7", None), w::CAUSE_SHARED);
        let with_fragment = format!("{URL}#/detail");
        assert_eq!(reason_for(&with_fragment, Some(&with_fragment)), w::CAUSE_FRAGMENT);
        assert_eq!(reason_for("https://h5.example.com/other", Some("https://h5.example.com/other")), w::CAUSE_OTHER_URL);
        assert_eq!(reason_for("anything", Some(URL)), w::CAUSE_UNKNOWN);
        assert_eq!(reason_for("anything", None), w::CAUSE_UNKNOWN);
    }
}
