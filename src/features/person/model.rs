//! What happened with a person.

/// What sort of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A message was filed for them.
    Message,
    /// WeChat's receipt came.
    Receipt,
    /// A picture of theirs was filed.
    Picture,
    /// WeChat pushed something they did.
    Push,
    /// They came back from WeChat's web authorization.
    Visit,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Message, Self::Receipt, Self::Picture, Self::Push, Self::Visit];

    /// The word of the query.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Receipt => "receipt",
            Self::Picture => "picture",
            Self::Push => "push",
            Self::Visit => "visit",
        }
    }

    /// Reads [`Sort::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// One entry of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When (Unix milliseconds).
    pub at: i64,
    /// What sort of thing.
    pub sort: Sort,
    /// Its id; with [`Happening::at`] the place on the line.
    pub id: String,
    /// The template's title, the picture's, WeChat's name of the event, the scope.
    pub title: String,
    /// The word of its state, where it has one.
    pub state: String,
    /// The message a receipt belongs to.
    pub of: Option<String>,
}

impl Happening {
    /// Its place on the line.
    pub fn place(&self) -> Place {
        Place { at: self.at, key: format!("{}{}", self.sort.word(), self.id) }
    }

    /// Where the next page begins.
    pub fn cursor(&self) -> String {
        let Place { at, key } = self.place();
        format!("{at}-{key}")
    }
}

/// A place on the line: earlier than this moment, or then with a smaller key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The moment (Unix milliseconds).
    pub at: i64,
    /// Sort and id of the last entry seen.
    pub key: String,
}

impl Place {
    /// The newest end.
    pub fn newest() -> Self {
        Self { at: i64::MAX, key: String::new() }
    }

    /// Reads [`Happening::cursor`]; nonsense is the newest end.
    pub fn parse(text: &str) -> Self {
        let read = text.split_once('-').and_then(|(at, key)| Some(Self { at: at.parse().ok()?, key: key.chars().take(64).collect() }));
        read.unwrap_or_else(Self::newest)
    }
}

/// Everything the page is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The openid or user_id that was asked for.
    pub id: String,
    /// By which WeChat knows them, if at all.
    pub openid: String,
    /// What else they are called by: the openid of a user_id, or the user_ids of an openid, as lists of people have it.
    pub others: Vec<String>,
    /// Remark or nickname where WeChat tells one, or the name on a list of people.
    pub name: Option<String>,
    /// Whether they follow; `None` for somebody who never did, as far as we know.
    pub following: Option<bool>,
    /// Since when, or since when no more (Unix milliseconds).
    pub since: Option<i64>,
    /// Names of their tags.
    pub tags: Vec<String>,
    /// What happened, newest first.
    pub happenings: Vec<Happening>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether this is not the first page.
    pub later: bool,
}

/// How much is kept about a name, counted to a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Pictures, also those in the bin.
    pub pictures: i64,
    /// Messages to them.
    pub messages: i64,
    /// Receipts, pushes and web authorizations.
    pub events: i64,
    /// Whether they are on the list of followers.
    pub listed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_back_and_nonsense_begins_anew() {
        let one = Happening { at: 7, sort: Sort::Visit, id: "ab-c".into(), title: String::new(), state: String::new(), of: None };
        assert_eq!(Place::parse(&one.cursor()), Place { at: 7, key: "visitab-c".into() });
        for nonsense in ["", "x", "x-y"] {
            assert_eq!(Place::parse(nonsense), Place::newest());
        }
        assert!(Sort::ALL.into_iter().all(|sort| Sort::parse(sort.word()) == Some(sort)));
    }
}
