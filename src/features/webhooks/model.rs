//! What can be told, how often it is tried, and what pages show of it.

use crate::shared::time::{DAY, HOUR, MINUTE, SECOND};

/// What can be told: the words of the field `type`, and what they mean.
pub use crate::ui::texts::webhooks::KINDS as TYPES;

/// The type of the event that a button sends; nobody subscribes to it.
pub const TEST: &str = "webhook.test";

/// Whether an endpoint can ask for a type.
pub fn is_offered(word: &str) -> bool {
    word != TEST && TYPES.iter().any(|(known, _)| *known == word)
}

/// The pauses after the first, second … failed attempt (milliseconds), as Standard Webhooks proposes them; after the last of these nothing
/// more is tried.
pub const LADDER: [i64; 9] = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/// After so long with nothing but failures an endpoint is switched off (milliseconds).
pub const GIVE_UP_AFTER: i64 = 5 * DAY;
/// After so long without a failure a new one begins a new trouble; longer than the longest pause of the ladder (milliseconds).
pub const QUIET: i64 = 2 * DAY;
/// How long the secret before the last also signs (milliseconds).
pub const OVERLAP: i64 = DAY;
/// How long events and their deliveries are kept (milliseconds).
pub const KEPT: i64 = 30 * DAY;
/// The most endpoints of one account; each may have several deliveries under way.
pub const MOST_ENDPOINTS: i64 = 10;
/// The longest description (characters).
pub const LONGEST_DESCRIPTION: usize = 100;
/// Spans of the form that replays what failed (hours).
pub const REPLAY_HOURS: [i64; 4] = [1, 24, 72, 720];

/// The pause after the `attempts`-th failed attempt; `None` once nothing more is tried.
pub fn pause(attempts: i64) -> Option<i64> {
    usize::try_from(attempts - 1).ok().and_then(|at| LADDER.get(at)).copied()
}

/// An endpoint, without its secrets. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// AppID of the account it hears of.
    pub app_id: String,
    /// Where events go.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// The types it wants.
    pub types: Vec<String>,
    /// Whether it may lie in the own network.
    pub inside: bool,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Why it was switched off, if nobody did.
    pub stopped: Option<Stopped>,
    /// Since when nothing but failures came back.
    pub failing_since: Option<i64>,
    /// Until when a secret before the last also signs.
    pub old_until: Option<i64>,
    /// When it was added.
    pub created_at: i64,
}

impl Endpoint {
    /// What people know it by.
    pub fn name(&self) -> &str {
        if self.description.is_empty() { &self.url } else { &self.description }
    }
}

/// Why an endpoint was switched off without anybody's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It answered 410 Gone.
    Gone,
    /// Nothing but failures for days.
    Failing,
}

impl Stopped {
    /// The word of the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// Reads [`Stopped::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Gone, Self::Failing].into_iter().find(|known| known.word() == word)
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be tried, or tried again.
    Pending,
    /// Answered with 2xx.
    Delivered,
    /// Given up.
    Failed,
}

impl State {
    /// The word of the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Reads [`State::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Delivered, Self::Failed].into_iter().find(|known| known.word() == word)
    }
}

/// One event on its way to one endpoint. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The event's id, the header `webhook-id`.
    pub event_id: String,
    /// The event's type.
    pub kind: String,
    /// How it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: i64,
    /// The last answer's HTTP status.
    pub status: Option<i64>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// When it was last tried.
    pub last_at: Option<i64>,
    /// When it was put down.
    pub created_at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_has_ten_rungs_the_first_at_once() {
        assert_eq!((pause(0), pause(1), pause(2), pause(9), pause(10)), (None, Some(5_000), Some(300_000), Some(24 * HOUR), None));
        assert!(LADDER.iter().sum::<i64>() < GIVE_UP_AFTER && LADDER.iter().all(|pause| pause * 11 / 10 < QUIET));
    }

    #[test]
    fn every_type_is_offered_but_the_test() {
        assert!(TYPES.iter().all(|(word, _)| is_offered(word) == (*word != TEST)));
        assert!(!is_offered("message.accepted") && !is_offered(""));
    }
}
