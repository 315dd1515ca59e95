//! Posting to addresses that people typed: only where they may lead, checked at every use on the very address that is connected to.
//!
//! Redirects are not followed, proxies of the environment are not asked, connections are not kept (a kept one would skip the next
//! check), and what the other side answers is not read.

use std::{
    error::Error as _,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::future::BoxFuture;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header::HeaderMap,
    redirect::Policy,
};
use url::{Host, Url};

/// How long a call may take, its connection included.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest address that is taken (bytes).
pub const LONGEST: usize = 2000;

/// Where an IP address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the public internet.
    Global,
    /// On this machine or in the own network: loopback, private, shared (RFC 6598) and unique local addresses.
    Inside,
    /// Where nothing of ours is to be posted: link-local with the metadata services of clouds, multicast, unspecified, reserved.
    Never,
}

/// Where an address lies, by the special-purpose registries of IANA (RFC 6890 and its updates). IPv6 addresses that carry an IPv4 address
/// lie where that one lies.
pub fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) | (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => Place::Inside,
        // This network, link-local, protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved, broadcast.
        (0, ..) | (169, 254, _) | (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) | (224.., ..) => {
            Place::Never
        }
        _ => Place::Global,
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    let segments = address.segments();
    let carried = |high: u16, low: u16| place_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => Place::Inside,
        // Mapped (::ffff:a.b.c.d) and translated (64:ff9b::a.b.c.d) addresses, and 6to4 (2002:a.b:c.d::).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => carried(high, low),
        [0xfc00..=0xfdff, ..] => Place::Inside,
        // Teredo, ORCHID, documentation and the other protocol assignments below 2001::/23; 3fff::/20 is documentation as well.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Place::Never,
        // What is left of the global unicast space; everything outside it is loopback's neighbours, link-local, multicast or reserved.
        [0x2000..=0x3fff, ..] => Place::Global,
        _ => Place::Never,
    }
}

/// Which places one call may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// https, as usual.
    Global,
    /// https, the own network allowed.
    Anywhere,
    /// http without encryption: the own network only.
    Inside,
}

impl Reach {
    const ALL: [Self; 3] = [Self::Global, Self::Anywhere, Self::Inside];

    fn of(url: &Url, inside: bool) -> Option<Self> {
        match (url.scheme(), inside) {
            ("https", false) => Some(Self::Global),
            ("https", true) => Some(Self::Anywhere),
            ("http", true) => Some(Self::Inside),
            _ => None,
        }
    }

    fn admits(self, address: IpAddr) -> bool {
        match place(address) {
            Place::Global => self != Self::Inside,
            Place::Inside => self != Self::Global,
            Place::Never => false,
        }
    }
}

/// Why an address is not taken, before anything is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No address at all, or one with user-info, a fragment or control characters.
    Malformed,
    /// Not https, nor http with the own network allowed.
    Scheme,
    /// An IP address that may not be reached.
    Address,
}

/// Reads an address somebody typed. Decimal, octal and hexadecimal spellings of IP addresses are IP addresses here (WHATWG URL).
///
/// # Errors
/// Why it is not taken.
pub fn read(text: &str, inside: bool) -> Result<Url, Refusal> {
    if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(Refusal::Malformed);
    }
    let url = Url::parse(text).map_err(|_| Refusal::Malformed)?;
    let reach = Reach::of(&url, inside).ok_or(Refusal::Scheme)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() || url.port() == Some(0) {
        return Err(Refusal::Malformed);
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(name)) if !name.is_empty() => None,
        _ => return Err(Refusal::Malformed),
    };
    if literal.is_some_and(|address| !reach.admits(address)) { Err(Refusal::Address) } else { Ok(url) }
}

/// Why there was no answer. Never holds an address or a word of the other side's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It leads, or now leads, where nothing may be posted.
    NotAllowed,
    /// Nobody took the connection, or its encryption failed.
    NoConnection,
    /// Nothing came in time.
    Timeout,
    /// The connection broke.
    Broken,
}

impl Failure {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::NoConnection => "no_connection",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
        }
    }
}

/// Posts to addresses of other people's. Cheap to clone.
#[derive(Clone)]
pub struct Outward {
    clients: [reqwest::Client; 3],
}

impl Outward {
    /// One that resolves names as the machine does.
    ///
    /// # Errors
    /// The certificate store cannot be used.
    pub fn open() -> anyhow::Result<Self> {
        let lookup: Lookup = Arc::new(|name| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.map(|socket| socket.ip()).collect()) })
        });
        Self::resolving(lookup)
    }

    fn resolving(lookup: Lookup) -> anyhow::Result<Self> {
        // Fails only if a provider stands already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let [global, anywhere, inside] = Reach::ALL.map(|reach| client(Checked { reach, lookup: lookup.clone() }));
        Ok(Self { clients: [global?, anywhere?, inside?] })
    }

    /// Posts `body` and gives the status of the answer.
    ///
    /// # Errors
    /// Why there was none.
    pub async fn post(&self, address: &str, inside: bool, headers: HeaderMap, body: String) -> Result<u16, Failure> {
        // Read again at each use: what was typed long ago obeys today's rules.
        let url = read(address, inside).map_err(|_| Failure::NotAllowed)?;
        let reach = Reach::of(&url, inside).ok_or(Failure::NotAllowed)?;
        let client = match reach {
            Reach::Global => &self.clients[0],
            Reach::Anywhere => &self.clients[1],
            Reach::Inside => &self.clients[2],
        };
        // Dropping the answer unread closes the connection.
        client.post(url).headers(headers).body(body).send().await.map(|answer| answer.status().as_u16()).map_err(|error| failure(&error))
    }
}

fn client(resolver: Checked) -> anyhow::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .dns_resolver(Arc::new(resolver))
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT);
    builder.build().map_err(|error| anyhow::anyhow!("The certificate store cannot be used: {}", error.without_url()))
}

fn failure(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<NotAllowed>() {
            return Failure::NotAllowed;
        }
        cause = inner.source();
    }
    match () {
        () if error.is_timeout() => Failure::Timeout,
        () if error.is_connect() => Failure::NoConnection,
        () => Failure::Broken,
    }
}

type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// A resolver that gives only addresses that may be reached; the connection is made to one of these.
struct Checked {
    reach: Reach,
    lookup: Lookup,
}

/// A name all of whose addresses lie where nothing may be posted.
#[derive(Debug)]
struct NotAllowed;

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads nowhere that may be reached")
    }
}

impl std::error::Error for NotAllowed {}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, found) = (self.reach, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let mut addresses = found.await?;
            let some = !addresses.is_empty();
            addresses.retain(|address| reach.admits(*address));
            if some && addresses.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    fn lies(text: &str) -> Place {
        place(text.parse().expect("an address"))
    }

    #[test]
    fn every_address_has_its_place() {
        for global in
            ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::"]
        {
            assert_eq!(lies(global), Place::Global, "{global}");
        }
        let inside = ["127.0.0.1", "127.255.0.9", "10.0.0.1", "172.16.0.1", "172.31.9.9", "192.168.1.1", "100.64.0.1", "::1", "fd00::1"];
        for inside in inside.into_iter().chain(["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]) {
            assert_eq!(lies(inside), Place::Inside, "{inside}");
        }
        for never in ["0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9", "240.0.0.1"] {
            assert_eq!(lies(never), Place::Never, "{never}");
        }
        for never in ["::", "fe80::1", "ff02::1", "2001:db8::1", "2001::1", "::7f00:1", "::ffff:169.254.169.254", "64:ff9b:1::1", "fec0::1"]
        {
            assert_eq!(lies(never), Place::Never, "{never}");
        }
    }

    #[test]
    fn what_is_typed_is_taken_only_where_it_may_lead() {
        let said = |text: &str, inside| read(text, inside).map(|_| ());
        assert_eq!(said("https://hooks.example.com/in?a=b", false), Ok(()));
        for wrong in ["", "hooks.example.com", "https://u:p@example.com/", "https://u@example.com/", "https://example.com/#x", "https://"] {
            assert_eq!(said(wrong, true), Err(Refusal::Malformed), "{wrong}");
        }
        for wrong in ["https://example.com\\@127.0.0.1/", "https://exa mple.com/", "https://example.com:0/", "https://example.com/\n"] {
            assert_eq!(said(wrong, false), Err(Refusal::Malformed), "{wrong}");
        }
        for wrong in ["http://example.com/", "ftp://example.com/", "file:///etc/passwd"] {
            assert_eq!(said(wrong, false), Err(Refusal::Scheme), "{wrong}");
        }
        for inside in ["https://127.0.0.1/", "https://2130706433/", "https://0177.0.0.1/", "https://0x7f.1/", "https://[::ffff:7f00:1]/"] {
            assert_eq!(said(inside, false), Err(Refusal::Address), "{inside}");
            assert_eq!(said(inside, true), Ok(()), "{inside}");
        }
        for never in ["http://169.254.169.254/", "https://[::]/", "https://0/", "https://[fe80::1]/"] {
            assert_eq!(said(never, true), Err(Refusal::Address), "{never}");
        }
        assert_eq!(said("http://8.8.8.8/", true), Err(Refusal::Address), "without encryption only inside");
    }

    /// A server that answers everything with `answer`, and how often it was called.
    async fn server(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let (port, calls) = (listener.local_addr().expect("bound").port(), Arc::new(AtomicUsize::new(0)));
        let counted = calls.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut buffer = [0; 4096];
                if socket.read(&mut buffer).await.is_ok() {
                    socket.write_all(answer.as_bytes()).await.ok();
                }
            }
        });
        (port, calls)
    }

    async fn posted(outward: &Outward, address: &str, inside: bool) -> Result<u16, Failure> {
        outward.post(address, inside, HeaderMap::new(), "{}".into()).await
    }

    #[tokio::test]
    async fn a_name_is_checked_at_each_use_on_the_address_that_is_called() {
        let (port, calls) = server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await;
        let turn = Arc::new(AtomicUsize::new(0));
        let answers = turn.clone();
        let outward = Outward::resolving(Arc::new(move |_| {
            // First where it may lead, then where it may not, then both.
            let answer: &[&str] =
                [&["127.0.0.1"][..], &["169.254.169.254"], &["169.254.169.254", "127.0.0.1"]][answers.fetch_add(1, Ordering::SeqCst)];
            let answer = answer.iter().map(|text| text.parse().expect("an address")).collect();
            Box::pin(async move { Ok(answer) })
        }));
        let (outward, address) = (outward.expect("opens"), format!("http://rebinding.example:{port}/"));
        assert_eq!(posted(&outward, &address, true).await, Ok(204));
        assert_eq!(posted(&outward, &address, true).await, Err(Failure::NotAllowed));
        assert_eq!(posted(&outward, &address, true).await, Ok(204));
        assert_eq!((turn.load(Ordering::SeqCst), calls.load(Ordering::SeqCst)), (3, 2), "no connection was kept");
    }

    #[tokio::test]
    async fn what_may_not_be_reached_is_not_called() {
        let (port, calls) = server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await;
        let outward = Outward::open().expect("opens");
        for address in ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "169.254.169.254", "localhost", "2130706433"] {
            assert_eq!(posted(&outward, &format!("https://{address}:{port}/"), false).await, Err(Failure::NotAllowed), "{address}");
        }
        assert_eq!(posted(&outward, &format!("http://127.0.0.1:{port}/"), false).await, Err(Failure::NotAllowed));
        assert_eq!(posted(&outward, &format!("http://169.254.169.254:{port}/"), true).await, Err(Failure::NotAllowed));
        assert_eq!(calls.load(Ordering::SeqCst), 0);
        assert_eq!(posted(&outward, &format!("http://localhost:{port}/"), true).await, Ok(204));
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let (target, calls) = server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await;
        let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{target}/\r\nConnection: close\r\n\r\n");
        let (port, _) = server(answer.leak()).await;
        let outward = Outward::open().expect("opens");
        assert_eq!(posted(&outward, &format!("http://127.0.0.1:{port}/"), true).await, Ok(307));
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}
