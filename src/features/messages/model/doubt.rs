//! What a person may do about messages of which nobody knows whether WeChat took them.

use super::MessageState;

/// A person's word on uncertain messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Send them again: who got it already gets it twice.
    Again,
    /// They arrived.
    Delivered,
    /// They did not.
    Failed,
}

impl Ruling {
    /// All of them, in the order pages offer them.
    pub const ALL: [Self; 3] = [Self::Again, Self::Delivered, Self::Failed];

    /// The word of forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Again => "send_again",
            Self::Delivered => "mark_delivered",
            Self::Failed => "mark_failed",
        }
    }

    /// Reads [`Ruling::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruling| ruling.word() == word)
    }

    /// What becomes of the messages.
    pub const fn makes(self) -> MessageState {
        match self {
            Self::Again => MessageState::Queued,
            Self::Delivered => MessageState::Delivered,
            Self::Failed => MessageState::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert!(Ruling::ALL.into_iter().all(|ruling| Ruling::parse(ruling.word()) == Some(ruling)));
        assert_eq!((Ruling::parse("retry"), Ruling::Failed.makes()), (None, MessageState::Failed));
    }
}
