//! What may be signed: the rules for the page's address (docs/wechat-api.md §11.3), without any IO.

/// Longer addresses (bytes, decoded, without what follows `#`) are refused. Beyond it, browsers and proxies cut by themselves.
pub const LONGEST: usize = 8192;

/// Why an address is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlFault {
    /// It is no address a browser could be at, or one made to deceive.
    Malformed(Flaw),
    /// Its host is none of the account's JS domains.
    NotAllowed,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// More than [`LONGEST`] bytes.
    TooLong,
    /// Neither `http://` nor `https://` in front.
    Scheme,
    /// A control character.
    Control,
    /// A blank of any kind.
    Blank,
    /// A backslash, which browsers read as a slash.
    Backslash,
    /// `user@` in front of the host.
    UserInfo,
    /// No host.
    NoHost,
    /// Percent encoding in the host.
    EncodedHost,
    /// A dot at the host's end.
    TrailingDot,
    /// A host that is no name and no address.
    Host,
    /// A port that is no number of 1–65535.
    Port,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

/// An address that may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// What is signed: the address up to the first `#`, untouched.
    pub signed: &'a str,
    /// The host as written, without port; IPv6 in brackets.
    pub host: &'a str,
}

/// The part of an address that is signed: everything before the first `#`.
pub fn without_fragment(url: &str) -> &str {
    url.find('#').map_or(url, |at| &url[..at])
}

/// Takes an address apart, changing nothing. The host is checked against nothing yet.
///
/// # Errors
/// What is wrong with it.
pub fn parse(url: &str) -> Result<Page<'_>, Flaw> {
    let signed = without_fragment(url);
    if signed.len() > LONGEST {
        return Err(Flaw::TooLong);
    }
    check_characters(signed)?;
    let rest = strip_scheme(signed).ok_or(Flaw::Scheme)?;
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    if authority.contains('@') {
        return Err(Flaw::UserInfo);
    }
    if authority.contains('%') {
        return Err(Flaw::EncodedHost);
    }
    let (host, port) = split_port(authority)?;
    if let Some(port) = port
        && !(1..=5).contains(&port.len())
    {
        return Err(Flaw::Port);
    }
    if port.is_some_and(|port| !port.bytes().all(|byte| byte.is_ascii_digit()) || !(1..=65535).contains(&port.parse().unwrap_or(0u32))) {
        return Err(Flaw::Port);
    }
    check_host(host)?;
    Ok(Page { signed, host })
}

fn check_characters(signed: &str) -> Result<(), Flaw> {
    for byte in signed.bytes() {
        match byte {
            b' ' => return Err(Flaw::Blank),
            b'\\' => return Err(Flaw::Backslash),
            0..0x20 | 0x7f => return Err(Flaw::Control),
            _ => {}
        }
    }
    // Most addresses are ASCII; only the others are looked at letter by letter.
    if signed.is_ascii() {
        return Ok(());
    }
    match signed.chars().find(|letter| letter.is_control() || letter.is_whitespace()) {
        Some(letter) if letter.is_whitespace() && !letter.is_control() => Err(Flaw::Blank),
        Some(_) => Err(Flaw::Control),
        None => Ok(()),
    }
}

fn strip_scheme(url: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let head = url.as_bytes().get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme.as_bytes()).then(|| &url[scheme.len()..])
    })
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), Flaw> {
    if authority.starts_with('[') {
        let end = authority.find(']').ok_or(Flaw::Host)? + 1;
        let (host, rest) = authority.split_at(end);
        return match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok((host, None)),
            None => Err(Flaw::Host),
            Some(port) => Ok((host, Some(port))),
        };
    }
    Ok(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))))
}

fn check_host(host: &str) -> Result<(), Flaw> {
    if host.is_empty() {
        return Err(Flaw::NoHost);
    }
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']').unwrap_or_default();
        return inner.parse::<std::net::Ipv6Addr>().map(|_| ()).map_err(|_| Flaw::Host);
    }
    if host.ends_with(['.', '。', '．', '｡']) {
        return Err(Flaw::TrailingDot);
    }
    let letters = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') || byte >= 0x80);
    if !letters || host.starts_with('.') || host.contains("..") || host.len() > 253 * 4 {
        return Err(Flaw::Host);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragment_is_cut_and_nothing_else_is_touched() {
        for (url, signed, host) in [
            ("https://h5.example.com", "https://h5.example.com", "h5.example.com"),
            ("https://h5.example.com#/detail", "https://h5.example.com", "h5.example.com"),
            ("HTTPS://H5.Example.com:8443/A?b=%41&c=1+2#x#y", "HTTPS://H5.Example.com:8443/A?b=%41&c=1+2", "H5.Example.com"),
            ("http://h5.example.com?x=/../&amp;y=", "http://h5.example.com?x=/../&amp;y=", "h5.example.com"),
            ("https://h5.example.com/问卷?名=甲", "https://h5.example.com/问卷?名=甲", "h5.example.com"),
            ("http://[::1]:3000/a", "http://[::1]:3000/a", "[::1]"),
            ("https://h5.example.com/a@b:c%00", "https://h5.example.com/a@b:c%00", "h5.example.com"),
            ("https://h5.example.com/#a b\\c", "https://h5.example.com/", "h5.example.com"),
        ] {
            assert_eq!(parse(url), Ok(Page { signed, host }), "{url}");
        }
    }

    #[test]
    fn what_no_browser_shows_is_malformed() {
        for (url, flaw) in [
            ("", Flaw::Scheme),
            ("h5.example.com/a", Flaw::Scheme),
            ("//h5.example.com", Flaw::Scheme),
            ("javascript:alert(1)", Flaw::Scheme),
            ("ftp://h5.example.com", Flaw::Scheme),
            ("https:/h5.example.com", Flaw::Scheme),
            ("https:h5.example.com", Flaw::Scheme),
            (" https://h5.example.com", Flaw::Blank),
            ("https://h5.example.com/a b", Flaw::Blank),
            ("https://h5.example.com/a\u{3000}b", Flaw::Blank),
            ("https://h5.example.com/\u{a0}", Flaw::Blank),
            ("https://h5.exa\tmple.com", Flaw::Control),
            ("https://h5.example.com/\n", Flaw::Control),
            ("https://h5.example.com/\0", Flaw::Control),
            ("https://h5.example.com/\u{85}", Flaw::Control),
            ("https://h5.example.com\\@evil.com", Flaw::Backslash),
            ("https://good.com@evil.com/", Flaw::UserInfo),
            ("https://good.com:80@evil.com/", Flaw::UserInfo),
            ("https:///a", Flaw::NoHost),
            ("https://?a", Flaw::NoHost),
            ("https://:80/", Flaw::NoHost),
            ("https://h5.example.com%2eevil.com/", Flaw::EncodedHost),
            ("https://h5.example.com%00.evil.com/", Flaw::EncodedHost),
            ("https://h5.example.com./", Flaw::TrailingDot),
            ("https://h5.example.com.:443/", Flaw::TrailingDot),
            ("https://h5.example.com。", Flaw::TrailingDot),
            ("https://.example.com", Flaw::Host),
            ("https://h5..example.com", Flaw::Host),
            ("https://h5.example.com;evil", Flaw::Host),
            ("https://[::1", Flaw::Host),
            ("https://[::1]x", Flaw::Host),
            ("https://[h5.example.com]", Flaw::Host),
            ("https://h5.example.com:", Flaw::Port),
            ("https://h5.example.com:0", Flaw::Port),
            ("https://h5.example.com:65536", Flaw::Port),
            ("https://h5.example.com:+80", Flaw::Port),
            ("https://h5.example.com:8080:1", Flaw::Port),
            ("https://h5.example.com:８０", Flaw::Port),
        ] {
            assert_eq!(parse(url), Err(flaw), "{url:?}");
        }
        let long = format!("https://h5.example.com/{}", "a".repeat(LONGEST));
        assert_eq!(parse(&long), Err(Flaw::TooLong));
        assert!(parse(&long[..LONGEST]).is_ok());
        let fragment = format!("{}#{}", &long[..LONGEST], "/a".repeat(LONGEST));
        assert_eq!(parse(&fragment).map(|page| page.signed.len()), Ok(LONGEST), "what is not signed is not counted");
    }
}
