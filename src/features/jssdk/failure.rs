//! Why pages could not use the JS-SDK, as they tell it themselves: what is kept of a report, and what is found in it (docs/wechat-api.md
//! §11). Plain rules without any IO.

use super::model::without_fragment;
use crate::{shared::lang::Text, ui::texts::failures as w};

/// The longest address that is kept (bytes).
pub const MOST_URL: usize = 1024;
/// The longest page, address without query, that failures are sorted by (bytes).
pub const MOST_PAGE: usize = 240;
/// Values of these parameters open something; they are cut out before anything is kept.
const SECRET: [&str; 9] = ["code", "state", "ticket", "token", "access_token", "openid", "unionid", "session", "key"];
/// Stands where a value was cut out.
pub const CUT: &str = "…";

/// What was found in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// What was signed holds `#` and what follows.
    Fragment,
    /// What was signed holds `&amp;`.
    Entity,
    /// The page's address is another than the one signed: it changed without a new signature.
    Moved,
    /// The signature was made with a ticket that is not this account's present one.
    Stale,
    /// Signature, address and ticket fit, and WeChat says no all the same.
    Refused,
    /// The host is none of the JS domains in WeChat's console.
    Domain,
    /// The host is none of the JS domains here.
    Unlisted,
    /// A call that was not asked for, or that the account has no right to.
    Permission,
    /// The account is a test account that the visitor does not follow.
    NotFollowed,
    /// WeChat's own trouble.
    System,
    /// The JS-SDK's script did not load.
    NoScript,
    /// Anything else.
    Other,
}

/// Every ground: its word in the database, its title, what to do.
static GROUNDS: [(Ground, &str, Text, Text); 12] = [
    (Ground::Fragment, "fragment", w::FRAGMENT, w::FRAGMENT_FIX),
    (Ground::Entity, "entity", w::ENTITY, w::ENTITY_FIX),
    (Ground::Moved, "moved", w::MOVED, w::MOVED_FIX),
    (Ground::Stale, "stale", w::STALE, w::STALE_FIX),
    (Ground::Refused, "refused", w::REFUSED, w::REFUSED_FIX),
    (Ground::Domain, "domain", w::DOMAIN, w::DOMAIN_FIX),
    (Ground::Unlisted, "unlisted", w::UNLISTED, w::UNLISTED_FIX),
    (Ground::Permission, "permission", w::PERMISSION, w::PERMISSION_FIX),
    (Ground::NotFollowed, "not_followed", w::NOT_FOLLOWED, w::NOT_FOLLOWED_FIX),
    (Ground::System, "system", w::SYSTEM, w::SYSTEM_FIX),
    (Ground::NoScript, "no_script", w::NO_SCRIPT, w::NO_SCRIPT_FIX),
    (Ground::Other, "other", w::OTHER, w::OTHER_FIX),
];

impl Ground {
    fn line(self) -> &'static (Self, &'static str, Text, Text) {
        GROUNDS.iter().find(|line| line.0 == self).unwrap_or(&GROUNDS[GROUNDS.len() - 1])
    }

    /// The word in the database.
    pub fn word(self) -> &'static str {
        self.line().1
    }

    /// Reads [`Ground::word`].
    pub fn parse(word: &str) -> Self {
        GROUNDS.iter().find(|line| line.1 == word).map_or(Self::Other, |line| line.0)
    }

    /// What it is, in a few words.
    pub fn title(self) -> Text {
        self.line().2
    }

    /// What to do about it.
    pub fn fix(self) -> Text {
        self.line().3
    }

    /// What WeChat's words mean by themselves; `None` for `invalid signature` and for words that are not WeChat's.
    pub fn of_words(words: &str) -> Option<Self> {
        let words = words.to_ascii_lowercase();
        let says = |pieces: &[&str]| pieces.iter().any(|piece| words.contains(piece));
        match () {
            () if says(&["invalid url domain", "40048"]) => Some(Self::Domain),
            () if says(&["require subscribe"]) => Some(Self::NotFollowed),
            () if says(&["permission denied", "permission value", "offline verifying", "no permission"]) => Some(Self::Permission),
            () if says(&["system error"]) => Some(Self::System),
            () => None,
        }
    }
}

/// A report as a page sends it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The helper's word: `refused`, `sdk_not_loaded`, or a code of our API.
    pub code: String,
    /// What the JS-SDK or the helper said.
    pub message: String,
    /// The page's address now, without fragment.
    pub page: String,
    /// The address first loaded, without fragment.
    pub landing: Option<String>,
    /// What was signed.
    pub signed: Option<String>,
    /// `timestamp` of `wx.config`.
    pub timestamp: Option<i64>,
    /// `nonceStr` of `wx.config`.
    pub nonce: Option<String>,
    /// `signature` of `wx.config`.
    pub signature: Option<String>,
    /// `navigator.userAgent`, which a page may have another of than the request's header.
    pub agent: Option<String>,
    /// The page found itself in WeChat's browser for iOS, whatever the name of the browser says: an iPad may call itself a Mac.
    pub ios: bool,
}

impl Report {
    /// The address the phone compares with: the one first loaded on iOS, else the present one (docs/wechat-api.md §11.5).
    pub fn compared(&self, phone: &Phone) -> &str {
        let landing = self.landing.as_deref().filter(|_| phone.system == "iPhone" || phone.system == "iPad");
        without_fragment(landing.unwrap_or(&self.page))
    }

    /// What is found in it. `holds` says whether the signature is that of `signed` with the present ticket, where that is known.
    pub fn ground(&self, phone: &Phone, holds: Option<bool>) -> Ground {
        match self.code.as_str() {
            "sdk_not_loaded" => return Ground::NoScript,
            "url_not_allowed" | "url_malformed" => return Ground::Unlisted,
            _ => {}
        }
        if let Some(told) = Ground::of_words(&self.message) {
            return told;
        }
        let words = self.message.to_ascii_lowercase();
        if !words.contains("invalid signature") && !words.contains("63002") {
            return Ground::Other;
        }
        match self.signed.as_deref() {
            Some(signed) if signed.contains('#') => Ground::Fragment,
            Some(signed) if signed.contains("&amp;") && !self.compared(phone).contains("&amp;") => Ground::Entity,
            Some(signed) if signed != self.compared(phone) => Ground::Moved,
            _ if holds == Some(false) => Ground::Stale,
            _ => Ground::Refused,
        }
    }
}

/// What kind of phone, from its browser's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    /// `iPhone`, `iPad`, `Android`, `HarmonyOS`, `Windows`, `Mac` or nothing.
    pub system: &'static str,
    /// WeChat's version, or nothing.
    pub version: String,
}

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
];

impl Phone {
    /// Reads a `User-Agent`; what is not known stays empty.
    pub fn read(agent: &str) -> Self {
        let system = SYSTEMS.iter().find(|(sign, _)| agent.contains(sign)).map_or("", |(_, name)| *name);
        let after = agent.split_once("MicroMessenger/").map_or("", |(_, rest)| rest);
        let version: String = after.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').take(16).collect();
        Self { system, version: version.trim_end_matches('.').to_owned() }
    }

    /// The same, where the page says that it goes by the rules of iOS.
    pub fn or_ios(self, ios: bool) -> Self {
        if ios && !matches!(self.system, "iPhone" | "iPad") { Self { system: "iPad", ..self } } else { self }
    }

    /// As kept: `iPhone 8.0.50`.
    pub fn word(&self) -> String {
        [self.system, &self.version].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// An address fit to be kept: no fragment, no value of a parameter that opens something, at most [`MOST_URL`] bytes. Also gives whether
/// anything was cut.
pub fn without_secrets(url: &str) -> (String, bool) {
    let whole = without_fragment(url);
    let mut cut = false;
    let mut out = match whole.split_once('?') {
        None => whole.to_owned(),
        Some((head, query)) => {
            let pair = |pair: &str| match pair.split_once('=') {
                Some((name, value)) if !value.is_empty() && is_secret(name) => {
                    cut = true;
                    format!("{name}={CUT}")
                }
                _ => pair.to_owned(),
            };
            format!("{head}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
        }
    };
    if out.len() > MOST_URL {
        cut = true;
        out.truncate(out.floor_char_boundary(MOST_URL));
    }
    (out, cut)
}

/// `&amp;` leaves `amp;` in front of the name, and an encoded name may hold anything: looked at as the page would read it.
fn is_secret(name: &str) -> bool {
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
    let name = name.trim_start_matches("amp;");
    SECRET.contains(&name) || ["token", "secret", "ticket", "password"].iter().any(|end| name.ends_with(end))
}

/// Origin and path, at most [`MOST_PAGE`] bytes: what failures are sorted by.
pub fn page_of(url: &str) -> &str {
    let page = url.split(['?', '#']).next().unwrap_or_default();
    &page[..page.floor_char_boundary(MOST_PAGE)]
}

/// Failures of one page, one kind of phone and one ground on one day.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its number.
    pub id: i64,
    /// Origin and path.
    pub page: String,
    /// As [`Phone::word`].
    pub phone: String,
    /// What was found.
    pub ground: Ground,
    /// How many reports.
    pub reports: i64,
    /// The last one (Unix milliseconds).
    pub last_at: i64,
    /// The address the phone compared with, without secrets.
    pub url: String,
    /// What was signed, without secrets.
    pub signed: Option<String>,
    /// `timestamp` of `wx.config`.
    pub timestamp: Option<i64>,
    /// `nonceStr` of `wx.config`.
    pub nonce: Option<String>,
    /// `signature` of `wx.config`.
    pub signature: Option<String>,
    /// What the JS-SDK said.
    pub message: String,
    /// Whether something was cut out of an address.
    pub cut: bool,
}

/// Signatures given and failures reported on one day, or on several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Signatures given.
    pub signatures: i64,
    /// Failures reported.
    pub failures: i64,
}

impl Tally {
    /// Failures in tenths of a percent of the signatures; `None` without signatures.
    pub fn permille(self) -> Option<i64> {
        (self.signatures > 0).then(|| (self.failures * 1000 + self.signatures / 2) / self.signatures)
    }
}

/// One page or one kind of phone, and what came of its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Origin and path, or the system of the phone; empty where that is not known.
    pub name: String,
    /// Signatures and failures.
    pub tally: Tally,
}

/// What failed by page and by phone, those with the most failures first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Pages with failures, the first eight.
    pub pages: Vec<Share>,
    /// Kinds of phones.
    pub phones: Vec<Share>,
}

impl Shares {
    /// Sums up numbers of pages and phones ([`Phone::word`], or its system alone).
    pub fn of(numbers: impl Iterator<Item = (String, String, Tally)>) -> Self {
        let (mut pages, mut phones) = (Vec::new(), Vec::new());
        let add = |shares: &mut Vec<Share>, name: String, tally: Tally| match shares.iter_mut().find(|share| share.name == name) {
            Some(share) => {
                share.tally.signatures += tally.signatures;
                share.tally.failures += tally.failures;
            }
            None => shares.push(Share { name, tally }),
        };
        for (page, phone, tally) in numbers {
            let system = phone.split(' ').next().filter(|word| SYSTEMS.iter().any(|(_, name)| name == word)).unwrap_or_default();
            add(&mut phones, system.to_owned(), tally);
            add(&mut pages, page, tally);
        }
        pages.retain(|share| share.tally.failures > 0);
        for shares in [&mut pages, &mut phones] {
            shares.sort_by(|a, b| b.tally.failures.cmp(&a.tally.failures).then_with(|| a.name.cmp(&b.name)));
        }
        pages.truncate(8);
        Self { pages, phones }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50(0x1800)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; V2302A) Chrome/116.0.0.0 MicroMessenger/8.0.53.2740 NetType/WIFI";

    #[test]
    fn phones_are_read_and_nothing_else_of_the_name_is_kept() {
        assert_eq!(Phone::read(IPHONE).word(), "iPhone 8.0.50");
        assert_eq!(Phone::read(ANDROID).word(), "Android 8.0.53.2740");
        assert_eq!(Phone::read("Mozilla/5.0 (Phone; OpenHarmony 5.0) MicroMessenger/").word(), "HarmonyOS");
        assert_eq!(Phone::read("curl/8 <script>").word(), "");
        let mac = Phone::read("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) MicroMessenger/8.0.50");
        assert_eq!((mac.clone().or_ios(false).word(), mac.or_ios(true).word()), ("Mac 8.0.50".into(), "iPad 8.0.50".into()));
        assert_eq!(Phone::read(IPHONE).or_ios(true).word(), "iPhone 8.0.50");
        assert_eq!(Phone::read(&format!("MicroMessenger/{}", "9".repeat(99))).version.len(), 16);
    }

    #[test]
    fn what_opens_something_is_cut_out() {
        for (url, kept, cut) in [
            ("https://h5.example.com/a?id=7&from=x#/top?code=1", "https://h5.example.com/a?id=7&from=x", false),
            ("https://h5.example.com/a?code=C0&state=S&id=7", "https://h5.example.com/a?code=…&state=…&id=7", true),
            ("https://h5.example.com/a?x=1&amp;ticket=T", "https://h5.example.com/a?x=1&amp;ticket=…", true),
            ("https://h5.example.com/a?%74oken=T&Access_Token=U", "https://h5.example.com/a?%74oken=…&Access_Token=…", true),
            ("https://h5.example.com/a?user_token=T&code=", "https://h5.example.com/a?user_token=…&code=", true),
            ("https://h5.example.com/code=1?postcode=310000", "https://h5.example.com/code=1?postcode=310000", false),
        ] {
            assert_eq!(without_secrets(url), (kept.to_owned(), cut), "{url}");
        }
        let (long, cut) = without_secrets(&format!("https://h5.example.com/?q={}", "字".repeat(900)));
        assert!(long.len() <= MOST_URL && cut);
        assert_eq!(page_of("https://h5.example.com/a/b?x=1#y"), "https://h5.example.com/a/b");
        assert!(page_of(&"字".repeat(400)).len() <= MOST_PAGE);
    }

    #[test]
    fn each_cause_is_told_from_the_others() {
        let report = |message: &str, signed: &str| Report {
            code: "refused".into(),
            message: message.into(),
            page: "https://h5.example.com/b?x=1&y=2".into(),
            landing: Some("https://h5.example.com/a".into()),
            signed: Some(signed.into()),
            ..Report::default()
        };
        let (android, iphone) = (Phone::read(ANDROID), Phone::read(IPHONE));
        let invalid = |signed: &str, phone: &Phone, holds| report("config:fail, Error: invalid signature", signed).ground(phone, holds);
        assert_eq!(invalid("https://h5.example.com/b?x=1&y=2", &android, Some(true)), Ground::Refused);
        assert_eq!(invalid("https://h5.example.com/b?x=1&y=2", &android, Some(false)), Ground::Stale);
        assert_eq!(invalid("https://h5.example.com/b?x=1&y=2", &iphone, Some(true)), Ground::Moved);
        assert_eq!(invalid("https://h5.example.com/a", &iphone, None), Ground::Refused);
        assert_eq!(invalid("https://h5.example.com/b?x=1&amp;y=2", &android, None), Ground::Entity);
        assert_eq!(invalid("https://h5.example.com/b?x=1&y=2#/d", &android, None), Ground::Fragment);
        for (words, ground) in [
            ("config:invalid url domain", Ground::Domain),
            ("config:fail, require subscribe", Ground::NotFollowed),
            ("chooseImage:permission denied", Ground::Permission),
            ("the permission value is offline verifying", Ground::Permission),
            ("config:fail, system error", Ground::System),
            ("something new", Ground::Other),
        ] {
            assert_eq!(report(words, "x").ground(&android, Some(false)), ground, "{words}");
        }
        let code = |code: &str| Report { code: code.into(), ..report("", "x") }.ground(&android, None);
        assert_eq!((code("sdk_not_loaded"), code("url_not_allowed")), (Ground::NoScript, Ground::Unlisted));
    }

    #[test]
    fn words_read_back_and_a_rate_needs_signatures() {
        assert!(GROUNDS.iter().all(|line| Ground::parse(line.1) == line.0 && line.0.word() == line.1));
        assert_eq!(Ground::parse("new"), Ground::Other);
        assert_eq!(Tally { signatures: 0, failures: 3 }.permille(), None);
        assert_eq!(Tally { signatures: 9286, failures: 65 }.permille(), Some(7));
    }
}
