//! Resolves host names once per connection, and checks all addresses before connecting to any.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::address::Policy;
use super::listeners::Listeners;

/// The maximum number of addresses to try per name. All are checked, but trying hundreds would use up the deadline.
const MAX_ADDRESSES: usize = 8;

/// Limits concurrent lookups.
static MAX_LOOKUPS: Semaphore = Semaphore::const_new(64);
/// The maximum number of concurrent lookups per name, so that a name whose DNS server hangs does not block the others.
const MAX_LOOKUPS_PER_NAME: usize = 4;

static NAMES: LazyLock<Names> = LazyLock::new(Names::default);

/// Running and waiting lookups by name.
#[derive(Default)]
struct Names(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Names {
    fn of(&self, name: &str) -> Arc<Semaphore> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drop names without running or waiting lookups.
        if names.len() >= 1024 {
            names.retain(|_, lookups| Arc::strong_count(lookups) > 1);
        }
        let lookups = names.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(MAX_LOOKUPS_PER_NAME)));
        Arc::clone(lookups)
    }
}

/// The system's resolver, with a policy. The client connects only to the addresses it returns, so a name cannot change
/// its meaning between check and connect.
#[derive(Clone, Debug)]
pub(super) struct CheckedResolver {
    /// The addresses that may be reached.
    pub(super) policy: Policy,
    /// The port of all requests and the listeners to refuse, if this process listens on that port. Fixed per client,
    /// because a resolver does not learn the port.
    pub(super) own: Option<(u16, Arc<Listeners>)>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { policy, own } = self.clone();
        Box::pin(async move {
            let found = looked_up(name.as_str().to_owned()).await.map_err(Unresolved)?;
            let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
            policy.check(&addresses)?;
            if let Some((port, listeners)) = own {
                addresses.iter().try_for_each(|address| listeners.check(*address, port))?;
            }
            Ok(Box::new(found.into_iter().take(MAX_ADDRESSES)) as Addrs)
        })
    }
}

/// Looks a name up with the system's resolver. Concurrency is limited, because a lookup blocks a thread even after it
/// was canceled, and the store needs threads of the same pool.
async fn looked_up(name: String) -> io::Result<Vec<SocketAddr>> {
    let of_name = NAMES.of(&name).acquire_owned().await.map_err(io::Error::other)?;
    let permit = MAX_LOOKUPS.acquire().await.map_err(io::Error::other)?;
    let found = tokio::task::spawn_blocking(move || {
        let _permits = (of_name, permit);
        Ok((name.as_str(), 0).to_socket_addrs()?.collect())
    });
    found.await.map_err(io::Error::other)?
}

/// The name could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("cannot resolve the host: {0}")]
pub(super) struct Unresolved(io::Error);

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;
    use crate::address::AddressError;

    fn resolver(policy: Policy) -> CheckedResolver {
        CheckedResolver { policy, own: None }
    }

    #[tokio::test]
    async fn localhost_is_refused_unless_private_addresses_are_permitted() {
        let name = || Name::from_str("localhost").unwrap();
        let refused = resolver(Policy::Public).resolve(name()).await.err().unwrap();
        assert!(matches!(refused.downcast_ref(), Some(AddressError::Private(_))), "{refused}");
        for policy in [Policy::Any, Policy::Private] {
            let found: Vec<SocketAddr> = resolver(policy).resolve(name()).await.unwrap().collect();
            assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
        }
    }

    #[test]
    fn a_slow_name_does_not_block_others() {
        let names = Names::default();
        let held: Vec<_> = std::iter::from_fn(|| names.of("slow.example").try_acquire_owned().ok()).collect();
        assert_eq!(held.len(), MAX_LOOKUPS_PER_NAME);
        assert!(names.of("other.example").try_acquire_owned().is_ok());
        for number in 0..2000 {
            names.of(&format!("{number}.example"));
        }
        assert!(names.0.lock().unwrap().len() <= 1024);
        assert!(names.of("slow.example").try_acquire_owned().is_err(), "running lookups must not be dropped");
    }

    #[tokio::test]
    async fn an_unknown_name_is_unresolved() {
        let name = Name::from_str("no-such-host.invalid").unwrap();
        let error = resolver(Policy::Public).resolve(name).await.err().unwrap();
        assert!(error.is::<Unresolved>(), "{error}");
    }
}
