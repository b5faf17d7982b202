//! Checks that the providers can be reached.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cordboard_core::render::{Host, hosts};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use cordboard::config::Config;
use cordboard::egress::Grants;
use cordboard::egress::address::Policy;
use cordboard::lifecycle::configured_connection;
use cordboard::registry::Plugs;

use super::finding::{Finding, Verdict};

/// Maximum number of simultaneous attempts.
const AT_ONCE: usize = 64;

/// Connects to every host that a connection's plug may call, with a time limit of `within` for each.
pub(super) async fn examine(config: &Config, plugs: &Plugs, within: Duration) -> Vec<Finding> {
    let mut asked = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            // A plug that does not load is already a fault of the configuration.
            let Ok(plug) = plugs.get(&connection.plug) else { continue };
            let about = format!("connection {}/{}", account.id, connection.name);
            let endpoints = endpoints(&configured_connection(connection, plug).grants);
            asked.extend(endpoints.into_iter().map(|endpoint| (about.clone(), endpoint)));
        }
    }
    let tried = attempts(asked.iter().map(|(_, endpoint)| endpoint.clone()).collect(), within).await;
    let found = |(about, endpoint): (String, Endpoint)| {
        tried.get(&endpoint).map(|(verdict, says)| Finding::new(*verdict, about, says.as_str()))
    };
    asked.into_iter().filter_map(found).collect()
}

/// Returns the hosts that the connection's policy lets its plug call.
fn endpoints(grants: &Grants) -> Vec<Endpoint> {
    let declared = hosts(&grants.declared, &grants.settings).into_iter();
    let allowed = declared.filter(|host| grants.allows(&host.name, host.port));
    let reaches_private = grants.reaches_private();
    allowed.map(|host| Endpoint { host, reaches_private }).collect()
}

/// Tries each endpoint once, since accounts share providers, and concurrently, since one that is down takes the full
/// time limit.
async fn attempts(endpoints: HashSet<Endpoint>, within: Duration) -> HashMap<Endpoint, (Verdict, String)> {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for endpoint in endpoints {
        let permits = Arc::clone(&permits);
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let found = attempt(&endpoint, within).await;
            (endpoint, found)
        });
    }
    let mut found = HashMap::new();
    while let Some(done) = tasks.join_next().await {
        found.extend(done);
    }
    found
}

async fn attempt(endpoint: &Endpoint, within: Duration) -> (Verdict, String) {
    let host = &endpoint.host;
    match timeout(within, endpoint.reach()).await {
        Ok(Ok(())) => (Verdict::Well, format!("{host} can be reached")),
        Ok(Err(why)) => (Verdict::Fault, format!("{host} cannot be reached: {why}")),
        Err(_) => {
            let seconds = within.as_secs();
            let hint = "check the name, the port and the firewall";
            (Verdict::Fault, format!("{host} accepts no connection within {seconds} s: {hint}"))
        }
    }
}

/// A host that a plug may call.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Endpoint {
    host: Host,
    /// Whether the address may be private.
    reaches_private: bool,
}

impl Endpoint {
    async fn reach(&self) -> Result<(), String> {
        let policy = Policy::of(self.host.plain, self.reaches_private)?;
        let found: Vec<SocketAddr> = lookup_host((self.host.name.as_str(), self.host.port))
            .await
            .map_err(|error| format!("the name does not resolve ({error}); correct the setting that contains it"))?
            .collect();
        let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
        policy.check(&addresses).map_err(|error| error.to_string())?;
        TcpStream::connect(found.as_slice())
            .await
            .map(|_| ())
            .map_err(|error| format!("{error}; check that the provider is running there, or correct the setting"))
    }
}
