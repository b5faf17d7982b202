//! Can the providers be reached?

use std::collections::HashMap;
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

/// Host, port, and whether it may have a private address.
type Place = (String, u16, bool);

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
    let declared = declared.map(|(host, port)| (host, port.unwrap_or(HTTPS), grants.allow_private));
    let allowed = |(host, port, _): &Place| grants.allow.is_empty() || host_allowed(host, *port, &grants.allow, &[]);
    declared.filter(allowed).collect()
}

async fn attempt(place: &Place, within: Duration) -> (Verdict, String) {
    let (host, port, _) = place;
    match timeout(within, reach(place)).await {
        Ok(Ok(())) => (Verdict::Well, format!("{host}:{port} can be reached")),
        Ok(Err(why)) => (Verdict::Fault, format!("{host}:{port} cannot be reached: {why}")),
        Err(_) => {
            let seconds = within.as_secs();
            let mend = "look at name, port and firewall";
            (Verdict::Fault, format!("{host}:{port} takes no connection within {seconds} s: {mend}"))
        }
    }
}

async fn reach((host, port, allow_private): &Place) -> Result<(), String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<SocketAddr> = lookup_host((bare, *port))
        .await
        .map_err(|error| format!("the name was not resolved ({error}); correct the setting that holds it"))?
        .collect();
    let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
    let policy = if *allow_private { Policy::Any } else { Policy::Public };
    policy.check(&addresses)?;
    TcpStream::connect(found.as_slice())
        .await
        .map(|_| ())
        .map_err(|error| format!("{error}; see that the provider runs there, and correct the setting if not"))
}
