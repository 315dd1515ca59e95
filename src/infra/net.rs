//! Who is calling: the peer's address, or the one a trusted proxy reports.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicI64, Ordering},
};

use axum::http::{HeaderMap, request::Parts};
use ipnet::IpNet;

use crate::shared::error::AppError;

/// The caller's address, in every request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller(pub IpAddr);

impl<S: Sync> axum::extract::FromRequestParts<S> for Caller {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| AppError::internal("no caller"))
    }
}

/// A network such as `203.0.113.0/24`, or a plain address for that address alone.
pub fn read_network(text: &str) -> Option<IpNet> {
    let plain = || text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical()));
    text.parse::<IpNet>().ok().map(|net| net.trunc()).or_else(plain)
}

/// Whose word about client addresses is believed.
pub struct Proxies {
    trusted: Vec<IpNet>,
    /// When somebody untrusted last sent forwarding headers (Unix milliseconds), 0 for never; the overview says so.
    strangers_at: AtomicI64,
}

impl Proxies {
    /// The proxies the operator named.
    pub fn new(trusted: Vec<IpNet>) -> Self {
        Self { trusted, strangers_at: AtomicI64::new(0) }
    }

    /// The caller behind `peer`: the nearest address that is no trusted proxy of ours.
    pub fn caller(&self, peer: SocketAddr, headers: &HeaderMap, now_ms: i64) -> Caller {
        let peer = peer.ip().to_canonical();
        if !self.trusts(peer) {
            if headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded") || headers.contains_key("x-real-ip") {
                self.strangers_at.store(now_ms, Ordering::Relaxed);
            }
            return Caller(peer);
        }
        let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let mut hops: Vec<_> = hops.map(|hop| parse_hop(hop.trim())).collect();
        let mut nearest = peer;
        while let Some(Some(hop)) = hops.pop() {
            nearest = hop;
            if !self.trusts(hop) {
                break;
            }
        }
        Caller(nearest)
    }

    /// When forwarding headers last came from somebody who is no trusted proxy (Unix milliseconds).
    pub fn strangers_at(&self) -> Option<i64> {
        Some(self.strangers_at.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

fn parse_hop(hop: &str) -> Option<IpAddr> {
    hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(proxies: &Proxies, peer: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().expect("header"));
        proxies.caller(peer.parse().expect("peer"), &headers, 5).0.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let none = Proxies::new(vec![]);
        assert_eq!(caller(&none, "203.0.113.9:1", "1.2.3.4"), "203.0.113.9");
        assert_eq!(none.strangers_at(), Some(5));
        let one = Proxies::new(vec!["10.0.0.0/8".parse().expect("net")]);
        assert_eq!(caller(&one, "10.0.0.2:1", "6.6.6.6, 1.2.3.4"), "1.2.3.4", "what the client wrote itself is not believed");
        assert_eq!(caller(&one, "10.0.0.2:1", "1.2.3.4, 10.0.0.7"), "1.2.3.4");
        assert_eq!(caller(&one, "10.0.0.2:1", "nonsense"), "10.0.0.2");
        assert_eq!(caller(&one, "8.8.8.8:1", "1.2.3.4"), "8.8.8.8");
        assert_eq!(one.strangers_at(), Some(5));
    }
}
