//! What a search finds.

use crate::shared::lang::Text;

/// One place to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its name.
    pub name: String,
    /// A second line, such as an id.
    pub line: String,
    /// The link.
    pub to: String,
}

/// Places of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The kind.
    pub kind: Text,
    /// The places.
    pub hits: Vec<Hit>,
}

/// Whether a text holds what was typed, whatever the case of its letters.
pub fn matches(text: &str, typed: &str) -> bool {
    text.to_lowercase().contains(&typed.to_lowercase())
}

/// Whether what was typed may be a whole openid or user_id: 1–128 characters without controls.
pub fn may_be_an_id(typed: &str) -> bool {
    (1..=128).contains(&typed.chars().count()) && !typed.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_ids_keep_to_their_length() {
        assert!(matches("API keys", "api K") && matches("图片", "片") && !matches("图片", "x"));
        assert!(may_be_an_id("u-1") && !may_be_an_id("") && !may_be_an_id("a\u{7}") && !may_be_an_id(&"字".repeat(129)));
    }
}
