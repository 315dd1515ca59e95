//! Hosts, origins and addresses as an operator types them.

use url::{Host, Url};

use crate::shared::lang::{Said, Text};

/// A JS 接口安全域名 as it is compared: lower case, after IDNA, without port (any port of a listed host is fine).
///
/// # Errors
/// A sentence that names what is wrong: a scheme, a path, a wildcard, a final dot, or no host at all.
pub fn js_domain(typed: &str) -> Result<String, Said> {
    let refused = |why: Text| Err(Said::new(format!("“{typed}”：{}", why.zh), format!("{typed:?}: {}", why.en)));
    if typed.contains("://") {
        return refused(NO_SCHEME);
    }
    if typed.contains(['/', '?', '#', '@', '\\', '*', '%']) || typed.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refused(HOST_ONLY);
    }
    let Some(host) = without_port(typed) else { return refused(HOST_ONLY) };
    match Host::parse(host) {
        Ok(Host::Domain(name)) if is_name(&name) => Ok(name),
        Ok(host @ (Host::Ipv4(_) | Host::Ipv6(_))) => Ok(host.to_string()),
        _ => refused(HOST_ONLY),
    }
}

/// An origin as browsers send it: scheme, host, and the port where it is not the scheme's own.
///
/// # Errors
/// A sentence that names what is wrong: a path, user-info, another scheme than http(s).
pub fn h5_origin(typed: &str) -> Result<String, Said> {
    let refused = |why: Text| Err(Said::new(format!("“{typed}”：{}", why.zh), format!("{typed:?}: {}", why.en)));
    if !typed.contains("://") || typed.contains(['\\', '*', '?', '#', '@']) || typed.matches('/').count() > 3 {
        return refused(ORIGIN_ONLY);
    }
    let Ok(url) = Url::parse(typed) else { return refused(ORIGIN_ONLY) };
    let named = match url.host() {
        Some(Host::Domain(name)) => is_name(name),
        Some(_) => true,
        None => false,
    };
    if !named || url.path() != "/" || !matches!(url.scheme(), "http" | "https") {
        return refused(ORIGIN_ONLY);
    }
    Ok(url.origin().ascii_serialization())
}

/// Whether a text is a whole http(s) address without user-info.
pub fn is_web_address(typed: &str) -> bool {
    typed.len() <= 1024
        && Url::parse(typed).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()
        })
}

/// Whether an address leads back to this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// A host name of labels that are not empty: no dot at either end, no two in a row, 253 letters at most.
fn is_name(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()))
}

fn without_port(typed: &str) -> Option<&str> {
    let (host, port) = match typed.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')? + 2;
            (&typed[..end], typed[end..].strip_prefix(':').or_else(|| typed[end..].is_empty().then_some("0"))?)
        }
        None => typed.split_once(':').unwrap_or((typed, "0")),
    };
    port.parse::<u16>().ok().map(|_| host)
}

const NO_SCHEME: Text = Text::new(
    "只写主机名，不带 http:// 或 https://，例如 h5.example.com。",
    "write the host only, without http:// or https://, such as h5.example.com.",
);
const HOST_ONLY: Text = Text::new(
    "只写主机名，不带路径和通配符，例如 h5.example.com。",
    "write the host only, without path or wildcard, such as h5.example.com.",
);
const ORIGIN_ONLY: Text = Text::new(
    "写成“协议://主机”或“协议://主机:端口”，不带路径，例如 https://h5.example.com。",
    "write scheme://host or scheme://host:port without a path, such as https://h5.example.com.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_kept_as_they_are_compared() {
        for (typed, kept) in [
            ("H5.Example.COM", "h5.example.com"),
            ("h5.example.com:8443", "h5.example.com"),
            ("青禾.example", "xn--2lzs91d.example"),
            ("localhost", "localhost"),
            ("app.localhost:5173", "app.localhost"),
            ("127.0.0.1:3000", "127.0.0.1"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(js_domain(typed).as_deref(), Ok(kept), "{typed}");
        }
        for bad in [
            "",
            "https://h5.example.com",
            "h5.example.com/path",
            "h5.example.com.",
            ".example.com",
            "a..b",
            "*.example.com",
            "user@h5.example.com",
            "h5.example.com:99999",
            "h5.example.com:x",
            "h5.example.com:",
            "h5.exa mple.com",
            "h5\\.example.com",
            "%68.example.com",
            "[::1",
            "[::1]x",
            "::1",
        ] {
            assert!(js_domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        for (typed, kept) in [
            ("https://H5.Example.com", "https://h5.example.com"),
            ("https://h5.example.com/", "https://h5.example.com"),
            ("https://h5.example.com:443", "https://h5.example.com"),
            ("https://h5.example.com:8443", "https://h5.example.com:8443"),
            ("https://青禾.example", "https://xn--2lzs91d.example"),
            ("http://H5.example.com", "http://h5.example.com"),
            ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(h5_origin(typed).as_deref(), Ok(kept), "{typed}");
        }
        for bad in [
            "h5.example.com",
            "https:h5.example.com",
            "https://h5.example.com/app",
            "https://h5.example.com?x",
            "https://h5.example.com#x",
            "https://user@h5.example.com",
            "https://h5.example.com.",
            "https://*.example.com",
            "file:///etc",
            "null",
            "*",
            "",
        ] {
            assert!(h5_origin(bad).is_err(), "{bad}");
        }
    }
}
