//! Can the providers be reached?

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use cordboard_core::render::{host_allowed, hosts};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::bridge::{self, Plugs};
use crate::config::Config;
use crate::egress::Grants;
use crate::egress::address::Policy;

use super::finding::{Finding, Verdict};

const HTTPS: u16 = 443;

/// Tries the hosts that the plug of each connection may call, each `within` so long.
pub(super) async fn examine(config: &Config, plugs: &Plugs, within: Duration) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Accounts share providers, and one that is down should be waited for once.
    let mut tried = HashMap::<Place, (Verdict, String)>::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            // One that cannot be loaded is a fault of the configuration.
            let Ok(plug) = plugs.get(&connection.plug) else { continue };
            let about = format!("connection {}/{}", account.id, connection.name);
            for place in places(&bridge::of_connection(connection, plug).grants) {
                if !tried.contains_key(&place) {
                    tried.insert(place.clone(), attempt(&place, within).await);
                }
                let found = tried.get(&place).cloned();
                findings.extend(found.map(|(verdict, says)| Finding::new(verdict, &about, says)));
            }
        }
    }
    findings
}

/// What the connection's policy lets its plug call.
fn places(grants: &Grants) -> Vec<Place> {
    let declared = hosts(&grants.declared, &grants.settings).into_iter();
    let declared = declared.map(|(host, port)| Place {
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port: port.unwrap_or(HTTPS),
        allow_private: grants.allow_private,
    });
    let is_allowed = |place: &Place| host_allowed(&place.host, place.port, &grants.allow, &[]);
    declared.filter(|place| grants.allow.is_empty() || is_allowed(place)).collect()
}

async fn attempt(place: &Place, within: Duration) -> (Verdict, String) {
    match timeout(within, place.reach()).await {
        Ok(Ok(())) => (Verdict::Well, format!("{place} can be reached")),
        Ok(Err(why)) => (Verdict::Fault, format!("{place} cannot be reached: {why}")),
        Err(_) => {
            let seconds = within.as_secs();
            let mend = "look at name, port and firewall";
            (Verdict::Fault, format!("{place} takes no connection within {seconds} s: {mend}"))
        }
    }
}

/// Where a plug may call.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    /// A name or an address, without brackets.
    host: String,
    port: u16,
    /// Whether it may have a private address.
    allow_private: bool,
}

impl Place {
    async fn reach(&self) -> Result<(), String> {
        let found: Vec<SocketAddr> = lookup_host((self.host.as_str(), self.port))
            .await
            .map_err(|error| format!("the name was not resolved ({error}); correct the setting that holds it"))?
            .collect();
        let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
        let policy = if self.allow_private { Policy::Any } else { Policy::Public };
        policy.check(&addresses)?;
        TcpStream::connect(found.as_slice())
            .await
            .map(|_| ())
            .map_err(|error| format!("{error}; see that the provider runs there, and correct the setting if not"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        match host.contains(':') {
            true => write!(formatter, "[{host}]:{port}"),
            false => write!(formatter, "{host}:{port}"),
        }
    }
}
