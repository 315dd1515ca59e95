//! What a token's state is for those who look, without its value.

use super::mirror_model::MirrorView;
use crate::{
    features::accounts::model::TokenMode,
    shared::{lang::Said, time::MINUTE},
};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Opens WeChat's API (docs/wechat-api.md §2).
    AccessToken,
    /// Signs pages for the JS-SDK (docs/wechat-api.md §3).
    JsapiTicket,
    /// Signs card coupons (docs/wechat-api.md §3); only of accounts that ask for it.
    CardTicket,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::AccessToken, Self::JsapiTicket, Self::CardTicket];

    /// The platform's word, as stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::JsapiTicket => "jsapi_ticket",
            Self::CardTicket => "wx_card_ticket",
        }
    }

    /// Reads [`Kind::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Why WeChat was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There was none.
    Start,
    /// Ahead of its end.
    Ahead,
    /// A call was refused with it.
    Stale,
    /// A person pressed 重新获取.
    Asked,
    /// A new one was forced, by a person or because the same refused one came back.
    Forced,
    /// After a failure.
    Retry,
    /// The clock or the account's settings changed.
    Check,
}

impl Cause {
    const ALL: [Self; 7] = [Self::Start, Self::Ahead, Self::Stale, Self::Asked, Self::Forced, Self::Retry, Self::Check];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Ahead => "ahead",
            Self::Stale => "stale",
            Self::Asked => "asked",
            Self::Forced => "forced",
            Self::Retry => "retry",
            Self::Check => "check",
        }
    }

    /// Reads [`Cause::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }
}

/// A part of ours that calls WeChat with the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Messages, templates, the quota before a sending.
    Messages,
    /// Downloads of pictures.
    Media,
    /// Followers, tags, QR codes.
    People,
    /// The keeper of tokens itself: tickets, the quota page.
    Keeper,
    /// Signatures of pages.
    Pages,
}

impl Part {
    const ALL: [Self; 5] = [Self::Messages, Self::Media, Self::People, Self::Keeper, Self::Pages];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Media => "media",
            Self::People => "people",
            Self::Keeper => "keeper",
            Self::Pages => "pages",
        }
    }

    /// Reads [`Part::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

/// Why a refused token led to no fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Skipped {
    /// Another one had taken its place already.
    Replaced,
    /// A fetch was under way already; its outcome was taken.
    Joined,
    /// WeChat is left alone after an error.
    Pause,
    /// Fresh ones were refused too: asking more would only be hammering.
    GivenUp,
    /// What was reported is not the present token.
    NotCurrent,
}

impl Skipped {
    const ALL: [Self; 5] = [Self::Replaced, Self::Joined, Self::Pause, Self::GivenUp, Self::NotCurrent];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Joined => "joined",
            Self::Pause => "pause",
            Self::GivenUp => "given_up",
            Self::NotCurrent => "not_current",
        }
    }

    /// Reads [`Skipped::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|skipped| skipped.word() == word)
    }
}

/// How one token or ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid, renewed ahead of its end.
    Good,
    /// Valid, but renewing it fails.
    Soon,
    /// None valid, and fetching fails.
    Failed,
    /// Not fetched yet.
    Waiting,
    /// Not fetched because nothing needs it.
    Unneeded,
}

/// One token or ticket as the page shows it. Times in Unix milliseconds.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// Which.
    pub kind: Kind,
    /// How it stands.
    pub standing: Standing,
    /// When the present one was first seen.
    pub fetched_at: Option<i64>,
    /// Until when it may be used.
    pub expires_at: Option<i64>,
    /// When WeChat is asked next.
    pub next_at: Option<i64>,
    /// Successful refreshes since midnight in China.
    pub today: i64,
}

/// One line of the history: a refresh, or refused tokens that led to none. Times in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Its number; 0 before it is written down.
    pub id: i64,
    /// When it was over; of refusals, the last of them.
    pub at: i64,
    /// What was asked for.
    pub kind: Kind,
    /// Why.
    pub cause: Cause,
    /// Who asked, or reported the one before as refused: a person or an API key. None where we did.
    pub actor: Option<String>,
    /// Whether it gave one.
    pub ok: bool,
    /// WeChat's code, where it refused.
    pub errcode: Option<i64>,
    /// WeChat's words, or the kind of trouble on the way.
    pub errmsg: Option<String>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: i64,
    /// Until when what it gave may be used.
    pub expires_at: Option<i64>,
    /// Which part of ours found the token refused, where none other did.
    pub part: Option<Part>,
    /// Why nothing was fetched, where nothing was.
    pub skipped: Option<Skipped>,
    /// How many equal refusals within a minute the line stands for.
    pub times: i64,
}

/// The last failure, in plain words.
#[derive(Clone, Debug)]
pub struct LastError {
    /// When.
    pub at: i64,
    /// What was asked for.
    pub kind: Kind,
    /// What happened.
    pub reason: Said,
    /// What to do.
    pub hint: Said,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// WeChat's own words.
    pub errmsg: String,
    /// The address to allow, for 40164.
    pub address: Option<String>,
    /// When the next attempt after it succeeded.
    pub mended_at: Option<i64>,
    /// When the next attempt is due.
    pub next_at: Option<i64>,
}

/// A token that WeChat refused long before its end, though we had not replaced it: somebody else did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyDeath {
    /// When it was fetched.
    pub fetched_at: i64,
    /// Until when it should have worked.
    pub due_at: i64,
    /// When it was refused.
    pub refused_at: i64,
}

/// One user of the token. Counts since midnight in China.
#[derive(Clone, Debug)]
pub struct Usage {
    /// The API key's name.
    pub name: String,
    /// Fetches today.
    pub today: u64,
    /// The last fetch (Unix milliseconds).
    pub last_at: i64,
    /// Reports of a refused token today.
    pub stale: u64,
}

/// Everything the page shows about an account's tokens.
#[derive(Clone, Debug)]
pub struct TokensView {
    /// How the token is fetched.
    pub mode: TokenMode,
    /// The access token.
    pub token: TokenView,
    /// The ticket.
    pub ticket: TokenView,
    /// The card ticket, where the account keeps one.
    pub card: Option<TokenView>,
    /// The last lines of the history, newest first.
    pub history: Vec<Refresh>,
    /// Where the older ones begin, if there are any.
    pub older: Option<String>,
    /// The last failure.
    pub last_error: Option<LastError>,
    /// A token that died early within the last day.
    pub early_death: Option<EarlyDeath>,
    /// Since when refusals are no longer answered by new fetches, because that did not help.
    pub given_up_at: Option<i64>,
    /// Forced refreshes left today.
    pub forced_left: u32,
    /// When the next forced refresh is possible.
    pub force_at: i64,
    /// When the next refresh by hand is possible.
    pub refresh_at: i64,
    /// API keys that fetch the token.
    pub users: Vec<Usage>,
    /// The copy in Redis.
    pub mirror: MirrorView,
}

/// A refusal this long before the end (milliseconds) is early.
pub const EARLY: i64 = 6 * MINUTE;

/// Finds the newest early death in a history (newest first) that is no older than `since`.
pub fn early_death(history: &[Refresh], since: i64) -> Option<EarlyDeath> {
    let tokens: Vec<_> = history.iter().filter(|line| line.kind == Kind::AccessToken && line.ok).collect();
    tokens.windows(2).filter(|pair| pair[0].at >= since && pair[0].cause == Cause::Stale).find_map(|pair| {
        let (new, old) = (pair[0], pair[1]);
        let due_at = old.expires_at?;
        // The same string given back ends when the old one did: nobody replaced that.
        let another = new.expires_at.is_some_and(|expires| expires > due_at + MINUTE);
        (another && due_at - new.at > EARLY).then_some(EarlyDeath { fetched_at: old.at, due_at, refused_at: new.at })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: i64, cause: Cause, expires_at: i64) -> Refresh {
        let expires_at = Some(expires_at);
        Refresh {
            id: 0,
            at,
            kind: Kind::AccessToken,
            cause,
            actor: None,
            ok: true,
            errcode: None,
            errmsg: None,
            elapsed_ms: 9,
            expires_at,
            part: None,
            skipped: None,
            times: 1,
        }
    }

    #[test]
    fn words_read_back() {
        assert!(Cause::ALL.into_iter().all(|cause| Cause::parse(cause.word()) == Some(cause)));
        assert!(Part::ALL.into_iter().all(|part| Part::parse(part.word()) == Some(part)));
        assert!(Skipped::ALL.into_iter().all(|skipped| Skipped::parse(skipped.word()) == Some(skipped)));
        assert!(Kind::ALL.into_iter().all(|kind| Kind::parse(kind.word()) == Some(kind)));
        assert_eq!((Kind::parse("ticket"), Cause::parse("")), (None, None));
    }

    #[test]
    fn a_token_dies_early_only_if_somebody_else_replaced_it() {
        let (hour, start) = (60 * MINUTE, 1_000 * MINUTE);
        let old = line(start, Cause::Ahead, start + 2 * hour);
        let dead = line(start + hour / 4, Cause::Stale, start + hour / 4 + 2 * hour);
        let found = early_death(&[dead.clone(), old.clone()], 0).expect("found");
        assert_eq!((found.fetched_at, found.refused_at, found.due_at), (start, dead.at, start + 2 * hour));
        assert_eq!(early_death(&[dead.clone(), old.clone()], dead.at + 1), None, "too long ago");
        let same = line(start + hour / 4, Cause::Stale, start + 2 * hour);
        assert_eq!(early_death(&[same, old.clone()], 0), None, "the same string came back");
        let late = line(start + 2 * hour - 2 * MINUTE, Cause::Stale, start + 4 * hour);
        assert_eq!(early_death(&[late, old.clone()], 0), None, "it was about to end");
        let own = line(start + hour / 4, Cause::Asked, start + 3 * hour);
        assert_eq!(early_death(&[own, old], 0), None, "we replaced it ourselves");
    }
}
