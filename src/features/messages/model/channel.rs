//! By which of WeChat's calls a message goes out.

/// The call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A template message.
    #[default]
    Template,
    /// A subscribe notification. WeChat takes no number of ours with it, so a call that was not answered can never be repeated safely.
    Subscribe,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Template, Self::Subscribe];

    /// The word it is kept and told by.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Subscribe => "subscribe",
        }
    }

    /// Reads a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}
