//! How people stand with the questions of a title: the cells, rows and columns of the progress board.

use crate::{shared::lang::Text, ui::texts::board as w};

/// How somebody stands with a question: the best of the pictures they sent for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing, or nothing that could be fetched.
    #[default]
    Missing,
    /// Rejected.
    Rejected,
    /// Being fetched.
    Coming,
    /// Here, not judged yet.
    Stored,
    /// Here and passed.
    Passed,
}

impl Standing {
    /// By the rank that the store gives it, the better the higher.
    pub const fn of_rank(rank: i64) -> Self {
        match rank {
            5 => Self::Passed,
            4 => Self::Stored,
            3 => Self::Coming,
            2 => Self::Rejected,
            _ => Self::Missing,
        }
    }

    /// The rank that [`Standing::of_rank`] reads.
    pub const fn rank(self) -> i64 {
        match self {
            Self::Passed => 5,
            Self::Stored => 4,
            Self::Coming => 3,
            Self::Rejected => 2,
            Self::Missing => 1,
        }
    }

    /// Its name.
    pub const fn name(self) -> Text {
        match self {
            Self::Missing => w::MISSING,
            Self::Rejected => w::REJECTED,
            Self::Coming => w::COMING,
            Self::Stored => w::STORED,
            Self::Passed => w::PASSED,
        }
    }

    /// Whether something usable is here.
    pub const fn here(self) -> bool {
        matches!(self, Self::Stored | Self::Passed)
    }
}

/// A question, and how many people stand how with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The question.
    pub question: String,
    /// Here, passed or not judged yet.
    pub here: i64,
    /// On its way.
    pub coming: i64,
    /// Rejected.
    pub rejected: i64,
    /// Nothing at all.
    pub missing: i64,
}

impl Column {
    /// Counts another question's people in.
    pub const fn add(&mut self, other: &Self) {
        self.here += other.here;
        self.coming += other.coming;
        self.rejected += other.rejected;
        self.missing += other.missing;
    }
}

/// A person's answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How they stand.
    pub standing: Standing,
    /// The picture.
    pub picture: Option<String>,
    /// Whether it has a thumbnail.
    pub thumb: bool,
    /// Whether it was asked for again and waits for the next one.
    pub asked: bool,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The business's own word for the person.
    pub user_id: String,
    /// What the list calls the person.
    pub name: String,
    /// Whether the person stands on the list.
    pub listed: bool,
    /// One for each column.
    pub cells: Vec<Cell>,
}

impl Row {
    /// How many questions are here.
    pub fn here(&self) -> usize {
        self.cells.iter().filter(|cell| cell.standing.here()).count()
    }

    /// What people call the person.
    pub fn called(&self) -> String {
        if self.name.is_empty() { self.user_id.clone() } else { self.name.clone() }
    }
}
