//! What an official account is, without its secrets.

use serde::{Deserialize, Serialize};

use crate::shared::lang::{Said, Text};

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

/// How one part of the check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// Works.
    Ok,
    /// Does not work.
    Bad,
    /// Could not be tried, or is not set up.
    Skipped,
}

impl CheckState {
    /// The mark of the command line.
    pub const fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Bad => '✕',
            Self::Skipped => '–',
        }
    }
}

/// One part of the check of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// What was tried.
    pub what: Text,
    /// How it came out.
    pub state: CheckState,
    /// What was found.
    pub text: Said,
    /// What to do about it.
    pub hint: Option<Said>,
    /// WeChat's `errcode`, where it refused.
    pub errcode: Option<i64>,
    /// The address WeChat sees us under, where it is not on the allow-list (40164).
    pub address: Option<String>,
}

/// The result of a check and its moment (Unix milliseconds).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// When.
    pub at: i64,
    /// What was found.
    pub lines: Vec<CheckLine>,
}

/// An account as its page shows it: secrets only as present or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// AppID.
    pub app_id: String,
    /// Name given by the operator.
    pub name: String,
    /// `gh_…`.
    pub original_id: Option<String>,
    /// Where the platform answers.
    pub api_base: String,
    /// How the access token is fetched.
    pub token_mode: TokenMode,
    /// Whether the ticket that signs card coupons is kept.
    pub card_ticket: bool,
    /// How pushes are protected.
    pub callback_mode: CallbackMode,
    /// Another program that gets every push.
    pub forward_callback: Option<String>,
    /// JS 接口安全域名.
    pub js_domains: Vec<String>,
    /// Origins of H5 pages.
    pub h5_origins: Vec<String>,
    /// Whether an AppSecret is there; a restored copy may lack it.
    pub has_secret: bool,
    /// When the AppSecret was last entered (Unix milliseconds).
    pub secret_at: Option<i64>,
    /// Whether a callback token is there.
    pub has_callback_token: bool,
    /// Whether an EncodingAESKey is there.
    pub has_aes_key: bool,
    /// Whether this is the simulator's account.
    pub sandbox: bool,
}

/// The fields of the account forms as they stand in their inputs. AppSecret, token and key are never filled from what is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// AppID, on the form that adds an account.
    pub app_id: String,
    /// Name given by the operator.
    pub name: String,
    /// `gh_…`.
    pub original_id: String,
    /// Where the platform answers.
    pub api_base: String,
    /// `stable` or `classic`.
    pub token_mode: String,
    /// `on` or `off`.
    pub card_ticket: String,
    /// `plain`, `compatible`, `safe`, or empty for what fits.
    pub callback_mode: String,
    /// Another program that gets every push.
    pub forward_callback: String,
    /// One host a line.
    pub js_domains: String,
    /// One origin a line.
    pub h5_origins: String,
    /// A callback token just made, not kept yet.
    pub callback_token: String,
    /// An EncodingAESKey just made, not kept yet.
    pub aes_key: String,
    /// Name of a verification file.
    pub file_name: String,
    /// Its content.
    pub file_text: String,
}

impl Filled {
    /// What is kept.
    pub fn kept(face: &Face) -> Self {
        Self {
            name: face.name.clone(),
            original_id: face.original_id.clone().unwrap_or_default(),
            api_base: face.api_base.clone(),
            token_mode: face.token_mode.word().into(),
            card_ticket: if face.card_ticket { "on" } else { "off" }.into(),
            callback_mode: face.callback_mode.word().into(),
            forward_callback: face.forward_callback.clone().unwrap_or_default(),
            js_domains: face.js_domains.join("\n"),
            h5_origins: face.h5_origins.join("\n"),
            ..Self::default()
        }
    }

    /// The same with what was typed over it; `typed` knows the fields of the form that was posted.
    pub fn over(mut self, typed: impl Fn(&str) -> Option<String>) -> Self {
        let fields = [
            ("app_id", &mut self.app_id),
            ("name", &mut self.name),
            ("original_id", &mut self.original_id),
            ("api_base", &mut self.api_base),
            ("token_mode", &mut self.token_mode),
            ("card_ticket", &mut self.card_ticket),
            ("callback_mode", &mut self.callback_mode),
            ("forward_callback", &mut self.forward_callback),
            ("js_domains", &mut self.js_domains),
            ("h5_origins", &mut self.h5_origins),
            ("file_name", &mut self.file_name),
            ("file_text", &mut self.file_text),
        ];
        for (name, field) in fields {
            if let Some(text) = typed(name) {
                *field = text;
            }
        }
        self
    }
}

/// Whether a name may be that of a domain verification file: `A-Za-z0-9_`, 1–64 of them, and `.txt`.
pub fn is_verify_name(name: &str) -> bool {
    name.strip_suffix(".txt")
        .is_some_and(|stem| (1..=64).contains(&stem.len()) && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::{is_app_id, is_verify_name};

    #[test]
    fn verification_files_keep_to_their_names() {
        assert!(is_verify_name("MP_verify_aB3dE6gH9jK2mN5p.txt") && is_verify_name("9f2c.txt"));
        for bad in
            [".txt", "a.html", "a.txt.txt", "a/b.txt", "../a.txt", "a-b.txt", "a.TXT", "验证.txt", &format!("{}.txt", "a".repeat(65))]
        {
            assert!(!is_verify_name(bad), "{bad}");
        }
    }

    #[test]
    fn app_ids_keep_to_their_letters() {
        assert!(is_app_id("wx0123456789abcdef") && is_app_id("a_-Z"));
        for bad in ["", "wx 1", "wx/1", "微信", &"a".repeat(65)] {
            assert!(!is_app_id(bad), "{bad}");
        }
    }
}
