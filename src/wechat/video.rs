//! Videos, of which WeChat gives an address only (docs/wechat-api.md §5.1). An address from outside is fetched under these rules: https on
//! its usual port, a host we know, a connection to a public address that was checked, no proxy, no redirect. All are asked anew each time.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Instant,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::{
    client::{CONNECT_TIMEOUT, Client, IDLE_TIMEOUT, status_error, trace_call, wire_error},
    error::Error,
    media::{DOWNLOAD_TIMEOUT, Download, download, first_bytes},
    reply::unreadable,
};

/// The hosts that videos are fetched from. WeChat names its store as `http://{host}/…` or `http://{address}/{host}/…`.
const HOSTS: [&str; 1] = ["vweixinp.tc.qq.com"];

impl Client {
    /// Opens the video at an address that WeChat gave; `None` if it is not one we fetch from.
    ///
    /// # Errors
    /// [`Error::Network`] and [`Error::Timeout`] on the way, [`Error::Unreadable`] for anything but a file.
    pub async fn video(&self, address: &str) -> Option<Result<Download, Error>> {
        let (http, url) = match (allowed(address), self.own(address)) {
            (Some(url), _) => (careful_pool(), url),
            (None, Some(url)) => (Ok(self.http.clone()), url),
            (None, None) => return None,
        };
        let started = Instant::now();
        let opened = async {
            let mut response = http?.get(url).timeout(DOWNLOAD_TIMEOUT).send().await.map_err(|error| wire_error(&error))?;
            if !response.status().is_success() {
                return Err(status_error(response.status()));
            }
            let head = first_bytes(&mut response).await?;
            Ok(download(head, response))
        };
        let opened = opened.await;
        trace_call("a video", started, opened.as_ref().err());
        Some(opened)
    }

    /// An address below our own API base, where that is on this machine: the simulator's videos.
    fn own(&self, address: &str) -> Option<Url> {
        let (base, url) = (Url::parse(&self.base).ok()?, Url::parse(address).ok()?);
        let here = match base.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        (here && base.origin() == url.origin() && bare(&url)).then_some(url)
    }
}

/// Whether an address carries no name or password.
fn bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// The address to fetch from, always https; `None` for one that is not WeChat's.
fn allowed(address: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok().filter(bare)?;
    if !matches!(url.scheme(), "http" | "https") || url.port().is_some() {
        return None;
    }
    let named = |name: &str| HOSTS.into_iter().find(|host| *host == name);
    if let Host::Domain(name) = url.host()? {
        named(name)?;
    } else {
        // The number is never connected to: what counts is the name behind it.
        let path = url.path().to_owned();
        let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
        url.set_host(Some(named(first)?)).ok()?;
        url.set_path(rest);
    }
    url.set_fragment(None);
    url.set_scheme("https").ok()?;
    Some(url)
}

/// Connections for addresses that came from outside.
fn careful_pool() -> Result<reqwest::Client, Error> {
    static POOL: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(pool) = POOL.get() {
        return Ok(pool.clone());
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .dns_resolver(Arc::new(PublicOnly))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(IDLE_TIMEOUT)
        .user_agent(concat!("wxdesk/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| unreadable("the certificate store cannot be used"))?;
    Ok(POOL.get_or_init(|| built).clone())
}

/// Finds public addresses only; the connection goes to one of exactly these.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public_v4(ip),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_broadcast()
        || ip.is_multicast();
    // This network, shared space between carriers, IETF's own, benchmarks, and what is kept for later.
    let kept = a == 0 || a == 100 && (64..128).contains(&b) || (a, b, c) == (192, 0, 0) || a == 198 && matches!(b, 18 | 19) || a >= 240;
    !special && !kept
}

/// Of IPv6 only 2000::/3 is given out; inside it tunnels lead to IPv4 addresses, and 2001:db8::/32 is for books.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    a & 0xe000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b < 0x200 || b == 0xdb8)) && a != 0x3fff
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_hosts_are_asked_and_always_by_https() {
        let there = "https://vweixinp.tc.qq.com/1007_a.f10.mp4?vkey=7A&sha=0&save=1";
        for address in [
            "http://vweixinp.tc.qq.com/1007_a.f10.mp4?vkey=7A&sha=0&save=1",
            "https://VWEIXINP.tc.qq.com:443/1007_a.f10.mp4?vkey=7A&sha=0&save=1#x",
            "http://203.205.137.89/vweixinp.tc.qq.com/1007_a.f10.mp4?vkey=7A&sha=0&save=1",
            // Whatever the number says, only the name is connected to.
            "http://169.254.169.254/vweixinp.tc.qq.com/1007_a.f10.mp4?vkey=7A&sha=0&save=1",
            "http://[::1]/vweixinp.tc.qq.com/1007_a.f10.mp4?vkey=7A&sha=0&save=1",
        ] {
            assert_eq!(allowed(address).unwrap().as_str(), there, "{address}");
        }
    }

    #[test]
    fn tricks_lead_nowhere() {
        for address in [
            "",
            "DOWN_URL",
            "http://127.0.0.1/",
            "http://2130706433/x",
            "http://0177.0.0.1/x",
            "http://0x7f.1/x",
            "http://[::ffff:127.0.0.1]/x",
            "http://[::]/x",
            "http://169.254.169.254/latest/meta-data",
            "https://vweixinp.tc.qq.com@evil.example/x",
            "https://user@vweixinp.tc.qq.com/x",
            "https://vweixinp.tc.qq.com.evil.example/x",
            "https://evil.example/vweixinp.tc.qq.com/x",
            "https://evil.example/#vweixinp.tc.qq.com",
            "https://vweixinp.tc.qq.com:8443/x",
            "http://203.205.137.89:8080/vweixinp.tc.qq.com/x",
            "http://203.205.137.89/evil.example/x",
            "http://203.205.137.89/vweixinp.tc.qq.com@evil.example/x",
            "http://203.205.137.89/vweixinp.tc.qq.com",
            "https://vweixinp.tc.qq.com./x",
            "ftp://vweixinp.tc.qq.com/x",
            "file:///vweixinp.tc.qq.com/x",
            "javascript:alert(1)",
        ] {
            assert_eq!(allowed(address), None, "{address}");
        }
    }

    #[test]
    fn only_the_simulator_s_own_videos_are_fetched_from_this_machine() {
        let own = |base: &str, address: &str| Client::new(base).unwrap().own(address).is_some();
        assert!(own("http://127.0.0.1:9", "http://127.0.0.1:9/sandbox/video/a.mp4"));
        for (base, address) in [
            ("http://127.0.0.1:9", "http://127.0.0.1:10/x"),
            ("http://127.0.0.1:9", "http://localhost:9/x"),
            ("http://127.0.0.1:9", "http://u@127.0.0.1:9/x"),
            ("http://127.0.0.1:9", "https://127.0.0.1:9/x"),
            ("https://api.weixin.qq.com", "https://api.weixin.qq.com/x"),
        ] {
            assert!(!own(base, address), "{base} {address}");
        }
    }

    #[test]
    fn addresses_inside_are_not_connected_to() {
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["203.205.137.89", "1.1.1.1", "100.128.0.1", "198.20.0.1", "2402:4e00::1", "2001:4860:4860::8888", "::ffff:1.1.1.1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err());
    }
}
