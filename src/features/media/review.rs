//! What people think of a picture, and what may be said about it.

use serde::{Deserialize, Serialize};

use crate::shared::lang::{Lang, Text};

/// The longest reason, in characters.
pub const REASON_MAX: usize = 64;
/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 500;
/// The most reasons an account offers.
pub const REASONS_MAX: usize = 20;
/// The reasons an account offers until somebody changes them. Kept in Chinese, shown in the reader's language.
pub const REASONS: [Text; 5] = [
    Text::new("不是这道题", "Another question's"),
    Text::new("看不清", "Not clear enough"),
    Text::new("有人脸", "Shows a face"),
    Text::new("重复", "Sent before"),
    Text::new("不是自己拍的", "Not their own picture"),
];

/// A reason in the reader's language; one that somebody wrote stays as it was written.
pub fn said(reason: &str, lang: Lang) -> String {
    REASONS.into_iter().find(|known| known.zh == reason).map_or(reason, |known| known.get(lang)).to_owned()
}

/// A reason as it is kept: what a reader of English sees of our own stands for the Chinese.
fn kept(reason: &str) -> &str {
    REASONS.into_iter().find(|known| known.en == reason).map_or(reason, |known| known.zh)
}

/// A judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// To be done again.
    Reject,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Pass, Self::Reject];

    /// The word of the contract and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Reject => "reject",
        }
    }

    /// Reads [`Verdict::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Where a stored picture stands, as lists are filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Judged {
    /// Waits to be looked at.
    Unreviewed,
    /// Was passed.
    Passed,
    /// Was rejected.
    Rejected,
}

impl Judged {
    /// All of them, in the order pages show them.
    pub const ALL: [Self; 3] = [Self::Unreviewed, Self::Passed, Self::Rejected];

    /// The word of a query.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreviewed => "unreviewed",
            Self::Passed => "passed",
            Self::Rejected => "rejected",
        }
    }

    /// Reads [`Judged::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|judged| judged.word() == word)
    }

    /// The word of the database.
    pub const fn kept(self) -> &'static str {
        match self {
            Self::Unreviewed => "none",
            Self::Passed => Verdict::Pass.word(),
            Self::Rejected => Verdict::Reject.word(),
        }
    }
}

/// How a picture was judged. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The judgement.
    pub verdict: Verdict,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// What colleagues should know.
    pub comment: Option<String>,
    /// Who judged, with the kind in front: `user:周敏`.
    pub reviewer: String,
    /// When.
    pub at: i64,
}

impl Review {
    /// The reviewer's name without the kind.
    pub fn name(&self) -> &str {
        name_of(&self.reviewer)
    }
}

/// The name inside a tag such as `user:周敏`.
pub fn name_of(tag: &str) -> &str {
    tag.split_once(':').map_or(tag, |(_, name)| name)
}

/// Reads a list of reasons, one a line: blanks around them and empty or repeated lines are dropped. Our own come back as they are kept,
/// also from a page in English.
///
/// # Errors
/// The first line that is too long, or the number of lines where they are too many or none.
pub fn parse_reasons(typed: &str) -> Result<Vec<String>, Wrong> {
    let mut reasons: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(kept) {
        if line.chars().count() > REASON_MAX || line.chars().any(char::is_control) {
            return Err(Wrong::Line(line.chars().take(REASON_MAX).filter(|c| !c.is_control()).collect()));
        }
        if !reasons.iter().any(|known| known == line) {
            reasons.push(line.to_owned());
        }
    }
    if reasons.is_empty() || reasons.len() > REASONS_MAX { Err(Wrong::Count(reasons.len())) } else { Ok(reasons) }
}

/// What is wrong with a list of reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// None, or more than [`REASONS_MAX`].
    Count(usize),
    /// This line is too long or has control characters.
    Line(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert!(Judged::ALL.into_iter().all(|judged| Judged::parse(judged.word()) == Some(judged)));
        assert_eq!(
            [Verdict::parse("pass"), Verdict::parse("reject"), Verdict::parse("clear")],
            [Some(Verdict::Pass), Some(Verdict::Reject), None]
        );
        assert_eq!((name_of("user:a:b"), name_of("key:erp"), name_of("x")), ("a:b", "erp", "x"));
    }

    #[test]
    fn reasons_are_read_a_line_each() {
        assert_eq!(parse_reasons(" 看不清 \n\n重复\r\n看不清\n"), Ok(vec!["看不清".into(), "重复".into()]));
        let english = REASONS.map(|reason| said(reason.zh, Lang::En)).join("\n") + "\nToo dark\n重复";
        let kept = parse_reasons(&english).expect("a list");
        assert_eq!(kept[..5], REASONS.map(|reason| reason.zh.to_owned()), "an English page changes nothing by being saved");
        assert_eq!((kept[5..].to_vec(), said("Too dark", Lang::Zh)), (vec!["Too dark".to_owned()], "Too dark".to_owned()));
        assert_eq!(parse_reasons(" \n"), Err(Wrong::Count(0)));
        assert_eq!(parse_reasons(&(0..21).map(|n| format!("{n}\n")).collect::<String>()), Err(Wrong::Count(21)));
        assert!(matches!(parse_reasons(&"长".repeat(65)), Err(Wrong::Line(_))));
    }
}
