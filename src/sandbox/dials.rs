//! Fault dials: what goes wrong on purpose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{event::Event, state::Change};

/// What goes wrong on purpose. All off by default. Counts say how many of the next matching calls are hit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dials {
    /// Only calls whose path starts with this are hit by the faults below (receipts and limits excepted); `None` = all.
    pub path: Option<String>,
    /// Waiting time before each call is worked on.
    pub delay_ms: u64,
    /// Next calls answered -1.
    pub busy: u32,
    /// Share of calls answered -1, in percent.
    pub busy_percent: u8,
    /// Share of calls answered with HTTP 502 and a page, in percent.
    pub bad_gateway_percent: u8,
    /// Next calls with an access token answered 40001.
    pub stale_token: u32,
    /// Next calls answered 45009.
    pub quota: u32,
    /// Next sends answered 43004.
    pub unfollow: u32,
    /// Next calls whose connection is cut before anything is done.
    pub cut: u32,
    /// Next calls that are carried out, and whose connection is cut instead of an answer.
    pub cut_after_accept: u32,
    /// How the next `garbage_next` answers are spoiled.
    pub garbage: Option<Garbage>,
    /// How many answers are spoiled.
    pub garbage_next: u32,
    /// Token calls are answered 40164 with this address.
    pub ip_denied: Option<String>,
    /// Token calls are answered 40125.
    pub secret_wrong: bool,
    /// client_msg_id is not looked at: repeats are delivered again.
    pub ignore_client_msg_id: bool,
    /// OAuth visitors are snapshot-page visitors.
    pub snapshot: bool,
    /// Extra waiting time of receipts.
    pub receipt_late_ms: u64,
    /// Share of receipts that never come, in percent.
    pub receipt_missing_percent: u8,
    /// Share of receipts that come twice, in percent.
    pub receipt_doubled_percent: u8,
    /// Share of receipts that name their message by 0, in percent.
    pub receipt_zero_percent: u8,
    /// Share of sends that are answered with a msgid of 0, in percent.
    pub msgid_zero_percent: u8,
    /// How long new tokens and tickets live (s), instead of two hours: a short life makes their users come often.
    pub life_s: Option<u32>,
    /// Daily limits by path, instead of the built-in ones.
    pub daily_limits: BTreeMap<String, u64>,
}

/// A kind of spoiled answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// An HTML error page; the call is not carried out.
    Html,
    /// An empty body; the call is not carried out.
    Empty,
    /// A body of 100 MB; the call is not carried out.
    Huge,
    /// The first half of the true answer.
    Half,
    /// The true answer with its numbers as strings.
    StringErrcode,
    /// The true answer with raw control characters and a broken byte in a string.
    Control,
}

/// The fault that hits one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Cut,
    CutAfter,
    BadGateway,
    Garbage(Garbage),
    Code(i64, &'static str),
    IpDenied(String),
}

impl Fault {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::CutAfter => "cut_after_accept",
            Self::BadGateway => "bad_gateway",
            Self::Garbage(_) => "garbage",
            Self::Code(_, name) => name,
            Self::IpDenied(_) => "ip_denied",
        }
    }
}

/// What kind of call asks, for the faults that hit some kinds only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Fetches an access token.
    Fetch,
    /// Needs an access token.
    Token,
    /// Needs an access token and reaches a follower.
    Send,
    /// Everything else.
    Open,
}

/// Decides which fault hits a call and counts it down.
pub(super) fn draw(change: &mut Change<'_>, path: &str, sort: Sort) -> Option<Fault> {
    let before = change.state.dials.clone();
    if before.path.as_ref().is_some_and(|scope| !path.starts_with(scope.as_str())) {
        return None;
    }
    let mut dials = before.clone();
    let fault = choose(&mut dials, sort, |percent| percent > 0 && change.chance.below(100) < u64::from(percent));
    if dials != before {
        change.record(Event::DialsSet { dials: Box::new(dials) });
    }
    fault
}

fn choose(dials: &mut Dials, sort: Sort, hit: impl Fn(u8) -> bool) -> Option<Fault> {
    if spend(&mut dials.cut) {
        return Some(Fault::Cut);
    }
    if spend(&mut dials.cut_after_accept) {
        return Some(Fault::CutAfter);
    }
    if hit(dials.bad_gateway_percent) {
        return Some(Fault::BadGateway);
    }
    if let Some(kind) = dials.garbage
        && spend(&mut dials.garbage_next)
    {
        return Some(Fault::Garbage(kind));
    }
    if spend(&mut dials.busy) || hit(dials.busy_percent) {
        return Some(Fault::Code(-1, "busy"));
    }
    if sort == Sort::Fetch {
        if let Some(address) = &dials.ip_denied {
            return Some(Fault::IpDenied(address.clone()));
        }
        if dials.secret_wrong {
            return Some(Fault::Code(40125, "secret_wrong"));
        }
    }
    if spend(&mut dials.quota) {
        return Some(Fault::Code(45009, "quota"));
    }
    if matches!(sort, Sort::Token | Sort::Send) && spend(&mut dials.stale_token) {
        return Some(Fault::Code(40001, "stale_token"));
    }
    if sort == Sort::Send && spend(&mut dials.unfollow) {
        return Some(Fault::Code(43004, "unfollow"));
    }
    None
}

fn spend(left: &mut u32) -> bool {
    let hit = *left > 0;
    *left = left.saturating_sub(1);
    hit
}
