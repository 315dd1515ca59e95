//! How fast an account sends: evenly, and never more than the rate within any second.

use std::collections::{HashMap, VecDeque};

/// The window is a little longer than a second, so that what leaves us evenly does not bunch up on the way into more than the rate.
const WINDOW: i64 = 1_010;
/// The most that leave in one go, as a share of the rate: a fiftieth of a second's worth, so that timers need not be finer than they are.
const STRIDES: i64 = 50;
/// Timers ring late; what that cost is made up for, up to so many microseconds.
const LATE: i64 = 50_000;

/// How much later than its reading of the clock a caller may come (milliseconds).
const SKEW: i64 = 5_000;

/// The sendings of the last second, by account. A rate of 0 means no cap.
pub struct Pace {
    rate: usize,
    rows: HashMap<String, Row>,
}

#[derive(Default)]
struct Row {
    /// When the messages of the last second left (milliseconds).
    sent: VecDeque<i64>,
    /// When the next one is due, were they to leave one by one (microseconds).
    due: i64,
}

impl Pace {
    /// A pace of `rate` messages a second.
    pub fn new(rate: u32) -> Self {
        let mut pace = Self { rate: 0, rows: HashMap::new() };
        pace.keep_to(rate);
        pace
    }

    /// Changes the rate.
    pub fn keep_to(&mut self, rate: u32) {
        self.rate = usize::try_from(rate).unwrap_or(usize::MAX);
    }

    /// Takes a place in the row.
    ///
    /// # Errors
    /// Milliseconds after which there is one.
    pub fn take(&mut self, app_id: &str, now: i64) -> Result<(), i64> {
        if self.rate == 0 {
            return Ok(());
        }
        let row = self.rows.entry(app_id.to_owned()).or_default();
        // A clock that was set back would make the past look like the future; then the row begins anew. Somebody who looked at it a moment
        // before another did is only late.
        if row.sent.back().is_some_and(|last| *last > now + SKEW) {
            *row = Row::default();
        }
        let now = row.sent.back().map_or(now, |last| now.max(*last));
        while row.sent.front().is_some_and(|first| now - first >= WINDOW) {
            row.sent.pop_front();
        }
        if row.sent.len() >= self.rate {
            return Err(row.sent.front().map_or(1, |first| (first + WINDOW - now).max(1)));
        }
        let (rate, at) = (i64::try_from(self.rate).unwrap_or(i64::MAX), now * 1000);
        let span = WINDOW * 1000 / rate;
        if row.sent.is_empty() || row.due < at - LATE {
            row.due = at;
        }
        if row.due - span * ((rate / STRIDES).max(1) - 1) > at {
            // Till a whole stride may go again.
            return Err(((row.due - at) / 1000).max(1));
        }
        row.due += span;
        row.sent.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks every millisecond for ten seconds; when each message left.
    fn ten_seconds(rate: u32) -> Vec<i64> {
        let mut pace = Pace::new(rate);
        (0..10_000).flat_map(|now| (0..rate + 5).map(move |_| now)).filter(|now| pace.take("a", *now).is_ok()).collect()
    }

    #[test]
    fn nearly_the_rate_and_never_more_in_any_second() {
        for rate in [1, 3, 50, 500] {
            let left = ten_seconds(rate);
            let most = (0..9_000).step_by(7).map(|from| left.iter().filter(|at| (from..from + 1000).contains(*at)).count()).max();
            assert!(most <= Some(rate as usize), "{rate}/s sent {most:?} in one second");
            assert!(left.len() as f64 >= f64::from(rate) * 10.0 * 0.97, "{rate}/s: {} in ten seconds", left.len());
        }
    }

    #[test]
    fn late_timers_cost_nothing() {
        let mut pace = Pace::new(500);
        let (mut now, mut left) = (0, Vec::new());
        for late in (0..4).cycle() {
            while pace.take("a", now).is_ok() {
                left.push(now);
            }
            now += pace.take("a", now).expect_err("enough for now") + late;
            if now >= 10_000 {
                break;
            }
        }
        assert!(left.len() >= 4_850, "{} in ten seconds", left.len());
        let most = (0..9_000).map(|from| left.iter().filter(|at| (from..from + 1000).contains(*at)).count()).max();
        assert!(most <= Some(500), "{most:?} in one second");
    }

    #[test]
    fn callers_who_read_the_clock_earlier_do_not_begin_the_row_anew() {
        let mut pace = Pace::new(500);
        let mut left: Vec<i64> = Vec::new();
        for now in 0..10_000 {
            // Two workers take turns; one of them read the clock three milliseconds ago.
            for read in [now, now - 3] {
                while pace.take("a", read).is_ok() {
                    left.push(now);
                }
            }
        }
        let most = (0..9_000).map(|from| left.iter().filter(|at| (from..from + 1000).contains(*at)).count()).max();
        assert!(most <= Some(500), "{most:?} in one second");
        assert!((4_850..=5_010).contains(&left.len()), "{} in ten seconds", left.len());
    }

    #[test]
    fn they_leave_evenly_and_accounts_have_their_own() {
        let left = ten_seconds(500);
        let most = (0..9_900).map(|from| left.iter().filter(|at| (from..from + 100).contains(*at)).count()).max();
        assert!(most <= Some(60), "{most:?} in a tenth of a second");
        let mut pace = Pace::new(1);
        assert_eq!((pace.take("a", 0), pace.take("b", 0)), (Ok(()), Ok(())));
        assert!(pace.take("a", 500).is_err_and(|wait| wait <= WINDOW));
        assert_eq!(pace.take("a", -50_000), Ok(()), "a clock set back does not stop the sending");
        assert!((0..1000).all(|_| Pace::new(0).take("a", 0).is_ok()));
    }
}
