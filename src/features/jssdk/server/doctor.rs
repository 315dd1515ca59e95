//! The signature doctor: signs the page's address as the route does, compares with what was pasted, and looks for the reason.

use std::sync::Arc;

use super::{
    compare::{Compared, compare},
    url,
};
use crate::{
    features::{
        accounts::server::Account,
        jssdk::{
            checks::{Check, Outcome, of_address, of_config, of_words},
            failure::Ground,
            found::{Diagnosis, Verdict},
            model::{Page, UrlFault, parse, without_fragment},
            pasted::{Pasted, Signed as Pieces},
        },
        tokens::server::{Held, Past},
    },
    shared::{
        lang::{Lang, Said},
        time,
    },
    ui::texts::jssdk as w,
    wechat::{self, codes, signature::constant_time_eq},
};

/// Stands for the ticket wherever something is shown.
pub(super) const MASK: &str = "••••••••";

/// What the doctor works with besides what was typed.
pub(super) struct Surroundings<'a> {
    /// The account whose page it is.
    pub account: &'a Account,
    /// Its ticket, if a valid one is there.
    pub ticket: Option<&'a Held>,
    /// Its tickets of before, as far as they are remembered.
    pub past: Vec<Past>,
    /// What WeChat last answered instead of a ticket.
    pub trouble: Option<wechat::Error>,
    /// Tickets of the other accounts here: one of them may have been taken by mistake.
    pub others: Vec<Arc<Held>>,
    /// Now, Unix milliseconds.
    pub now: i64,
    /// For a signature that compares with nothing.
    pub nonce: String,
}

/// Examines an address, and what was pasted beside it; at least one of them is there.
pub(super) fn examine(typed: &str, pasted: &Pasted, around: &Surroundings<'_>) -> Diagnosis {
    let typed = Some(typed.trim()).filter(|typed| !typed.is_empty());
    let address = typed.or(pasted.real.as_deref()).or(pasted.url.as_deref());
    let found = match address {
        Some(address) => of_page(address, pasted, around),
        None => without_page(pasted, around),
    };
    Diagnosis { address: address.map(str::to_owned), ..found }
}

/// Without an address only the words and the config can be looked at.
fn without_page(pasted: &Pasted, around: &Surroundings<'_>) -> Diagnosis {
    let checks = first_checks(pasted, around);
    let verdict = found(&checks, pasted).unwrap_or(Verdict::Open(if pasted.code { w::CODE_LINE } else { w::OPEN_ADDRESS }));
    Diagnosis { checks, ..Diagnosis::of(verdict) }
}

fn of_page(address: &str, pasted: &Pasted, around: &Surroundings<'_>) -> Diagnosis {
    let mut checks = first_checks(pasted, around);
    let allowed = url::check_url(address, &around.account.js_domains);
    let page = match parse(address) {
        Ok(page) => page,
        Err(flaw) => {
            checks.push(Check::new(Outcome::Bad, w::CHECK_ADDRESS, url::words(flaw)));
            return Diagnosis { checks, ..Diagnosis::of(Verdict::NotSigned(url::words(flaw).into())) };
        }
    };
    let compared = around.ticket.map(|ticket| compare(page.signed, pasted, ticket, around));
    let right = compared.as_ref().is_some_and(|compared| matches!(compared.verdict, Verdict::Same));
    checks.push(domain_check(&page, allowed.is_ok()));
    checks.extend(pasted.real.as_deref().and_then(|real| real_check(real, &page)));
    checks.extend(of_address(address, &page, pasted.url.as_deref().filter(|_| !right)));
    checks.push(Check::new(Outcome::Wait, w::CHECK_SPA, w::SPA_LINE));
    match (allowed, compared) {
        (Err(UrlFault::Malformed(flaw)), _) => Diagnosis { checks, ..Diagnosis::of(Verdict::NotSigned(url::words(flaw).into())) },
        (Err(UrlFault::NotAllowed), _) => Diagnosis { checks, ..Diagnosis::of(Verdict::NotSigned(w::NOT_ALLOWED.into())) },
        (Ok(_), None) => Diagnosis { checks, ..Diagnosis::of(Verdict::NoTicket(around.trouble.as_ref().map(explained))) },
        (Ok(_), Some(compared)) => judged(compared, pasted, checks),
    }
}

/// A right signature is no clean bill while something else would be refused, nor is a signature that was compared with nothing.
fn judged(compared: Compared, pasted: &Pasted, checks: Vec<Check>) -> Diagnosis {
    let Compared { verdict, signed, diff } = compared;
    let verdict = match verdict {
        Verdict::Same => found(&checks, pasted).unwrap_or(Verdict::Same),
        Verdict::Signed => found(&checks, pasted).unwrap_or(match () {
            () if pasted.code => Verdict::Open(w::CODE_LINE),
            () if pasted.words.is_some() => Verdict::Open(w::OPEN_CONFIG),
            () => Verdict::Signed,
        }),
        other => other,
    };
    Diagnosis { verdict, signed: Some(signed), theirs: pasted.signature.clone(), diff, address: None, checks }
}

/// The first thing that is wrong: what the config holds, what WeChat says, the address; the ticket, which comes first in the list, last.
fn found(checks: &[Check], pasted: &Pasted) -> Option<Verdict> {
    let ground = pasted.words.as_deref().and_then(Ground::of_words);
    let own = |check: &&Check| check.outcome == Outcome::Bad && ground.is_none_or(|ground| check.title != ground.title());
    let (ticket, rest) = checks.split_first()?;
    let config = rest.iter().find(|check| own(check) && w::OF_CONFIG.contains(&check.title));
    let line = |check: &Check| Verdict::Found(w::FOUND, check.line.clone());
    config
        .map(line)
        .or_else(|| ground.map(|ground| Verdict::Found(ground.title(), ground.fix().into())))
        .or_else(|| rest.iter().chain([ticket]).find(own).map(line))
}

/// The checks that need no address.
fn first_checks(pasted: &Pasted, around: &Surroundings<'_>) -> Vec<Check> {
    let mut checks = vec![ticket_check(around)];
    checks.extend(of_words(pasted));
    checks.extend(of_config(pasted, &around.account.app_id, around.now));
    checks.extend(pasted.string.as_ref().and_then(|string| string_ticket(string, around)));
    checks
}

fn ticket_check(around: &Surroundings<'_>) -> Check {
    match (around.ticket, &around.trouble) {
        (Some(ticket), _) => {
            let left = time::span(ticket.expires_at - around.now);
            let since = |lang| time::moment(ticket.fetched_at, around.now, lang);
            let line = Said::new(
                format!("{} 取到，还剩 {left}，属于这个公众号。", since(Lang::Zh)),
                format!("Fetched {}; it lasts {left} more and belongs to this account.", since(Lang::En)),
            );
            Check::new(Outcome::Ok, w::CHECK_TICKET, line)
        }
        (None, Some(error)) => Check::new(Outcome::Bad, w::CHECK_TICKET, explained(error)),
        (None, None) => Check::new(Outcome::Bad, w::CHECK_TICKET, w::NO_TICKET_LINE),
    }
}

/// Why WeChat gives no ticket, with its code.
fn explained(error: &wechat::Error) -> Said {
    let wechat::Error::Platform { errcode, errmsg, .. } = error else { return w::UNREACHED.into() };
    let bare = |text: String| text.trim_end_matches(['。', '.']).to_owned();
    let (reason, hint) = (|zh| bare(codes::reason(*errcode, errmsg, zh)), |zh| bare(codes::hint(*errcode, zh)));
    Said::new(format!("{}（{errcode}）：{}。", reason(true), hint(true)), format!("{} ({errcode}). {}.", reason(false), hint(false)))
}

/// Whose ticket stands in the string that was signed. The ticket itself is compared and never shown.
fn string_ticket(string: &Pieces, around: &Surroundings<'_>) -> Option<Check> {
    let ours = around.ticket.filter(|_| !string.ticket.contains('•'))?;
    let is = |held: &Held| constant_time_eq(&string.ticket, held.expose());
    let check = |outcome, line: Said| Some(Check::new(outcome, w::CHECK_STRING_TICKET, line));
    if is(ours) {
        return check(Outcome::Ok, w::STRING_TICKET_OURS.into());
    }
    if let Some(past) = around.past.iter().find(|past| is(&past.held)) {
        let at = |lang| time::moment(past.until, around.now, lang);
        let zh = format!("这是 {} 前的旧票据。票据要每次向本服务取，不要自己存。", at(Lang::Zh));
        return check(Outcome::Bad, Said::new(zh, format!("It is the ticket of before {}. Ask here each time, keep none.", at(Lang::En))));
    }
    let other = around.others.iter().any(|other| is(other));
    check(Outcome::Bad, if other { w::CAUSE_OTHER_TICKET } else { w::STRING_TICKET_UNKNOWN }.into())
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

/// WeChat tells which address it compared: it has to be the page's.
fn real_check(real: &str, page: &Page<'_>) -> Option<Check> {
    if without_fragment(real) == page.signed {
        return None;
    }
    let line = Said::new(
        format!("微信核对的是 {real}，不是这里填的地址。"),
        format!("WeChat compared {real}, which is not the address entered here."),
    );
    Some(Check::new(Outcome::Bad, w::CHECK_REAL, line))
}
