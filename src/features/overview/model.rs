//! What the overview shows, as plain data.

use super::todo::Todo;

/// A part of the page, or the word that it could not be read.
pub type Part<T> = Result<T, Unread>;

/// A part that could not be read; the log knows why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread;

/// What the page shows. A part that is `None` is not this person's affair.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The first steps, while the account is new.
    pub steps: Option<Steps>,
    /// Messages of today and yesterday.
    pub sends: Option<Part<(Day, Day)>>,
    /// Messages a day, as WeChat last told or as is usual.
    pub quota: i64,
    /// Pictures of today.
    pub pictures: Option<Part<Pictures>>,
    /// Followers.
    pub followers: Option<Part<Followers>>,
    /// What needs somebody.
    pub todos: Part<Vec<Todo>>,
    /// The last 14 days, oldest first.
    pub trend: Option<Part<Vec<Day>>>,
    /// The last sends.
    pub recent: Option<Part<Vec<Recent>>>,
    /// The access token.
    pub token: Option<Token>,
    /// The newest pictures.
    pub newest: Option<Part<Vec<Thumb>>>,
}

/// The first steps of a new account, each with whether it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// An account is connected.
    pub connected: bool,
    /// Its templates were synchronised.
    pub templates: bool,
    /// A first message was sent.
    pub sent: bool,
}

/// The messages of one day in China, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Its first millisecond.
    pub start: i64,
    /// Receipt: delivered.
    pub delivered: i64,
    /// Taken by WeChat, no receipt yet.
    pub accepted: i64,
    /// Refused, or receipt: not delivered.
    pub failed: i64,
    /// No answer came.
    pub unknown: i64,
}

impl Day {
    /// All that went out.
    pub const fn sent(&self) -> i64 {
        self.delivered + self.accepted + self.failed + self.unknown
    }

    /// Delivered of those whose end is known, in tenths of a percent; `None` while nothing is known.
    pub fn rate(&self) -> Option<i64> {
        let known = self.delivered + self.failed;
        (known > 0).then(|| (self.delivered * 1000 + known / 2) / known)
    }
}

/// The pictures of today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Filed since midnight.
    pub today: i64,
    /// Filed on the whole day before.
    pub yesterday: i64,
    /// How many people filed today's.
    pub people: i64,
}

/// The followers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followers {
    /// Now.
    pub following: i64,
    /// More than on Monday; negative when more left than came.
    pub week: i64,
}

/// How a send stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some wait or are under way.
    Running,
    /// All that ended were delivered.
    Done,
    /// WeChat took all; receipts are missing.
    Taken,
    /// Some failed.
    Partly,
    /// None was delivered.
    Failed,
    /// Stopped.
    Cancelled,
}

/// One of the last sends: messages that were sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Id of its newest message.
    pub id: String,
    /// The template's title.
    pub title: String,
    /// The first recipient, as this person may see them.
    pub recipient: String,
    /// How many recipients.
    pub total: i64,
    /// How many have it.
    pub delivered: i64,
    /// How it stands.
    pub outcome: Outcome,
    /// Who sent, such as `user:周敏`.
    pub actor: String,
    /// When (Unix milliseconds).
    pub at: i64,
}

/// The account's access token and ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// When the token was fetched and when it ends (Unix milliseconds).
    pub token: Option<(i64, i64)>,
    /// When the ticket ends (Unix milliseconds).
    pub ticket_until: Option<i64>,
    /// When it is fetched anew by itself (Unix milliseconds).
    pub next_at: Option<i64>,
    /// Whether the last fetch failed.
    pub failing: bool,
}

/// A picture of the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumb {
    /// Its id.
    pub id: String,
    /// What it is of.
    pub title: String,
    /// Who sent it.
    pub user_id: String,
    /// When (Unix milliseconds).
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_counts_only_what_is_known() {
        let day = |delivered, accepted, failed| Day { delivered, accepted, failed, ..Day::default() };
        assert_eq!(day(0, 50, 0).rate(), None);
        assert_eq!(day(992, 500, 8).rate(), Some(992));
        assert_eq!(day(0, 0, 3).rate(), Some(0));
        assert_eq!(day(2, 0, 1).rate(), Some(667));
        assert_eq!(day(1, 2, 3).sent(), 6);
    }
}
