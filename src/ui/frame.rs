//! What every page knows about its surroundings: who looks, in which language, at which account.

use leptos::prelude::*;

use crate::shared::{
    lang::{Lang, Text},
    rights::{Right, Role},
};

/// A forced side of the look; without one the system decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word for `data-theme` and the cookie.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.word() == word)
    }
}

/// What somebody chose: a side, or the system's. 跟随系统 is a choice too, and takes back one made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As the system has it.
    System,
    /// Always this side.
    Always(Theme),
}

impl Look {
    /// The word of the form and of the table of people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Always(theme) => theme.word(),
        }
    }

    /// Reads [`Look::word`].
    pub fn parse(word: &str) -> Option<Self> {
        if word == Self::System.word() { Some(Self::System) } else { Theme::parse(word).map(Self::Always) }
    }
}

/// The person who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

/// An official account as the switcher shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountName {
    /// AppID.
    pub app_id: String,
    /// Name given by the operator.
    pub name: String,
    /// What it is, as far as it is known.
    pub kind: Option<AccountKind>,
    /// How its access token is.
    pub token: TokenHealth,
}

/// What an account is, as far as we can tell: WeChat does not say it to an account's own server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// 服务号: template messages are open to it, which they are to nothing else.
    Service,
    /// The simulator's.
    Sandbox,
}

/// How the account's access token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenHealth {
    /// Valid, and renewed ahead of its end.
    Good,
    /// Valid, but its renewal is failing.
    Soon,
    /// None valid, and fetching fails.
    Failed,
    /// Not fetched yet.
    #[default]
    Waiting,
}

impl TokenHealth {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Soon => "soon",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }
}

/// What every page knows about its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Language of the page.
    pub lang: Lang,
    /// Forced look, if any.
    pub theme: Option<Theme>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// All accounts.
    pub accounts: Vec<AccountName>,
    /// The account this page is about.
    pub account: Option<AccountName>,
    /// Prefix of account pages: empty with one account, else `/a/{app_id}`.
    pub base: String,
    /// The page's path without that prefix.
    pub path: String,
    /// The page's query string, without `?`.
    pub query: String,
    /// Health of the current account's token.
    pub token: Option<TokenHealth>,
    /// Whether the WeChat behind this is the simulator.
    pub sandbox: bool,
    /// A sentence about what was just done.
    pub flash: Option<String>,
    /// Now, Unix milliseconds.
    pub now: i64,
    /// Where static files lie: `/assets/{hash}`.
    pub assets: &'static str,
    /// How browsers reach us, without a final slash.
    pub public_url: String,
    /// Whether this browser wants no shortcuts of a single key.
    pub no_keys: bool,
}

impl Frame {
    /// A link to another page of the same account.
    pub fn href(&self, path: &str) -> String {
        if self.base.is_empty() { path.to_owned() } else { format!("{}{}", self.base, if path == "/" { "/" } else { path }) }
    }

    /// Whether the person who looks holds a right.
    pub fn may(&self, right: Right) -> bool {
        self.person.as_ref().is_some_and(|person| person.role.may(right))
    }

    /// The AppID this page is about, or an empty text when there is none yet.
    pub fn app_id(&self) -> &str {
        self.account.as_ref().map_or("", |account| account.app_id.as_str())
    }
}

/// The frame of the page being rendered.
pub fn frame() -> Frame {
    use_context::<Frame>().unwrap_or_default()
}

/// The language of the page being rendered.
pub fn lang() -> Lang {
    with_context::<Frame, _>(|frame| frame.lang).unwrap_or_default()
}

/// Now, as the page being rendered knows it (Unix milliseconds).
pub fn now() -> i64 {
    with_context::<Frame, _>(|frame| frame.now).unwrap_or_default()
}

/// A text in the language of the page being rendered.
pub fn t(text: Text) -> &'static str {
    text.get(lang())
}

/// A link to another page of the same account.
pub fn href(path: &str) -> String {
    with_context::<Frame, _>(|frame| frame.href(path)).unwrap_or_else(|| path.to_owned())
}
