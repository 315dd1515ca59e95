//! The first few of a batch go alone; receipts decide whether the others follow. And the brake on a batch that is refused too often.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::shared::{
    error::FieldError,
    lang::{Said, Text},
    time::MINUTE,
};

/// The most people who may go first.
pub const MOST_FIRST: i64 = 1000;
/// How long receipts of the first few are waited for once the last of them was sent (milliseconds). They come within seconds (§10.4).
pub const PATIENCE: i64 = 30 * MINUTE;
/// How many answers the brake looks back.
pub const WINDOW: usize = 100;
/// Refusals among [`WINDOW`] answers, in percent, at which a batch stops where the rules say nothing.
pub const BRAKE: i64 = 50;

/// How many people go first, and how many percent of them must have received it before the others follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// People who go first, 1 to 1,000.
    pub first: i64,
    /// Percent of them, 1 to 100.
    pub percent: i64,
}

impl Canary {
    /// What is wrong with the two numbers, by field name.
    pub fn faults(self, first: &str, percent: &str) -> Vec<FieldError> {
        let wrong = |field: &str, number: i64, most: i64| {
            let detail = Said::new(format!("写 1 到 {most} 的整数"), format!("A whole number from 1 to {most}"));
            (!(1..=most).contains(&number)).then(|| FieldError::new(field, "out_of_range", detail))
        };
        [wrong(first, self.first, MOST_FIRST), wrong(percent, self.percent, 100)].into_iter().flatten().collect()
    }

    /// Reads two fields of a form; both empty is none.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn read(first: (&str, &str), percent: (&str, &str)) -> Result<Option<Self>, Vec<FieldError>> {
        if first.1.is_empty() && percent.1.is_empty() {
            return Ok(None);
        }
        if let Some(empty) = [first, percent].into_iter().find(|(_, typed)| typed.is_empty()) {
            let detail = Text::new("人数和比例要一起填", "Number and percentage belong together");
            return Err(vec![FieldError::new(empty.0, "missing", detail)]);
        }
        let canary = Self { first: first.1.parse().unwrap_or(0), percent: percent.1.parse().unwrap_or(0) };
        let faults = canary.faults(first.0, percent.0);
        if faults.is_empty() { Ok(Some(canary)) } else { Err(faults) }
    }
}

/// Where the first few of a batch stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Not called yet, or on the way.
    pub open: i64,
    /// Taken by WeChat, receipt to come.
    pub accepted: i64,
    /// Received.
    pub delivered: i64,
    /// Everything else: refused, uncertain, dropped.
    pub lost: i64,
    /// When the last of them was taken or ended (Unix milliseconds).
    pub last_at: i64,
}

/// What the first few say about the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omen {
    /// Too early to say.
    Wait,
    /// Enough received it.
    Go,
    /// Too many did not, whatever may still come.
    Stop,
    /// Receipts stayed away.
    Silent,
}

impl Trial {
    /// Whether the others may follow, at a moment (Unix milliseconds).
    pub fn omen(&self, percent: i64, now: i64) -> Omen {
        let all = self.open + self.accepted + self.delivered + self.lost;
        let enough = |received: i64| received * 100 >= percent * all;
        match () {
            () if enough(self.delivered) => Omen::Go,
            () if !enough(self.delivered + self.accepted + self.open) => Omen::Stop,
            () if self.open == 0 && now - self.last_at >= PATIENCE => Omen::Silent,
            () => Omen::Wait,
        }
    }
}

/// The last answers to a batch's calls.
#[derive(Clone, Debug, Default)]
pub struct Brake(VecDeque<bool>);

impl Brake {
    /// Takes one answer in; says whether it is time to stop. Looks back afresh then.
    pub fn trips(&mut self, refused: bool, percent: i64) -> bool {
        if self.0.len() == WINDOW {
            self.0.pop_front();
        }
        self.0.push_back(refused);
        let refusals = self.0.iter().filter(|refused| **refused).count();
        let trips = percent > 0 && self.0.len() == WINDOW && refusals * 100 >= usize::try_from(percent).unwrap_or(100) * WINDOW;
        if trips {
            self.0.clear();
        }
        trips
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_decide_as_soon_as_they_can() {
        let omen = |open, accepted, delivered, lost, now| Trial { open, accepted, delivered, lost, last_at: 0 }.omen(90, now);
        assert_eq!(omen(10, 0, 0, 0, 0), Omen::Wait);
        assert_eq!(omen(0, 1, 9, 0, 0), Omen::Go, "nine of ten are enough");
        assert_eq!(omen(0, 1, 8, 1, 0), Omen::Wait, "the last receipt decides");
        assert_eq!(omen(0, 0, 8, 2, 0), Omen::Stop);
        assert_eq!(omen(8, 0, 0, 2, 0), Omen::Stop, "not even the rest could make up for it");
        assert_eq!(omen(0, 10, 0, 0, PATIENCE - 1), Omen::Wait);
        assert_eq!(omen(0, 10, 0, 0, PATIENCE), Omen::Silent);
        assert_eq!(omen(1, 9, 0, 0, PATIENCE), Omen::Wait, "one is still to be called");
        assert_eq!(Trial { delivered: 1, ..Trial::default() }.omen(100, 0), Omen::Go);
    }

    #[test]
    fn the_brake_needs_a_whole_window_and_begins_again_after_it() {
        let mut brake = Brake::default();
        assert!(!(0..99).any(|_| brake.trips(true, 50)), "too few answers to judge by");
        assert!(brake.trips(false, 50));
        assert!(!(0..99).any(|_| brake.trips(true, 50)), "resumed, it looks back afresh");
        let mut mild = Brake::default();
        assert!(!(0..1000).any(|at| mild.trips(at % 100 < 49, 50)), "49 in any hundred");
        let mut off = Brake::default();
        assert!(!(0..1000).any(|_| off.trips(true, 0)));
    }

    #[test]
    fn two_fields_belong_together() {
        let read = |first, percent| Canary::read(("canary_first", first), ("canary_percent", percent));
        assert_eq!(read("", ""), Ok(None));
        assert_eq!(read("50", "90"), Ok(Some(Canary { first: 50, percent: 90 })));
        for (first, percent, field) in
            [("50", "", "canary_percent"), ("", "90", "canary_first"), ("0", "90", "canary_first"), ("5", "101", "canary_percent")]
        {
            assert_eq!(read(first, percent).expect_err("refused")[0].field, field);
        }
    }
}
