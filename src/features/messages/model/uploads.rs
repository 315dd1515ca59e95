//! People chosen by what they have sent for a question; who they are, another feature knows.

use serde::{Deserialize, Serialize};

use crate::shared::lang::Text;

/// How somebody stands with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Upload {
    /// Nothing was sent, or nothing that could be fetched.
    Missing,
    /// Sent, and being fetched.
    Coming,
    /// Here, and not rejected.
    Stored,
    /// Here, and rejected.
    Rejected,
}

impl Upload {
    /// All of them, in the order pages show them.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Coming, Self::Stored, Self::Rejected];

    /// The word of the form.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Coming => "coming",
            Self::Stored => "stored",
            Self::Rejected => "rejected",
        }
    }

    /// Reads [`Upload::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word for people.
    pub const fn name(self) -> Text {
        match self {
            Self::Missing => Text::new("没交", "Not sent"),
            Self::Coming => Text::new("在路上", "On its way"),
            Self::Stored => Text::new("已收到", "Received"),
            Self::Rejected => Text::new("已退回", "Rejected"),
        }
    }
}

/// Who is chosen: whoever stands in one of some ways with a question of a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Uploads {
    /// The title.
    pub title: String,
    /// The question.
    pub question: String,
    /// The ways.
    pub states: Vec<Upload>,
}

/// A question of a title, and how many people stand how with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub question: String,
    /// How many, in the order of [`Upload::ALL`].
    pub counts: [i64; 4],
}

/// The columns that a list of such people has, for variables: what the list calls the person, and the business's own word for them.
pub const UPLOAD_COLUMNS: [&str; 2] = ["name", "user_id"];
