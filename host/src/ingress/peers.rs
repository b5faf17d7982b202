//! Who is at the other end of a connection, as far as limits are concerned.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;

/// Networks from which a proxy calls unless the configuration names others: this machine and private ones.
pub const PRIVATE_NETWORKS: [&str; 9] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    // Carriers' networks, which clusters use for their own.
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

static PRIVATE: LazyLock<Arc<[IpNet]>> =
    LazyLock::new(|| PRIVATE_NETWORKS.iter().filter_map(|network| network.parse().ok()).collect());

/// How many connections one peer may have.
#[derive(Clone, Debug)]
pub struct PeerLimit {
    /// So many.
    pub connections: usize,
    /// Networks of proxies, behind which many peers are one.
    pub proxies: Arc<[IpNet]>,
}

impl Default for PeerLimit {
    fn default() -> Self {
        Self { connections: 128, proxies: Arc::clone(&PRIVATE) }
    }
}

impl PeerLimit {
    /// Whose connections an address counts among; none where it is a proxy's. In IPv6 a peer has as many addresses as
    /// it likes: its network counts as one.
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
    fn proxies_are_not_counted_unless_others_are_named() {
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
    fn a_network_of_the_sixth_version_is_one_peer() {
        let limit = PeerLimit::default();
        assert_eq!(peer(&limit, "203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(peer(&limit, "::ffff:203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(peer(&limit, "2001:db8:1:2:3:4:5:6").as_deref(), Some("2001:db8:1:2::"));
        assert_eq!(peer(&limit, "2001:db8:1:2::9").as_deref(), Some("2001:db8:1:2::"));
    }
}
