//! The HTTP clients, one for each policy, so that a pooled connection is reused only under the policy it was made for.
//!
//! Requests to a port on which this process listens have separate clients, which know the port and refuse the
//! listeners.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy as Redirects;
use reqwest::{Certificate, Client, ClientBuilder};

use super::Limits;
use super::address::Policy;
use super::listeners::Listeners;
use super::resolve::CheckedResolver;

/// How long idle connections stay open. Shorter than most servers keep them open: if a server closes a connection just
/// as a request is sent, it is unknown whether the request arrived.
const IDLE: Duration = Duration::from_secs(20);
/// The maximum number of idle connections per host.
const IDLE_CONNECTIONS: usize = 8;

/// The HTTP clients.
pub(super) struct Clients {
    /// By policy and, for requests to a port of a listener, by that port. The latter are created on first use.
    clients: Mutex<HashMap<(Policy, Option<u16>), Client>>,
    limits: Limits,
    roots: Vec<Certificate>,
}

impl Clients {
    /// Creates the clients. `extra_roots` are trusted in addition to Mozilla's roots.
    ///
    /// # Errors
    /// If an extra root is invalid, or TLS cannot be set up.
    pub(super) fn new(limits: &Limits, extra_roots: &[String]) -> Result<Self, BuildError> {
        let mut roots = Vec::new();
        for (index, pem) in extra_roots.iter().enumerate() {
            let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
            if certificates.is_empty() {
                return Err(BuildError::Root(index + 1));
            }
            roots.extend(certificates);
        }
        let clients = Self { clients: Mutex::default(), limits: limits.clone(), roots };
        for policy in [Policy::Public, Policy::Any, Policy::Private] {
            clients.get(policy, None)?;
        }
        Ok(clients)
    }

    /// The client that enforces `policy` and, for a port on which this process listens, refuses the listeners.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(super) fn get(&self, policy: Policy, own: Option<(u16, &Arc<Listeners>)>) -> Result<Client, BuildError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (policy, own.map(|(port, _)| port));
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let own = own.map(|(port, listeners)| (port, Arc::clone(listeners)));
        let client = self.build(CheckedResolver { policy, own })?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, resolver: CheckedResolver) -> Result<Client, BuildError> {
        let plain = resolver.policy == Policy::Private;
        let builder = Client::builder()
            .dns_resolver(Arc::new(resolver))
            .redirect(Redirects::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // A proxy would resolve names itself, bypassing all checks.
            .no_proxy()
            .http1_only()
            .https_only(!plain)
            .connect_timeout(self.limits.connect)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .user_agent(concat!("cordboard/", env!("CARGO_PKG_VERSION")));
        let builder = self.roots.iter().cloned().fold(builder, ClientBuilder::add_root_certificate);
        builder.build().map_err(|_| BuildError::Tls)
    }
}

/// Why an HTTP client could not be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The extra root with this number, starting at 1, is invalid.
    #[error(
        "cannot parse extra root certificate {0}: use PEM, with each certificate between BEGIN CERTIFICATE and END \
         CERTIFICATE"
    )]
    Root(usize),
    /// TLS could not be set up.
    #[error("cannot set up TLS for outgoing requests: check that the extra root certificates are CA certificates")]
    Tls,
}
