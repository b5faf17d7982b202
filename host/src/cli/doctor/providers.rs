//! Can the providers be reached?

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cordboard_core::render::{Host, hosts};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::bridge::{self, Plugs};
use crate::config::Config;
use crate::egress::Grants;
use crate::egress::address::Policy;

use super::finding::{Finding, Verdict};

/// How many are tried at a time.
const AT_ONCE: usize = 64;

/// Tries the hosts that the plug of each connection may call, each `within` so long.
pub(super) async fn examine(config: &Config, plugs: &Plugs, within: Duration) -> Vec<Finding> {
    let mut asked = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            // One that cannot be loaded is a fault of the configuration.
            let Ok(plug) = plugs.get(&connection.plug) else { continue };
            let about = format!("connection {}/{}", account.id, connection.name);
            let places = places(&bridge::of_connection(connection, plug).grants);
            asked.extend(places.into_iter().map(|place| (about.clone(), place)));
        }
    }
    let tried = attempts(asked.iter().map(|(_, place)| place.clone()).collect(), within).await;
    let found = |(about, place): (String, Place)| {
        tried.get(&place).map(|(verdict, says)| Finding::new(*verdict, about, says.as_str()))
    };
    asked.into_iter().filter_map(found).collect()
}

/// What the connection's policy lets its plug call.
fn places(grants: &Grants) -> Vec<Place> {
    let declared = hosts(&grants.declared, &grants.settings).into_iter();
    let allowed = declared.filter(|host| grants.allows(&host.name, host.port));
    let reaches_private = grants.reaches_private();
    allowed.map(|Host { name, port, plain }| Place { host: name, port, plain, reaches_private }).collect()
}

/// Accounts share providers, so each is tried once, and all at the same time: one that is down takes all that it may.
async fn attempts(places: HashSet<Place>, within: Duration) -> HashMap<Place, (Verdict, String)> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for place in places {
        let turns = Arc::clone(&turns);
        tasks.spawn(async move {
            let _turn = turns.acquire().await;
            let found = attempt(&place, within).await;
            (place, found)
        });
    }
    let mut found = HashMap::new();
    while let Some(done) = tasks.join_next().await {
        found.extend(done);
    }
    found
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
    /// Whether plain http is spoken there.
    plain: bool,
    /// Whether it may have a private address.
    reaches_private: bool,
}

impl Place {
    async fn reach(&self) -> Result<(), String> {
        let policy = Policy::of(self.plain, self.reaches_private)?;
        let found: Vec<SocketAddr> = lookup_host((self.host.as_str(), self.port))
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
