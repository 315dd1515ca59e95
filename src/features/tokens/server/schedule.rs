//! When WeChat is asked again: ahead of the end, after failures, after refusals. Rules only; times in Unix milliseconds.

use crate::{
    features::{accounts::model::TokenMode, tokens::model::Kind},
    shared::time::{HOUR, MINUTE, SECOND, day_number, day_start},
    wechat,
};

/// Spread of the refresh ahead of the end, so that many accounts do not ask in one second.
pub const JITTER: i64 = 60 * SECOND;
/// The stretch before its end in which stable_token changes (docs/wechat-api.md §2.2).
const TOKEN_MARGIN: i64 = 5 * MINUTE;
/// A ticket's number may be too high if another system fetched it first (docs/wechat-api.md §3).
const TICKET_MARGIN: i64 = 500 * SECOND;
/// How often WeChat is asked again inside the margin, while it still gives the same one.
const TOKEN_AGAIN: i64 = MINUTE;
const TICKET_AGAIN: i64 = 2 * MINUTE;

/// Forced refreshes a day (China's) that happen by themselves.
pub const FORCED_BY_ITSELF: u32 = 3;
/// Forced refreshes a day in all; WeChat's own limit.
pub const FORCED_A_DAY: u32 = 20;
/// WeChat ignores forced refreshes closer than this.
pub const FORCED_APART: i64 = 30 * SECOND;
/// Between two refreshes by hand.
pub const ASKED_APART: i64 = MINUTE;

/// The moment to ask for the next one. `asked_at` is when WeChat last gave this one, `jitter` lies in `0..=JITTER`.
pub fn next_ask(kind: Kind, asked_at: i64, expires_at: i64, jitter: i64) -> i64 {
    let (margin, again) = match kind {
        Kind::AccessToken => (TOKEN_MARGIN, TOKEN_AGAIN),
        Kind::JsapiTicket | Kind::CardTicket => (TICKET_MARGIN, TICKET_AGAIN),
    };
    let left = expires_at - asked_at;
    if left > margin + JITTER { expires_at - margin - jitter } else { asked_at + again.min((left / 2).max(SECOND)) }
}

/// After a failure: until when nobody asks, and whether callers may ask at all then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Until when nobody asks.
    pub until: i64,
    /// Only the worker asks after that (each time once); callers are told to come back later.
    pub closed: bool,
}

/// The pause after the `failures`-th failure in a row (from 1). `chance` is random in `0..1000`.
pub fn pause(error: &wechat::Error, failures: u32, now: i64, chance: i64) -> Pause {
    let growing = |first: i64| {
        let most = (first << failures.saturating_sub(1).min(6)).min(MINUTE);
        Pause { until: now + most / 2 + most / 2 * chance / 1000, closed: false }
    };
    let closed = |span: i64| Pause { until: now + span, closed: true };
    match error.errcode() {
        None if error.is_retryable() => growing(SECOND),
        None => growing(5 * SECOND),
        Some(-1) => growing(SECOND),
        // The quota comes back at midnight in China, or when somebody clears it; one look an hour finds out.
        Some(45009) => closed(HOUR.min(day_start(day_number(now) + 1) - now).max(SECOND)),
        // The administrator refused this address: an hour, or a day, of silence. Or: the account has no right to the call.
        Some(89506 | 89507) => closed(10 * MINUTE),
        Some(48001 | 48004) => closed(HOUR),
        // A person has to mend something. The worker looks each minute at first, then ever less; 重新获取 looks at once.
        Some(_) => closed((MINUTE << failures.saturating_sub(3).min(4)).min(10 * MINUTE)),
    }
}

/// What is remembered about refused tokens of one account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refusals {
    /// When a refusal last led to a fetch.
    pub at: i64,
    /// How many did, each soon after the one before.
    pub row: u32,
}

impl Refusals {
    /// Refusals further apart than this have nothing to do with each other.
    const APART: i64 = 10 * MINUTE;

    /// Takes note of a fetch that a refusal led to.
    pub fn note(&mut self, now: i64) {
        self.row = if (now - self.at).abs() < Self::APART { self.row.saturating_add(1) } else { 1 };
        self.at = now;
    }

    fn rest_over(&self, now: i64) -> bool {
        // The first two are free: a token may well die twice, say when a leaked one is ended by two forced refreshes.
        let rest = if self.row < 2 { 0 } else { ((30 * SECOND) << (self.row - 2).min(5)).min(Self::APART) };
        now >= self.at + rest || now < self.at
    }
}

/// Why no refresh can be forced now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// None is left today.
    Today,
    /// Too soon after the last; from then on (Unix milliseconds).
    Until(i64),
}

/// Forced refreshes of one account today.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ration {
    day: i64,
    used: u32,
    last_at: i64,
}

impl Ration {
    /// What the history says: how many today, and when the last was.
    pub fn known(used_today: u32, last_at: i64, now: i64) -> Self {
        Self { day: day_number(now), used: used_today, last_at }
    }

    /// Spends one of `most` a day, if one is left and may take effect now.
    ///
    /// # Errors
    /// None left today, or too soon after the last.
    pub fn take(&mut self, most: u32, now: i64) -> Result<(), Shortage> {
        if self.left(most, now) == 0 {
            return Err(Shortage::Today);
        }
        if now < self.ready_at(now) {
            return Err(Shortage::Until(self.ready_at(now)));
        }
        self.spend(now);
        Ok(())
    }

    /// Takes note of a forced refresh that is about to happen.
    pub fn spend(&mut self, now: i64) {
        *self = Self { day: day_number(now), used: self.used(now) + 1, last_at: now };
    }

    /// How many of `most` are left today.
    pub fn left(&self, most: u32, now: i64) -> u32 {
        most.saturating_sub(self.used(now))
    }

    /// From when the next one takes effect.
    pub fn ready_at(&self, now: i64) -> i64 {
        if self.last_at > now { now } else { self.last_at + FORCED_APART }
    }

    fn used(&self, now: i64) -> u32 {
        if self.day == day_number(now) { self.used } else { 0 }
    }
}

/// What a refusal of the present token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask WeChat as usual.
    Fetch,
    /// Force a new one.
    Force,
    /// Nothing: asking more would only be hammering.
    GiveUp,
}

/// Decides what a refusal leads to. `confirmed`: WeChat gave this very token again after it had been refused before.
pub fn after_refusal(mode: TokenMode, confirmed: bool, refusals: &Refusals, ration: &Ration, now: i64) -> Step {
    if mode == TokenMode::Stable && confirmed {
        let free = ration.left(FORCED_BY_ITSELF, now) > 0 && now >= ration.ready_at(now);
        return if free { Step::Force } else { Step::GiveUp };
    }
    if refusals.rest_over(now) { Step::Fetch } else { Step::GiveUp }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_327_569_000;

    fn refused(errcode: i64) -> wechat::Error {
        wechat::Error::Platform { errcode, errmsg: String::new(), rid: None }
    }

    #[test]
    fn tokens_are_renewed_five_to_six_minutes_ahead_and_asked_each_minute_inside() {
        let end = NOW + 7200 * SECOND;
        assert_eq!(next_ask(Kind::AccessToken, NOW, end, 0), end - 300 * SECOND);
        assert_eq!(next_ask(Kind::AccessToken, NOW, end, JITTER), end - 360 * SECOND);
        let asked = end - 330 * SECOND;
        assert_eq!(next_ask(Kind::AccessToken, asked, end, 30_000), asked + MINUTE, "the same one came back");
        assert_eq!(next_ask(Kind::AccessToken, end - 10 * SECOND, end, 0), end - 5 * SECOND);
        assert_eq!(next_ask(Kind::AccessToken, end, end, 0), end + SECOND, "never at once");
    }

    #[test]
    fn tickets_keep_a_margin_of_at_least_five_hundred_seconds() {
        let end = NOW + 7200 * SECOND;
        for jitter in [0, JITTER / 2, JITTER] {
            assert!(end - next_ask(Kind::JsapiTicket, NOW, end, jitter) >= 500 * SECOND);
        }
        assert_eq!(next_ask(Kind::JsapiTicket, end - 520 * SECOND, end, 0), end - 400 * SECOND);
    }

    #[test]
    fn trouble_on_the_way_pauses_grow_to_a_minute_and_stay_open() {
        let spans: Vec<_> = (1..10).map(|n| pause(&wechat::Error::Timeout, n, 0, 1000).until / SECOND).collect();
        assert_eq!(spans, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        for error in [refused(-1), wechat::Error::Network(String::new()), wechat::Error::TooLarge] {
            assert!(!pause(&error, 1, NOW, 500).closed, "{error}");
        }
        assert!(pause(&wechat::Error::Timeout, 5, 0, 0).until < pause(&wechat::Error::Timeout, 5, 0, 999).until);
    }

    #[test]
    fn wechat_is_left_alone_after_errors_that_calls_make_worse() {
        for errcode in [40001, 40013, 40125, 40164, 40243, 45011, 61004, 89501, 89503] {
            let spans: Vec<_> = (1..9).map(|n| pause(&refused(errcode), n, 0, 0).until / MINUTE).collect();
            assert_eq!(spans, [1, 1, 1, 2, 4, 8, 10, 10], "{errcode}");
            assert!(pause(&refused(errcode), 1, NOW, 0).closed, "{errcode}");
        }
        assert_eq!(pause(&refused(45009), 1, NOW, 0), Pause { until: NOW + HOUR, closed: true });
        let midnight = day_start(day_number(NOW) + 1);
        assert_eq!(pause(&refused(45009), 1, midnight - 10 * MINUTE, 0).until, midnight);
    }

    #[test]
    fn the_first_refusals_fetch_then_rests_grow() {
        let (mut refusals, ration) = (Refusals::default(), Ration::default());
        let step = |refusals: &Refusals, now| after_refusal(TokenMode::Classic, false, refusals, &ration, now);
        assert_eq!(step(&refusals, NOW), Step::Fetch);
        refusals.note(NOW);
        assert_eq!(step(&refusals, NOW), Step::Fetch);
        refusals.note(NOW);
        assert_eq!(step(&refusals, NOW + 29 * SECOND), Step::GiveUp);
        assert_eq!(step(&refusals, NOW + 30 * SECOND), Step::Fetch);
        refusals.note(NOW + 30 * SECOND);
        assert_eq!(step(&refusals, NOW + 89 * SECOND), Step::GiveUp);
        assert_eq!(step(&refusals, NOW + 90 * SECOND), Step::Fetch);
        assert_eq!(step(&refusals, NOW - HOUR), Step::Fetch, "a clock that jumps back does not lock us out");
        refusals.note(NOW + HOUR);
        assert_eq!(refusals.row, 1, "an hour later is another story");
    }

    #[test]
    fn a_forced_refresh_is_spent_where_it_is_found() {
        let mut ration = Ration::default();
        assert_eq!(ration.take(2, NOW), Ok(()));
        assert_eq!(ration.take(2, NOW), Err(Shortage::Until(NOW + FORCED_APART)));
        assert_eq!(ration.take(2, NOW + FORCED_APART), Ok(()));
        assert_eq!(ration.take(2, NOW + HOUR), Err(Shortage::Today));
    }

    #[test]
    fn forcing_by_itself_is_rationed_by_day_and_by_distance() {
        let (refusals, mut ration, mut forced, mut now) = (Refusals::default(), Ration::known(0, 0, NOW), 0, day_start(day_number(NOW)));
        let end = now + 24 * HOUR;
        let mut last = 0;
        while now < end {
            if after_refusal(TokenMode::Stable, true, &refusals, &ration, now) == Step::Force {
                assert!(now - last >= FORCED_APART);
                (forced, last) = (forced + 1, now);
                ration.spend(now);
            }
            now += SECOND;
        }
        assert_eq!(forced, FORCED_BY_ITSELF);
        assert_eq!(ration.left(FORCED_A_DAY, end - 1), FORCED_A_DAY - FORCED_BY_ITSELF);
        assert_eq!(after_refusal(TokenMode::Stable, true, &refusals, &ration, end), Step::Force, "a new day");
        assert_eq!(after_refusal(TokenMode::Classic, true, &refusals, &ration, NOW), Step::Fetch, "classic has nothing to force");
    }
}
