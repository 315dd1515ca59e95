//! The API as its page shows it.

use crate::shared::lang::Said;

/// A parameter of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `query`, `path` or `header`.
    pub place: Said,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub meaning: Said,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its pattern.
    pub path: String,
    /// What it does, in a line.
    pub summary: Said,
    /// More, if there is more to say.
    pub description: Said,
    /// The scope a key needs; empty for calls without a key.
    pub scopes: Vec<String>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// What the body holds, where there is one.
    pub body: Option<Said>,
    /// Status and meaning of each answer.
    pub answers: Vec<(String, Said)>,
    /// Failures that it shares with others.
    pub shared: Vec<(String, Said)>,
    /// A `curl` command.
    pub example: Said,
}

impl Operation {
    /// The name of its place on the page.
    pub fn anchor(&self) -> String {
        let words: String = self.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("{}{}", self.method.to_lowercase(), words.trim_end_matches('-'))
    }
}

/// What we tell endpoints of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The word of each event, and what it means.
    pub events: Vec<(String, Said)>,
    /// Headers of a delivery.
    pub headers: Vec<Parameter>,
    /// The body of one.
    pub example: String,
}

/// Calls about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The word of the description, and the name of its place on the page.
    pub tag: String,
    /// The thing.
    pub name: Said,
    /// Its calls, by path.
    pub operations: Vec<Operation>,
}
