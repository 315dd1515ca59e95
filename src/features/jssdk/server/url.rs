//! Whether an address may be signed for an account: its host, after IDNA, must be one of the JS domains, exactly.

use std::{borrow::Cow, net::Ipv6Addr};

use crate::{
    features::jssdk::model::{Flaw, Page, UrlFault, parse},
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
    ui::texts::jssdk as w,
};

/// Checks an address against the account's JS domains (lower case, after IDNA). Any port may stand behind the host.
///
/// # Errors
/// Malformed, or a host that is not listed.
pub fn check_url<'a>(url: &'a str, domains: &[String]) -> Result<Page<'a>, UrlFault> {
    let page = parse(url).map_err(UrlFault::Malformed)?;
    let host = ascii(page.host).ok_or(UrlFault::Malformed(Flaw::Host))?;
    // The wide dots of other alphabets become dots.
    if host.ends_with('.') {
        return Err(UrlFault::Malformed(Flaw::TrailingDot));
    }
    if domains.iter().any(|domain| same(&host, domain)) { Ok(page) } else { Err(UrlFault::NotAllowed) }
}

/// How a refused address is answered: 422 `url_malformed`, 403 `url_not_allowed`. Never repeats the address.
pub fn refusal(fault: UrlFault) -> AppError {
    match fault {
        UrlFault::Malformed(flaw) => {
            let mut error = AppError::new(422, "url_malformed", words(flaw));
            error.fields = vec![FieldError::new("url", "url_malformed", words(flaw))];
            error
        }
        UrlFault::NotAllowed => AppError::new(403, "url_not_allowed", w::NOT_ALLOWED),
    }
}

/// What is wrong with an address, in a sentence.
pub const fn words(flaw: Flaw) -> Text {
    match flaw {
        Flaw::TooLong => w::TOO_LONG,
        Flaw::Scheme => w::BAD_SCHEME,
        Flaw::Control => w::HAS_CONTROL,
        Flaw::Blank => w::HAS_BLANK,
        Flaw::Backslash => w::HAS_BACKSLASH,
        Flaw::UserInfo => w::HAS_USER,
        Flaw::NoHost => w::NO_HOST,
        Flaw::EncodedHost => w::ENCODED_HOST,
        Flaw::TrailingDot => w::TRAILING_DOT,
        Flaw::Host => w::BAD_HOST,
        Flaw::Port => w::BAD_PORT,
        Flaw::NotUtf8 => w::NOT_UTF8,
    }
}

/// The host as DNS knows it; `None` where IDNA refuses it.
fn ascii(host: &str) -> Option<Cow<'_, str>> {
    if host.is_ascii() { Some(host.into()) } else { idna::domain_to_ascii_strict(host).ok().map(Cow::Owned) }
}

fn same(host: &str, domain: &str) -> bool {
    if host.eq_ignore_ascii_case(domain) {
        return true;
    }
    // The same IPv6 address can be written in several ways.
    let literal = |text: &str| text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    literal(host).is_some_and(|address| literal(domain).or_else(|| domain.parse().ok()) == Some(address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn domains() -> Vec<String> {
        ["h5.example.com", "good.com", "xn--fiqs8s.example.com", "localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec()
    }

    fn checked(url: &str) -> Result<(), UrlFault> {
        check_url(url, &domains()).map(|_| ())
    }

    #[test]
    fn listed_hosts_pass_in_any_case_on_any_port() {
        for url in [
            "https://h5.example.com/",
            "https://H5.EXAMPLE.COM:8443/a",
            "http://good.com?x=evil.com",
            "http://localhost:3000/",
            "http://127.0.0.1:5173",
            "http://[::1]:80/",
            "http://[0:0:0:0:0:0:0:1]/",
            "https://中国.example.com/",
            "https://XN--FIQS8S.example.com/",
            "https://h5.example.com#@evil.com",
            "https://h5.example.com?@evil.com",
            "https://h5.example.com/@evil.com",
        ] {
            assert_eq!(checked(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn look_alikes_do_not() {
        for url in [
            "https://evil.com/?x=good.com",
            "https://evil.com/#good.com",
            "https://evil.com/good.com",
            "https://good.com.evil.com/",
            "https://notgood.com/",
            "https://sub.good.com/",
            "https://example.com/",
            "https://h5-example.com/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://127.0.0.1.nip.io/",
            "http://[::2]/",
            "http://[::ffff:127.0.0.1]/",
            "https://gооd.com/",
            "https://中囯.example.com/",
            "https://good。com.evil.com/",
        ] {
            assert_eq!(checked(url), Err(UrlFault::NotAllowed), "{url}");
        }
        for url in [
            "https://good.com@evil.com",
            "https://evil.com\\@good.com",
            "https://good.com\t.evil.com",
            "https://good.com\n",
            "https://good.com%00.evil.com",
            "https://good.com%2f.evil.com",
            "https://good.com.",
            "https://good.com．",
            "https://evil.com／good.com",
            "https://evil.com＠good.com",
            "https://evil℀good.com",
            "https://good.com:",
            "data:text/html,good.com",
        ] {
            assert!(matches!(checked(url), Err(UrlFault::Malformed(_))), "{url:?}: {:?}", checked(url));
        }
    }

    /// The rules once more, by the `url` crate: whatever a browser would open elsewhere must not pass.
    fn browser_host(url: &str) -> Option<String> {
        let url = url::Url::parse(url).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.host_str().map(str::to_owned)).flatten()
    }

    const PIECES: &[&str] = &[
        "https://",
        "HTTP://",
        "http:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        ":80",
        ":99999",
        "good.com",
        "GOOD.com",
        "evil.com",
        ".",
        "。",
        "%2e",
        "%00",
        "#",
        "?",
        "&",
        "x=1",
        " ",
        "\t",
        "\n",
        "\u{200b}",
        "\u{ad}",
        "[::1]",
        "[",
        "]",
        "中国.example.com",
        "xn--fiqs8s.example.com",
        "h5.example.com",
        "ｇood.com",
        "＠",
        "／",
        "-",
        "_",
        "user:pw@",
        "localhost",
        "127.0.0.1",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn nothing_passes_that_a_browser_would_open_elsewhere(parts in prop::collection::vec(prop::sample::select(PIECES), 1..8)) {
            let url = format!("https://{}", parts.concat());
            for url in [parts.concat(), url] {
                if let Ok(page) = check_url(&url, &domains()) {
                    let host = browser_host(&url).expect("a browser can open it");
                    prop_assert!(domains().contains(&host), "{url:?} opens {host}");
                    prop_assert_eq!(page.signed, url.split('#').next().unwrap_or_default());
                }
            }
        }

        #[test]
        fn plain_addresses_of_listed_hosts_always_pass(path in "(/[a-z0-9._~!$&'()*+,;=:@%-]{0,12}){0,4}", port in prop::option::of(1u16..)) {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            let url = format!("https://good.com{port}{path}");
            prop_assert!(check_url(&url, &domains()).is_ok());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            check_url(&text, &domains()).ok();
        }
    }
}
