//! Can the providers be reached?

use std::net::SocketAddr;
use std::time::Duration;

use cordboard_core::render::hosts;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::bridge::{self, Plugs};
use crate::config::{Account, Config, Connection};
use crate::egress::address::Policy;

use super::finding::Finding;

const WITHIN: Duration = Duration::from_secs(5);
const HTTPS: u16 = 443;

/// Tries the hosts that the plug of each connection may call.
pub(super) async fn examine(config: &Config, plugs: &Plugs) -> Vec<Finding> {
    let mut findings = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            findings.extend(connection_hosts(account, connection, plugs).await);
        }
    }
    findings
}

async fn connection_hosts(account: &Account, connection: &Connection, plugs: &Plugs) -> Vec<Finding> {
    let Ok(plug) = plugs.get(&connection.plug) else { return Vec::new() };
    let grants = bridge::of_connection(connection, plug).grants;
    let about = format!("connection {}/{}", account.id, connection.name);
    let policy = if grants.allow_private { Policy::Any } else { Policy::Public };
    let mut findings = Vec::new();
    for (host, port) in hosts(&grants.declared, &grants.settings) {
        let port = port.unwrap_or(HTTPS);
        findings.push(match timeout(WITHIN, reach(&host, port, policy)).await {
            Ok(Ok(())) => Finding::well(&about, format!("{host}:{port} can be reached")),
            Ok(Err(why)) => Finding::fault(&about, format!("{host}:{port} cannot be reached: {why}")),
            Err(_) => Finding::fault(
                &about,
                format!(
                    "{host}:{port} takes no connection within {} s: look at name, port and firewall",
                    WITHIN.as_secs()
                ),
            ),
        });
    }
    findings
}

async fn reach(host: &str, port: u16, policy: Policy) -> Result<(), String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<SocketAddr> = lookup_host((bare, port))
        .await
        .map_err(|error| format!("the name was not resolved ({error}); correct the setting that holds it"))?
        .collect();
    let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
    policy.check(&addresses)?;
    TcpStream::connect(found.as_slice())
        .await
        .map(|_| ())
        .map_err(|error| format!("{error}; see that the provider runs there, and correct the setting if not"))
}
