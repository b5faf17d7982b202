//! Checks that the providers can be reached.

use std::collections::{HashMap, HashSet};
use std::io;
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

use super::finding::Finding;

/// Maximum number of simultaneous attempts.
const MAX_ATTEMPTS: usize = 64;

/// Connects to every host that a connection's plug may call, with a time limit for each.
pub(super) async fn check(config: &Config, plugs: &Plugs, limit: Duration) -> Vec<Finding> {
    let mut declared = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            // A plug that does not load is already a fault of the configuration.
            let Ok(plug) = plugs.get(&connection.plug) else { continue };
            let about = format!("connection {}/{}", account.id, connection.name);
            let endpoints = endpoints(&configured_connection(connection, plug).grants);
            declared.extend(endpoints.into_iter().map(|endpoint| (about.clone(), endpoint)));
        }
    }
    let results = connect_all(declared.iter().map(|(_, endpoint)| endpoint.clone()).collect(), limit).await;
    let finding = |(about, endpoint): (String, Endpoint)| match results.get(&endpoint)? {
        Ok(()) => Some(Finding::ok(about, format!("{} can be reached", endpoint.host))),
        Err(error) => Some(Finding::fault(about, format!("{} {error}", endpoint.host))),
    };
    declared.into_iter().filter_map(finding).collect()
}

/// Returns the hosts that the connection's policy lets its plug call.
fn endpoints(grants: &Grants) -> Vec<Endpoint> {
    let declared = hosts(&grants.declared, &grants.settings).into_iter();
    let allowed = declared.filter(|host| grants.allows(&host.name, host.port));
    let reaches_private = grants.reaches_private();
    allowed.map(|host| Endpoint { host, reaches_private }).collect()
}

/// Connects to each endpoint once, since accounts share providers, and concurrently, since one that is down takes the
/// full time limit.
async fn connect_all(endpoints: HashSet<Endpoint>, limit: Duration) -> HashMap<Endpoint, Result<(), UnreachableError>> {
    let permits = Arc::new(Semaphore::new(MAX_ATTEMPTS));
    let mut tasks = JoinSet::new();
    for endpoint in endpoints {
        let permits = Arc::clone(&permits);
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let result = timeout(limit, endpoint.connect()).await;
            (endpoint, result.unwrap_or(Err(UnreachableError::Timeout(limit.as_secs()))))
        });
    }
    let mut results = HashMap::new();
    while let Some(done) = tasks.join_next().await {
        results.extend(done);
    }
    results
}

/// A host that a plug may call.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Endpoint {
    host: Host,
    /// Whether the address may be private.
    reaches_private: bool,
}

/// Why no connection to a host was made. The message continues a sentence that begins with the host.
#[derive(Debug, thiserror::Error)]
enum UnreachableError {
    /// The policy of the connection refuses the host or its address.
    #[error("cannot be reached: {0}")]
    Refused(String),
    /// The name has no address.
    #[error("cannot be reached: the name does not resolve ({0}); correct the setting that contains it")]
    Name(#[source] io::Error),
    /// The host refuses connections, or there is no route to it.
    #[error("cannot be reached: {0}; check that the provider is running there, or correct the setting")]
    Connect(#[source] io::Error),
    /// The time limit was exceeded.
    #[error("accepts no connection within {0} s: check the name, the port and the firewall")]
    Timeout(u64),
}

impl Endpoint {
    async fn connect(&self) -> Result<(), UnreachableError> {
        let policy = Policy::of(self.host.plain, self.reaches_private);
        let policy = policy.map_err(|why| UnreachableError::Refused(why.to_owned()))?;
        let found = lookup_host((self.host.name.as_str(), self.host.port)).await.map_err(UnreachableError::Name)?;
        let found: Vec<SocketAddr> = found.collect();
        let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
        policy.check(&addresses).map_err(|error| UnreachableError::Refused(error.to_string()))?;
        TcpStream::connect(found.as_slice()).await.map_err(UnreachableError::Connect)?;
        Ok(())
    }
}
