//! The `[connections]` table.

use std::net::IpAddr;

use ipnet::IpNet;

use super::entry::Table;
use super::fault::Faults;
use super::reference::CONNECTIONS;

/// Limits on connections to `listen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Maximum number of open connections.
    pub max: usize,
    /// Maximum number of open connections per peer.
    pub max_per_peer: usize,
    /// Networks of proxies, which are exempt from `max_per_peer`; `None` for this machine and private networks.
    pub proxies: Option<Vec<IpNet>>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { max: 1024, max_per_peer: 128, proxies: None }
    }
}

impl ConnectionLimits {
    /// Reads `connections` from the top level. Returns `None` if it is invalid.
    pub(super) fn read(top: &Table<'_>, faults: &mut Faults) -> Option<Self> {
        let Some(entry) = top.find("connections") else { return Some(Self::default()) };
        let table = Table::open(&entry, &CONNECTIONS, faults)?;
        let default = Self::default();
        let max = table.integer_or("max", default.max, 16..=60_000, faults);
        let max_per_peer = table.integer_or("max-per-peer", default.max_per_peer, 1..=60_000, faults);
        let proxies = table.read_or("proxies", None, faults, |entry, faults| {
            let networks = entry.items(faults)?;
            Some(Some(networks.iter().filter_map(|network| network.parsed(network_of, faults)).collect()))
        });
        Some(Self { max: max?, max_per_peer: max_per_peer?, proxies: proxies? })
    }
}

/// Parses a network, or an address as a network of one address.
fn network_of(text: &str) -> Result<IpNet, &'static str> {
    let sentence = "must be an IP address or a network, such as `192.0.2.7` or `192.0.2.0/24`";
    text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| sentence)
}
