//! Identifies the peers of connections, for limits per peer.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;

/// Default networks of proxies: this machine, and private and link-local networks.
const PRIVATE_NETWORKS: [&str; 9] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    // Carrier-grade NAT, which clusters also use internally.
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

static PRIVATE: LazyLock<Arc<[IpNet]>> =
    LazyLock::new(|| PRIVATE_NETWORKS.iter().filter_map(|network| network.parse().ok()).collect());

/// The limit of connections per peer.
#[derive(Clone, Debug)]
pub struct PeerLimit {
    /// Maximum number of open connections per peer.
    pub connections: usize,
    /// Networks of proxies, which are exempt because many peers share them.
    pub proxies: Arc<[IpNet]>,
}

impl Default for PeerLimit {
    fn default() -> Self {
        Self { connections: 128, proxies: Arc::clone(&PRIVATE) }
    }
}

impl PeerLimit {
    /// Returns the peer that an address belongs to, or `None` if it is a proxy. An IPv6 peer is a /64 network, since it
    /// can choose any address in it.
    pub(super) fn peer(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        if self.proxies.iter().any(|network| network.contains(&address)) {
            return None;
        }
        Some(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(limit: &PeerLimit, address: &str) -> Option<String> {
        limit.peer(address.parse().unwrap()).map(|peer| peer.to_string())
    }

    #[test]
    fn configured_proxies_replace_the_default() {
        let limit = PeerLimit::default();
        assert_eq!(PRIVATE.len(), PRIVATE_NETWORKS.len());
        for proxy in ["127.0.0.1", "::1", "10.1.2.3", "172.18.0.2", "192.168.1.1", "::ffff:10.0.0.1", "fd00::1"] {
            assert_eq!(peer(&limit, proxy), None, "{proxy}");
        }
        let named = PeerLimit { proxies: ["198.51.100.0/24".parse().unwrap()].into(), ..limit };
        assert_eq!(peer(&named, "198.51.100.7"), None);
        assert_eq!(peer(&named, "127.0.0.1").as_deref(), Some("127.0.0.1"));
    }

    #[test]
    fn an_ipv6_network_is_one_peer() {
        let limit = PeerLimit::default();
        assert_eq!(peer(&limit, "203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(peer(&limit, "::ffff:203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(peer(&limit, "2001:db8:1:2:3:4:5:6").as_deref(), Some("2001:db8:1:2::"));
        assert_eq!(peer(&limit, "2001:db8:1:2::9").as_deref(), Some("2001:db8:1:2::"));
    }
}
