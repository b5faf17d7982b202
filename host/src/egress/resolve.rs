//! Names become addresses here, once for a connection, and every address is checked before the first is called.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::address::Policy;
use super::listeners::Listeners;

/// How many addresses of a name are tried: all are checked, but a name with hundreds must not eat the time.
const MAX_ADDRESSES: usize = 8;

/// How many names are looked up at one time.
static MAX_LOOKUPS: Semaphore = Semaphore::const_new(64);
/// How often one name is looked up at one time: one that nobody answers for must not hold up the others.
const MAX_LOOKUPS_PER_NAME: usize = 4;

static NAMES: LazyLock<Names> = LazyLock::new(Names::default);

/// Lookups under way or waited for, by name.
#[derive(Default)]
struct Names(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Names {
    fn of(&self, name: &str) -> Arc<Semaphore> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody looks up or waits for any more is forgotten on the way.
        if names.len() >= 1024 {
            names.retain(|_, lookups| Arc::strong_count(lookups) > 1);
        }
        let lookups = names.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(MAX_LOOKUPS_PER_NAME)));
        Arc::clone(lookups)
    }
}

/// The system's resolver, behind a policy. What it hands out is all that the client connects to, so that a name cannot
/// mean one thing when it is checked and another when it is called.
#[derive(Clone, Debug)]
pub(super) struct CheckedResolver {
    /// Which addresses may be reached.
    pub(super) policy: Policy,
    /// The port of all requests, where this process listens on it, and where it does: a resolver is not told the port.
    pub(super) own: Option<(u16, Arc<Listeners>)>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { policy, own } = self.clone();
        Box::pin(async move {
            let found = looked_up(name.as_str().to_owned())
                .await
                .map_err(|error| Unresolved(format!("the name was not resolved: {error}")))?;
            let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
            policy.check(&addresses).map_err(Refused)?;
            if let Some((port, listeners)) = own {
                addresses.iter().try_for_each(|address| listeners.check(*address, port)).map_err(Refused)?;
            }
            Ok(Box::new(found.into_iter().take(MAX_ADDRESSES)) as Addrs)
        })
    }
}

/// The system's resolver blocks a thread, also when nobody waits for it any more: threads of which the store needs some.
async fn looked_up(name: String) -> io::Result<Vec<SocketAddr>> {
    let of_name = NAMES.of(&name).acquire_owned().await.map_err(io::Error::other)?;
    let permit = MAX_LOOKUPS.acquire().await.map_err(io::Error::other)?;
    let found = tokio::task::spawn_blocking(move || {
        let _turns = (of_name, permit);
        Ok((name.as_str(), 0).to_socket_addrs()?.collect())
    });
    found.await.map_err(io::Error::other)?
}

/// The policy refuses an address of the name.
#[derive(Debug)]
pub(super) struct Refused(pub(super) String);

/// The name has no address, or nobody could say.
#[derive(Debug)]
pub(super) struct Unresolved(pub(super) String);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Refused {}
impl Error for Unresolved {}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn resolver(policy: Policy) -> CheckedResolver {
        CheckedResolver { policy, own: None }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused_unless_private_addresses_are_permitted() {
        let name = || Name::from_str("localhost").unwrap();
        let refused = resolver(Policy::Public).resolve(name()).await.err().unwrap();
        assert!(refused.downcast_ref::<Refused>().unwrap().0.contains("allow-private"));
        for policy in [Policy::Any, Policy::Private] {
            let found: Vec<SocketAddr> = resolver(policy).resolve(name()).await.unwrap().collect();
            assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
        }
    }

    #[test]
    fn a_name_that_takes_long_leaves_lookups_to_others() {
        let names = Names::default();
        let held: Vec<_> = std::iter::from_fn(|| names.of("slow.example").try_acquire_owned().ok()).collect();
        assert_eq!(held.len(), MAX_LOOKUPS_PER_NAME);
        assert!(names.of("other.example").try_acquire_owned().is_ok());
        for number in 0..2000 {
            names.of(&format!("{number}.example"));
        }
        assert!(names.0.lock().unwrap().len() <= 1024);
        assert!(names.of("slow.example").try_acquire_owned().is_err(), "what is under way is not forgotten");
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_unresolved() {
        let name = Name::from_str("no-such-host.invalid").unwrap();
        let error = resolver(Policy::Public).resolve(name).await.err().unwrap();
        assert!(error.is::<Unresolved>(), "{error}");
    }
}
