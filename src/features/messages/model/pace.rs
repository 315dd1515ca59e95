//! How long a sending takes, and when it is over.

use super::{Allowance, Quiet};
use crate::shared::time::{day_number, day_start};

/// The most stretches a sending is followed through; what takes longer than so many nights has no end worth telling.
const MOST_STRETCHES: usize = 400;

/// What decides how fast an account sends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Messages the account sends in a second.
    pub rate: f64,
    /// Other batches that share it now.
    pub others: i64,
    /// Hours in which nothing goes out.
    pub quiet: Option<Quiet>,
    /// The day's quota.
    pub allowance: Allowance,
}

impl Pace {
    /// When the first of a sending from `start` on goes out (Unix milliseconds).
    pub fn begins(&self, start: i64) -> i64 {
        self.quiet.and_then(|quiet| quiet.until(start)).unwrap_or(start)
    }

    /// When the last of `count` messages is out (Unix milliseconds), told at `now`; what the day's quota does not hold waits for the next.
    pub fn ends(&self, start: i64, count: i64, now: i64) -> i64 {
        let share = self.rate / (self.others.max(0) + 1) as f64;
        let (mut at, mut open) = (start, count);
        let mut left = if day_number(start) == day_number(now) { self.allowance.left() } else { self.allowance.limit };
        for _ in 0..MOST_STRETCHES {
            let now_out = open.min(left);
            if now_out > 0 {
                at = ends_at(at, now_out, share, self.quiet);
                open -= now_out;
            }
            if open == 0 {
                break;
            }
            (at, left) = (day_start(day_number(at) + 1), self.allowance.limit.max(1));
        }
        at
    }
}

/// When the last of `count` messages is out that go from `start` on (Unix milliseconds), so many a second, resting in the quiet hours.
pub fn ends_at(start: i64, count: i64, rate: f64, quiet: Option<Quiet>) -> i64 {
    let mut open = (count as f64 * 1000.0 / rate.max(0.001)).ceil() as i64;
    let Some(quiet) = quiet else { return start + open };
    let mut at = quiet.until(start).unwrap_or(start);
    for _ in 0..MOST_STRETCHES {
        let rests = quiet.next(at);
        if at + open <= rests {
            break;
        }
        open -= rests - at;
        at = quiet.until(rests).unwrap_or(rests);
    }
    at + open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::time::{HOUR, MINUTE, SECOND};

    /// Midnight in China on 2026-11-22.
    const MIDNIGHT: i64 = 1_795_276_800_000;
    const NIGHT: Option<Quiet> = Some(Quiet { from: 22 * 60, to: 8 * 60 });

    #[test]
    fn messages_take_their_time_and_rest_in_the_quiet_hours() {
        let noon = MIDNIGHT + 12 * HOUR;
        assert_eq!(ends_at(noon, 12_300, 50.0, None) - noon, 246 * SECOND, "4 minutes and 6 seconds");
        assert_eq!(ends_at(noon, 12_300, 50.0, NIGHT) - noon, 246 * SECOND, "far from the night");
        assert_eq!(ends_at(noon, 1, 1000.0, NIGHT) - noon, 1);
        let late = MIDNIGHT + 23 * HOUR;
        assert_eq!(ends_at(late, 100, 50.0, NIGHT), MIDNIGHT + 32 * HOUR + 2 * SECOND, "not before the morning");
        let evening = MIDNIGHT + 22 * HOUR - MINUTE;
        assert_eq!(ends_at(evening, 50 * 90, 50.0, NIGHT), MIDNIGHT + 32 * HOUR + 30 * SECOND, "two thirds today, the rest tomorrow");
        assert_eq!(ends_at(evening, 50 * 60, 50.0, NIGHT), MIDNIGHT + 22 * HOUR, "just in time");
        assert!(ends_at(noon, 100_000, 0.0, NIGHT) > noon, "never without end");
    }

    #[test]
    fn others_take_their_share_and_the_quota_its_days() {
        let noon = MIDNIGHT + 12 * HOUR;
        let pace = Pace { rate: 50.0, ..Pace::default() };
        assert_eq!(pace.ends(noon, 1000, noon) - noon, 20 * SECOND);
        assert_eq!(Pace { others: 2, ..pace }.ends(noon, 1000, noon) - noon, 60 * SECOND);
        let scarce = Pace { allowance: Allowance { limit: 500, used: 400, told: true }, ..pace };
        assert_eq!(scarce.ends(noon, 100, noon) - noon, 2 * SECOND);
        assert_eq!(scarce.ends(noon, 700, noon), MIDNIGHT + 48 * HOUR + 2 * SECOND, "100 today, 500 tomorrow, 100 the day after");
        assert_eq!(scarce.ends(noon + 24 * HOUR, 500, noon), noon + 24 * HOUR + 10 * SECOND, "tomorrow's quota is whole");
        let quiet = Pace { quiet: NIGHT, ..pace };
        assert_eq!((quiet.begins(noon), quiet.begins(MIDNIGHT)), (noon, MIDNIGHT + 8 * HOUR));
    }
}
