//! What the signature doctor looks at, one after the other: pure rules over the page's address and what was pasted.

use super::{
    failure::Ground,
    model::{Page, without_fragment},
    pasted::{Pasted, Signed},
};
use crate::{
    shared::{
        lang::{Said, Text},
        time,
    },
    ui::texts::jssdk as w,
};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Worth a look.
    Warn,
    /// The reason, or one of them.
    Bad,
    /// Only the phone can tell.
    Wait,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Check {
    /// How it ended.
    pub outcome: Outcome,
    /// What was looked at.
    pub title: Text,
    /// What was found, and what to do.
    pub line: Said,
}

impl Check {
    /// A check with a line known in advance.
    pub fn new(outcome: Outcome, title: Text, line: impl Into<Said>) -> Self {
        Self { outcome, title, line: line.into() }
    }
}

/// The checks of an address, its scheme, port, fragment and encodings; `theirs` is the one that was signed, as far as that is known.
pub fn of_address(url: &str, page: &Page<'_>, theirs: Option<&str>) -> Vec<Check> {
    let mut checks = vec![fragment(url, theirs)];
    let holds = |what: fn(&str) -> bool| what(page.signed) || theirs.is_some_and(what);
    let entity = |outcome, line: Text| Check::new(outcome, w::CHECK_ENTITY, line);
    checks.push(if holds(|url| url.contains("&amp;")) { entity(Outcome::Bad, w::ENTITY_FIX) } else { entity(Outcome::Ok, w::ENTITY_NONE) });
    let twice = |outcome, line: Text| Check::new(outcome, w::CHECK_TWICE, line);
    checks.push(if holds(encoded_twice) { twice(Outcome::Warn, w::TWICE_FIX) } else { twice(Outcome::Ok, w::TWICE_NONE) });
    let https = page.signed.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    checks.push(if https {
        Check::new(Outcome::Ok, w::CHECK_SCHEME, w::SCHEME_HTTPS)
    } else {
        Check::new(Outcome::Warn, w::CHECK_SCHEME, w::SCHEME_HTTP)
    });
    checks.push(slash(page));
    checks.push(port(page));
    if page.host.bytes().any(|byte| byte.is_ascii_uppercase()) || !page.signed.starts_with("http") {
        checks.push(Check::new(Outcome::Warn, w::CHECK_CASE, w::CASE_FIX));
    }
    if without_sharing(page.signed) != page.signed {
        checks.push(Check::new(Outcome::Wait, w::CHECK_SHARED, w::SHARED_LINE));
    }
    if page.signed.contains("code=") && page.signed.contains("state=") {
        checks.push(Check::new(Outcome::Wait, w::CHECK_OAUTH, w::OAUTH_LINE));
    }
    checks
}

fn fragment(url: &str, theirs: Option<&str>) -> Check {
    match theirs {
        Some(theirs) if theirs.contains('#') => Check::new(Outcome::Bad, w::CHECK_FRAGMENT, w::FRAGMENT_FIX),
        _ if url.contains('#') => Check::new(Outcome::Ok, w::CHECK_FRAGMENT, w::FRAGMENT_CUT),
        _ => Check::new(Outcome::Ok, w::CHECK_FRAGMENT, w::FRAGMENT_NONE),
    }
}

/// A percent sign that was itself encoded, in front of two hex digits.
fn encoded_twice(url: &str) -> bool {
    url.match_indices("%25").any(|(at, _)| url.as_bytes().get(at + 3..at + 5).is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit)))
}

/// Behind a bare host every browser shows a slash.
fn slash(page: &Page<'_>) -> Check {
    let after = page.signed.split_once("://").map_or("", |(_, rest)| rest);
    let bare = after.find(['/', '?']).is_none_or(|at| after.as_bytes()[at] == b'?');
    if bare { Check::new(Outcome::Bad, w::CHECK_SLASH, w::SLASH_FIX) } else { Check::new(Outcome::Ok, w::CHECK_SLASH, w::SLASH_OK) }
}

fn port(page: &Page<'_>) -> Check {
    let after = page.signed.split_once("://").map_or("", |(_, rest)| rest);
    match after[page.host.len()..].strip_prefix(':') {
        Some(_) => Check::new(Outcome::Wait, w::CHECK_PORT, w::PORT_SEEN),
        None => Check::new(Outcome::Ok, w::CHECK_PORT, w::PORT_NONE),
    }
}

/// What WeChat puts into an address that somebody shares.
const SHARED: [&str; 6] = ["from", "isappinstalled", "scene", "subscene", "clicktime", "enterid"];

/// An address without what sharing appends to it (docs/wechat-api.md §11.5).
pub fn without_sharing(url: &str) -> String {
    let Some((head, query)) = url.split_once('?') else { return url.to_owned() };
    let own = |pair: &&str| !SHARED.contains(&pair.split('=').next().unwrap_or_default());
    let left = query.split('&').filter(own).collect::<Vec<_>>().join("&");
    if left.is_empty() { head.to_owned() } else { format!("{head}?{left}") }
}

/// What WeChat's own words say, and the calls that were asked for.
pub fn of_words(pasted: &Pasted) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(words) = &pasted.words {
        checks.push(match Ground::of_words(words) {
            Some(ground) => Check::new(Outcome::Bad, ground.title(), ground.fix()),
            None => Check::new(Outcome::Wait, w::CHECK_WORDS, w::WORDS_SIGNATURE),
        });
    }
    match pasted.api_list {
        Some(true) => checks.push(Check::new(Outcome::Ok, w::CHECK_API_LIST, w::API_LIST_OK)),
        Some(false) => checks.push(Check::new(Outcome::Warn, w::CHECK_API_LIST, w::API_LIST_FIX)),
        None => {}
    }
    if let Some(tags) = pasted.tags.as_ref().filter(|tags| !tags.is_empty()) {
        let known = tags.iter().all(|tag| tag.starts_with("wx-open-"));
        let (outcome, line) = if known { (Outcome::Wait, w::TAG_LIST_LINE) } else { (Outcome::Warn, w::TAG_LIST_FIX) };
        checks.push(Check::new(outcome, w::CHECK_TAG_LIST, line));
    }
    checks
}

/// The checks of what was pasted from `wx.config`.
pub fn of_config(pasted: &Pasted, app_id: &str, now: i64) -> Vec<Check> {
    let mut checks = Vec::new();
    if pasted.code {
        checks.push(Check::new(Outcome::Wait, w::CHECK_VALUES, w::CODE_LINE));
    }
    if let Some(theirs) = &pasted.app_id {
        checks.push(if theirs == app_id {
            Check::new(Outcome::Ok, w::CHECK_APP_ID, Said::new(theirs.clone(), theirs.clone()))
        } else {
            Check::new(Outcome::Bad, w::CHECK_APP_ID, w::APP_ID_FIX)
        });
    }
    if let Some(text) = &pasted.timestamp {
        checks.push(timestamp(text, now));
    }
    if pasted.nonce.is_some() {
        checks.push(if pasted.lower_nonce {
            Check::new(Outcome::Bad, w::CHECK_NONCE, w::NONCE_FIX)
        } else {
            Check::new(Outcome::Ok, w::CHECK_NONCE, w::NONCE_OK)
        });
    }
    checks.extend(pasted.string.as_ref().into_iter().flat_map(|string| of_string(string, pasted)));
    checks
}

/// The string that was signed beside the config: nonce and time must be the same in both.
fn of_string(string: &Signed, pasted: &Pasted) -> Vec<Check> {
    let mut checks = Vec::new();
    if string.camel {
        checks.push(Check::new(Outcome::Bad, w::CHECK_STRING, w::CAUSE_CAMEL));
    }
    let pairs = [(&string.nonce, &pasted.nonce, w::STRING_NONCE), (&string.timestamp, &pasted.timestamp, w::STRING_TIME)];
    let compared: Vec<_> = pairs.into_iter().filter_map(|(a, b, line)| Some((a.as_ref()? == b.as_ref()?, line))).collect();
    checks.extend(compared.iter().filter(|(same, _)| !same).map(|(_, line)| Check::new(Outcome::Bad, w::CHECK_STRING, *line)));
    if checks.is_empty() && !compared.is_empty() {
        checks.push(Check::new(Outcome::Ok, w::CHECK_STRING, w::STRING_SAME));
    }
    checks
}

fn timestamp(text: &str, now: i64) -> Check {
    let check = |outcome, line: Said| Check::new(outcome, w::CHECK_TIMESTAMP, line);
    match text.parse::<i64>() {
        // A ticket lives two hours: what is older comes out of a cache.
        Ok(seconds) if (1_000_000_000..now / time::SECOND - 2 * 3600).contains(&seconds) => check(Outcome::Warn, w::TIMESTAMP_OLD.into()),
        Ok(seconds) if (1_000_000_000..100_000_000_000).contains(&seconds) => {
            let at = |lang| time::moment(seconds * time::SECOND, now, lang);
            let (zh, en) = (at(crate::shared::lang::Lang::Zh), at(crate::shared::lang::Lang::En));
            check(Outcome::Ok, Said::new(format!("{seconds}，{zh}"), format!("{seconds}, {en}")))
        }
        Ok(millis) if millis >= 100_000_000_000 => check(Outcome::Bad, w::TIMESTAMP_MILLIS.into()),
        _ => check(Outcome::Bad, w::TIMESTAMP_FIX.into()),
    }
}

/// Two addresses side by side: the common head, what differs in each, the common tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// What both begin with.
    pub head: String,
    /// What only the page's has in the middle.
    pub ours: String,
    /// What only the pasted one has in the middle.
    pub theirs: String,
    /// What both end with.
    pub tail: String,
    /// `#` and what follows in the pasted one.
    pub fragment: String,
    /// The first character that differs, counted from 1.
    pub at: usize,
}

/// Compares the page's address (without fragment) with the one that was signed; `None` where they are the same.
pub fn diff(ours: &str, theirs: &str) -> Option<Diff> {
    if ours == theirs {
        return None;
    }
    let cut = without_fragment(theirs);
    let fragment = theirs[cut.len()..].to_owned();
    let (a, b): (Vec<char>, Vec<char>) = (ours.chars().collect(), cut.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - head;
    let tail = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let text = |letters: &[char]| letters.iter().collect::<String>();
    Some(Diff {
        head: text(&a[..head]),
        ours: text(&a[head..a.len() - tail]),
        theirs: text(&b[head..b.len() - tail]),
        tail: text(&a[a.len() - tail..]),
        fragment,
        at: head + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::jssdk::model::parse;

    fn outcome(url: &str, pasted: &str, title: Text) -> Option<Outcome> {
        let page = parse(url).expect("an address");
        of_address(url, &page, Pasted::read(pasted).url.as_deref())
            .into_iter()
            .find(|check| check.title == title)
            .map(|check| check.outcome)
    }

    #[test]
    fn each_slip_is_found_where_it_is() {
        let url = "https://h5.example.com/act?id=7&from=x#/detail";
        let good = [w::CHECK_FRAGMENT, w::CHECK_ENTITY, w::CHECK_TWICE, w::CHECK_SCHEME, w::CHECK_SLASH, w::CHECK_PORT];
        assert!(good.into_iter().all(|title| outcome(url, "", title) == Some(Outcome::Ok)));
        assert_eq!(outcome(url, url, w::CHECK_FRAGMENT), Some(Outcome::Bad));
        assert_eq!(outcome(url, "https://h5.example.com/act?id=7&amp;from=x", w::CHECK_ENTITY), Some(Outcome::Bad));
        assert_eq!(outcome(url, "https://h5.example.com/%25E4%25B8", w::CHECK_TWICE), Some(Outcome::Warn));
        assert_eq!(outcome("https://h5.example.com/100%25", "", w::CHECK_TWICE), Some(Outcome::Ok));
        assert_eq!(outcome("http://h5.example.com/", "", w::CHECK_SCHEME), Some(Outcome::Warn));
        assert_eq!(outcome("https://h5.example.com?a=/", "", w::CHECK_SLASH), Some(Outcome::Bad));
        assert_eq!(outcome("https://h5.example.com:8443/", "", w::CHECK_PORT), Some(Outcome::Wait));
        assert_eq!(outcome("https://[::1]/", "", w::CHECK_PORT), Some(Outcome::Ok));
        assert_eq!(outcome("https://H5.example.com/", "", w::CHECK_CASE), Some(Outcome::Warn));
    }

    #[test]
    fn the_config_is_read_as_wechat_reads_it() {
        let outcomes = |text: &str| of_config(&Pasted::read(text), "wx1", 0).into_iter().map(|check| check.outcome).collect::<Vec<_>>();
        assert_eq!(outcomes("appId: 'wx1', timestamp: 1795327440, nonceStr: 'n'"), [Outcome::Ok; 3]);
        assert_eq!(outcomes("appId: 'wx2', timestamp: 1795327440000, noncestr: 'n'"), [Outcome::Bad; 3]);
        assert_eq!(outcomes("timestamp: 'now'"), [Outcome::Bad]);
        assert_eq!(outcomes("timestamp: data.timestamp, nonceStr: data.nonceStr"), [Outcome::Wait]);
        let string = "jsapi_ticket=T&noncestr=n&timestamp=5&url=https://h5.example.com/\n";
        let both = |config: &str| outcomes(&format!("{string}{config}")).pop();
        assert_eq!(both("nonceStr: 'n', timestamp: 5000000000"), Some(Outcome::Bad));
        assert_eq!((both("nonceStr: 'n'"), both("nonceStr: 'm'"), both("")), (Some(Outcome::Ok), Some(Outcome::Bad), None));
    }

    #[test]
    fn open_tags_have_their_names() {
        let tags = |text: &str| of_words(&Pasted::read(text)).into_iter().map(|check| check.outcome).collect::<Vec<_>>();
        assert_eq!(tags("openTagList: ['wx-open-launch-weapp']"), [Outcome::Wait]);
        assert_eq!((tags("openTagList: ['launch-weapp']"), tags("openTagList: []")), (vec![Outcome::Warn], vec![]));
    }

    #[test]
    fn the_first_difference_is_counted_in_characters() {
        let found = diff("https://h5.example.com/问?id=7&from=x", "https://h5.example.com/问?id=7&amp;from=x#/d").expect("differs");
        assert_eq!((found.theirs.as_str(), found.ours.as_str(), found.fragment.as_str(), found.at), ("amp;", "", "#/d", 31));
        assert_eq!(format!("{}{}{}", found.head, found.ours, found.tail), "https://h5.example.com/问?id=7&from=x");
        assert_eq!(diff("a", "a"), None);
        let only = diff("aa", "aaa").expect("differs");
        assert_eq!((only.head.as_str(), only.theirs.as_str(), only.tail.as_str()), ("aa", "a", ""));
    }
}
