//! What an official account is, without its secrets.

use serde::{Deserialize, Serialize};

/// Which call fetches the access token (docs/wechat-api.md §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenMode {
    /// `stable_token`: repeated calls give the same token.
    #[default]
    Stable,
    /// `token`: every fetch throws the previous one out.
    Classic,
}

impl TokenMode {
    /// The word of the command line and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Classic => "classic",
        }
    }

    /// Reads [`TokenMode::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Stable, Self::Classic].into_iter().find(|mode| mode.word() == word)
    }
}

/// How WeChat's pushes are protected (docs/wechat-api.md §10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallbackMode {
    /// Signed, readable.
    #[default]
    Plain,
    /// Readable and encrypted side by side.
    Compatible,
    /// Encrypted only.
    Safe,
}

impl CallbackMode {
    /// The word of the command line and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compatible => "compatible",
            Self::Safe => "safe",
        }
    }

    /// Reads [`CallbackMode::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Plain, Self::Compatible, Self::Safe].into_iter().find(|mode| mode.word() == word)
    }
}

/// Whether a text may be an AppID: 1–64 of `A-Za-z0-9_-`.
pub fn is_app_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_app_id;

    #[test]
    fn app_ids_keep_to_their_letters() {
        assert!(is_app_id("wx0123456789abcdef") && is_app_id("a_-Z"));
        for bad in ["", "wx 1", "wx/1", "微信", &"a".repeat(65)] {
            assert!(!is_app_id(bad), "{bad}");
        }
    }
}
