//! Where a browser may be sent back to: an address of one of the account's H5 origins, and nothing that could be read as another.

use percent_encoding::{CONTROLS, utf8_percent_encode};
use url::Url;

use crate::{shared::lang::Text, ui::texts::oauth as w};

/// The longest address (bytes); it travels in a cookie.
const LONGEST: usize = 2048;

/// An address that may be returned to, in two parts: an origin from the account's own list, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo {
    origin: String,
    /// Path, query and fragment, as they were given; begins with a slash.
    rest: String,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is not one plain http(s) address; the text says what is wrong.
    Malformed(Text),
    /// Its origin is none of the account's H5 origins.
    NotAllowed,
}

impl ReturnTo {
    /// Checks an address against the account's H5 origins, which are kept as browsers send them.
    ///
    /// # Errors
    /// Malformed, or of another origin.
    pub fn check(typed: &str, origins: &[String]) -> Result<Self, Flaw> {
        let (authority, rest) = split(typed)?;
        // The parser only judges the origin. What is sent to the browser is the list's own spelling of it.
        let url = Url::parse(&typed[..typed.len() - rest.len()]).map_err(|_| Flaw::Malformed(w::BAD_HOST))?;
        if url.host_str().is_some_and(|host| host.ends_with('.')) || authority.ends_with(':') {
            return Err(Flaw::Malformed(w::BAD_HOST));
        }
        let origin = url.origin().ascii_serialization();
        let listed = origins.iter().find(|listed| **listed == origin).ok_or(Flaw::NotAllowed)?;
        let slash = if rest.starts_with('/') { "" } else { "/" };
        Ok(Self { origin: listed.clone(), rest: format!("{slash}{rest}") })
    }

    /// A page of our own.
    pub fn own(public_url: &str, path: &str) -> Self {
        Self { origin: public_url.to_owned(), rest: path.to_owned() }
    }

    /// The address as it was given.
    pub fn plain(&self) -> String {
        format!("{}{}", self.origin, utf8_percent_encode(&self.rest, CONTROLS))
    }

    /// The address with the ticket at the end of its query. A `ticket` from an earlier visit, which a page that returns to its own
    /// address carries along, is taken out.
    pub fn with_ticket(&self, ticket: &str) -> String {
        let (page, fragment) = self.rest.split_once('#').map_or((self.rest.as_str(), None), |(page, rest)| (page, Some(rest)));
        let (path, query) = page.split_once('?').unwrap_or((page, ""));
        let kept = query.split('&').filter(|pair| !pair.is_empty() && *pair != "ticket" && !pair.starts_with("ticket="));
        let ticket = format!("ticket={ticket}");
        let query = kept.chain([ticket.as_str()]).collect::<Vec<_>>().join("&");
        let fragment = fragment.map(|rest| format!("#{rest}")).unwrap_or_default();
        let rest = format!("{path}?{query}{fragment}");
        format!("{}{}", self.origin, utf8_percent_encode(&rest, CONTROLS))
    }
}

/// Host and port, and what follows them.
fn split(typed: &str) -> Result<(&str, &str), Flaw> {
    let refused = |why| Err(Flaw::Malformed(why));
    if typed.len() > LONGEST {
        return refused(w::TOO_LONG);
    }
    if typed.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\u{fffd}') {
        return refused(w::HAS_BLANK);
    }
    if typed.contains('\\') {
        return refused(w::HAS_BACKSLASH);
    }
    let Some((scheme, after)) = typed.split_once("://") else { return refused(w::BAD_SCHEME) };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return refused(w::BAD_SCHEME);
    }
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    if authority.contains('@') {
        return refused(w::HAS_USER);
    }
    // A percent sign in a host is read differently by different programs.
    if authority.is_empty() || authority.contains('%') {
        return refused(w::BAD_HOST);
    }
    Ok((authority, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origins() -> Vec<String> {
        ["https://h5.example.com", "https://h5.example.com:8443", "http://127.0.0.1:3000", "https://xn--fiqs8s.example"]
            .map(str::to_owned)
            .to_vec()
    }

    fn sent(typed: &str) -> String {
        ReturnTo::check(typed, &origins()).unwrap_or_else(|flaw| panic!("{typed}: {flaw:?}")).with_ticket("T")
    }

    #[test]
    fn the_ticket_joins_the_query_and_the_fragment_stays_behind_it() {
        for (typed, to) in [
            ("https://h5.example.com", "https://h5.example.com/?ticket=T"),
            ("https://h5.example.com/", "https://h5.example.com/?ticket=T"),
            ("https://H5.Example.com:443/a?x=1&y=%2F+2", "https://h5.example.com/a?x=1&y=%2F+2&ticket=T"),
            ("https://h5.example.com?x=1", "https://h5.example.com/?x=1&ticket=T"),
            ("https://h5.example.com#/route?a=b", "https://h5.example.com/?ticket=T#/route?a=b"),
            ("https://h5.example.com/a?#top", "https://h5.example.com/a?ticket=T#top"),
            ("https://h5.example.com:8443/a?ticket=old&x=1#t", "https://h5.example.com:8443/a?x=1&ticket=T#t"),
            ("https://h5.example.com/a?my_ticket=1", "https://h5.example.com/a?my_ticket=1&ticket=T"),
            ("http://127.0.0.1:3000/a//b", "http://127.0.0.1:3000/a//b?ticket=T"),
            ("https://中国.example/问?名=甲#乙", "https://xn--fiqs8s.example/%E9%97%AE?%E5%90%8D=%E7%94%B2&ticket=T#%E4%B9%99"),
            ("https://h5.example.com/@evil.com", "https://h5.example.com/@evil.com?ticket=T"),
        ] {
            assert_eq!(sent(typed), to, "{typed}");
        }
    }

    #[test]
    fn nothing_else_is_returned_to() {
        for typed in [
            "https://evil.com/?x=https://h5.example.com",
            "https://h5.example.com.evil.com/",
            "http://h5.example.com/",
            "https://h5.example.com:444/",
            "https://sub.h5.example.com/",
            "http://127.0.0.1/",
            "http://localhost:3000/",
            "http://2130706433:3001/",
        ] {
            assert_eq!(ReturnTo::check(typed, &origins()), Err(Flaw::NotAllowed), "{typed}");
        }
        for typed in [
            "",
            "/path",
            "//h5.example.com/",
            "h5.example.com",
            "https:h5.example.com",
            "https:/h5.example.com/",
            "https:///h5.example.com/",
            "javascript://h5.example.com/%0aalert(1)",
            "javascript:alert(1)//https://h5.example.com",
            "data:text/html,https://h5.example.com/",
            "ftp://h5.example.com/",
            "https://h5.example.com@evil.com/",
            "https://user:pw@h5.example.com/",
            "https://h5.example.com\\@evil.com/",
            "https://h5.example.com/\\evil",
            "https://h5.example.com./",
            "https://h5.example.com。/",
            "https://h5.example.com:/",
            "https://h5.example.com%2eevil.com/",
            "https://h5.example.com/a b",
            "https://h5.example.com/\r\nSet-Cookie: a=b",
            " https://h5.example.com/",
            "https://h5.example.com:99999/",
        ] {
            assert!(matches!(ReturnTo::check(typed, &origins()), Err(Flaw::Malformed(_))), "{typed:?}");
        }
        let long = format!("https://h5.example.com/{}", "a".repeat(LONGEST));
        assert_eq!(ReturnTo::check(&long, &origins()), Err(Flaw::Malformed(w::TOO_LONG)));
    }

    const PIECES: &[&str] = &[
        "https://",
        "http:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        ":80",
        "h5.example.com",
        "H5.example.com",
        "evil.com",
        ".",
        "。",
        "%2e",
        "#",
        "?",
        "&",
        "ticket=x",
        " ",
        "\t",
        "\u{200b}",
        "\u{ad}",
        "[::1]",
        "[",
        "＠",
        "／",
        "127.0.0.1:3000",
        "中国.example",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// Whatever passes, a browser opens on a listed origin, and before and after the ticket is added the same page.
        #[test]
        fn a_browser_never_lands_elsewhere(parts in prop::collection::vec(prop::sample::select(PIECES), 1..8), head in any::<bool>()) {
            let typed = if head { format!("https://{}", parts.concat()) } else { parts.concat() };
            if let Ok(to) = ReturnTo::check(&typed, &origins()) {
                for address in [to.with_ticket("T"), to.plain()] {
                    prop_assert!(address.is_ascii());
                    let opened = Url::parse(&address).expect("a browser can open it");
                    prop_assert!(origins().contains(&opened.origin().ascii_serialization()), "{typed:?} opens {address}");
                }
                let (before, after) = (Url::parse(&typed).expect("opens"), Url::parse(&to.with_ticket("T")).expect("opens"));
                prop_assert_eq!(before.path(), after.path());
            }
        }
    }
}
