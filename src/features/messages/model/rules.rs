//! What an account's operator laid down about sending.

use crate::shared::{
    error::FieldError,
    lang::{Said, Text},
    time::{DAY, MINUTE, day_number, day_start},
};

use super::{BRAKE, Canary};

/// Minutes in a day.
const MINUTES: i64 = 24 * 60;
/// The highest weekly cap.
const MOST_A_WEEK: i64 = 1000;
/// The largest batch.
const MOST_IN_A_BATCH: i64 = 100_000;

/// A stretch of each day in which nothing goes out, in minutes after midnight in China; it may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Its first minute.
    pub from: i64,
    /// The minute in which sending goes on.
    pub to: i64,
}

impl Quiet {
    /// When the quiet that reigns at `now` is over (Unix milliseconds); `None` where none does.
    pub fn until(self, now: i64) -> Option<i64> {
        let midnight = day_start(day_number(now));
        let minute = (now - midnight) / MINUTE;
        let within = if self.from <= self.to { (self.from..self.to).contains(&minute) } else { minute >= self.from || minute < self.to };
        let end = midnight + self.to * MINUTE;
        within.then_some(if end > now { end } else { end + DAY })
    }

    /// When the next quiet begins after `now` (Unix milliseconds).
    pub fn next(self, now: i64) -> i64 {
        let begin = day_start(day_number(now)) + self.from * MINUTE;
        if begin > now { begin } else { begin + DAY }
    }

    /// `22:00–08:00`.
    pub fn words(self) -> String {
        format!("{}–{}", clock(self.from), clock(self.to))
    }
}

/// The rules of one account; without any, everything goes out at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Quiet hours.
    pub quiet: Option<Quiet>,
    /// The most messages to one person within seven days.
    pub weekly_cap: Option<i64>,
    /// A batch of more people than this, made on a page, waits for a second administrator.
    pub approve_above: Option<i64>,
    /// How the review page suggests to begin: with a few people alone.
    pub canary: Option<Canary>,
    /// Refusals among the last hundred answers, in percent, at which a batch stops; 0: never.
    pub brake_percent: i64,
    /// Whether a call that was never answered is left to a person, instead of repeated under its number.
    pub ask_unsure: bool,
    /// Hosts that links may lead to, as `server/rules/links.rs` reads them; empty: anywhere.
    pub link_hosts: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            quiet: None,
            weekly_cap: None,
            approve_above: None,
            canary: None,
            brake_percent: BRAKE,
            ask_unsure: false,
            link_hosts: Vec::new(),
        }
    }
}

impl Rules {
    /// Whether a batch of so many, made on a page, waits for a second administrator.
    pub fn needs_approval(&self, people: usize) -> bool {
        self.approve_above.is_some_and(|above| i64::try_from(people).unwrap_or(i64::MAX) > above)
    }
}

/// The rules as a form holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedRules {
    /// `22:00`, or nothing.
    pub quiet_from: String,
    /// `08:00`, or nothing.
    pub quiet_to: String,
    /// A number, or nothing.
    pub weekly_cap: String,
    /// A number, or nothing.
    pub approve_above: String,
    /// A number, or nothing.
    pub canary_first: String,
    /// A number, or nothing.
    pub canary_percent: String,
    /// A number, or nothing: never.
    pub brake_percent: String,
    /// Whether the box is ticked.
    pub ask_unsure: bool,
    /// Hosts, one a line.
    pub link_hosts: String,
}

impl From<Rules> for TypedRules {
    fn from(rules: Rules) -> Self {
        let number = |value: Option<i64>| value.map(|number| number.to_string()).unwrap_or_default();
        Self {
            quiet_from: rules.quiet.map(|quiet| clock(quiet.from)).unwrap_or_default(),
            quiet_to: rules.quiet.map(|quiet| clock(quiet.to)).unwrap_or_default(),
            weekly_cap: number(rules.weekly_cap),
            approve_above: number(rules.approve_above),
            canary_first: number(rules.canary.map(|canary| canary.first)),
            canary_percent: number(rules.canary.map(|canary| canary.percent)),
            brake_percent: number(Some(rules.brake_percent).filter(|percent| *percent > 0)),
            ask_unsure: rules.ask_unsure,
            link_hosts: rules.link_hosts.join("\n"),
        }
    }
}

impl TypedRules {
    /// Reads the form; what its hosts come to is found where addresses are known.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn read(&self, link_hosts: Result<Vec<String>, FieldError>) -> Result<Rules, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut number = |field: &str, typed: &str, least: i64, most: i64| {
            if typed.is_empty() {
                return None;
            }
            let read = typed.parse().ok().filter(|number| (least..=most).contains(number));
            if read.is_none() {
                let detail =
                    Said::new(format!("写 {least} 到 {most} 的整数，或留空"), format!("A whole number from {least} to {most}, or nothing"));
                faults.push(FieldError::new(field, "out_of_range", detail));
            }
            read
        };
        let weekly_cap = number("weekly_cap", &self.weekly_cap, 1, MOST_A_WEEK);
        let approve_above = number("approve_above", &self.approve_above, 0, MOST_IN_A_BATCH);
        let brake_percent = number("brake_percent", &self.brake_percent, 1, 100).unwrap_or(0);
        let canary = Canary::read(("canary_first", &self.canary_first), ("canary_percent", &self.canary_percent));
        let canary = canary.unwrap_or_else(|wrong| {
            faults.extend(wrong);
            None
        });
        let quiet = match (minute(&self.quiet_from), minute(&self.quiet_to)) {
            _ if self.quiet_from.is_empty() && self.quiet_to.is_empty() => None,
            (Some(from), Some(to)) if from != to => Some(Quiet { from, to }),
            (from, _) => {
                let field = if from.is_none() { "quiet_from" } else { "quiet_to" };
                let detail =
                    Text::new("写两个不同的时间，如 22:00 和 08:00，或都留空", "Two different times such as 22:00 and 08:00, or neither");
                faults.push(FieldError::new(field, "not_a_time", detail));
                None
            }
        };
        let link_hosts = link_hosts.unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        let rules = Rules { quiet, weekly_cap, approve_above, canary, brake_percent, ask_unsure: self.ask_unsure, link_hosts };
        if faults.is_empty() { Ok(rules) } else { Err(faults) }
    }
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `08:30`, as a time field gives it, in minutes; some browsers add seconds.
fn minute(typed: &str) -> Option<i64> {
    let mut parts = typed.split(':');
    let (hour, minute) = (parts.next()?.parse::<i64>().ok()?, parts.next()?.parse::<i64>().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute).filter(|all| *all < MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::time::HOUR;

    /// Midnight in China on 2026-11-22.
    const MIDNIGHT: i64 = 1_795_276_800_000;

    #[test]
    fn quiet_passes_midnight_and_ends_on_time() {
        let night = Quiet { from: 22 * 60, to: 8 * 60 };
        let at = |hour: i64, minute: i64| MIDNIGHT + hour * HOUR + minute * MINUTE;
        assert_eq!(night.until(at(21, 59)), None);
        assert_eq!(night.until(at(22, 0)), Some(at(32, 0)));
        assert_eq!(night.until(at(0, 0)), Some(at(8, 0)));
        assert_eq!(night.until(at(7, 59)), Some(at(8, 0)));
        assert_eq!(night.until(at(8, 0)), None);
        let noon = Quiet { from: 12 * 60, to: 13 * 60 + 30 };
        assert_eq!((noon.until(at(11, 59)), noon.until(at(12, 0)), noon.until(at(13, 30))), (None, Some(at(13, 30)), None));
        assert_eq!(night.words(), "22:00–08:00");
    }

    #[test]
    fn a_form_is_read_whole_or_refused_by_field() {
        let rules = Rules {
            quiet: Some(Quiet { from: 1320, to: 480 }),
            weekly_cap: Some(3),
            approve_above: Some(0),
            canary: Some(Canary { first: 50, percent: 90 }),
            brake_percent: 30,
            ask_unsure: true,
            link_hosts: vec!["h5.qinghe.example".into()],
        };
        assert_eq!(TypedRules::from(rules.clone()).read(Ok(rules.link_hosts.clone())), Ok(rules));
        assert_eq!(TypedRules::from(Rules::default()).read(Ok(vec![])), Ok(Rules::default()));
        assert_eq!(
            TypedRules::default().read(Ok(vec![])),
            Ok(Rules { brake_percent: 0, ..Rules::default() }),
            "an empty field takes the brake off"
        );
        let wrong = TypedRules {
            quiet_from: "22:00".into(),
            quiet_to: "24:00".into(),
            weekly_cap: "0".into(),
            approve_above: "viele".into(),
            canary_first: "10".into(),
            brake_percent: "101".into(),
            ..TypedRules::default()
        };
        let fields: Vec<_> = wrong
            .read(Err(FieldError::new("link_hosts", "bad_host", Text::new("", ""))))
            .expect_err("refused")
            .into_iter()
            .map(|fault| fault.field)
            .collect();
        assert_eq!(fields, ["weekly_cap", "approve_above", "brake_percent", "canary_percent", "quiet_to", "link_hosts"]);
        let half = TypedRules { quiet_to: "08:00".into(), ..TypedRules::default() };
        assert_eq!(half.read(Ok(vec![])).expect_err("refused")[0].field, "quiet_from");
    }
}
