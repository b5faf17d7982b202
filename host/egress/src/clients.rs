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
    public: Client,
    any: Client,
    private: Client,
    /// Created on first use, for each policy and each port of a listener.
    own_ports: Mutex<HashMap<(Policy, u16), Client>>,
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
        let build = |policy| build(limits, CheckedResolver { policy, own: None }, &roots);
        let (public, any, private) = (build(Policy::Public)?, build(Policy::Any)?, build(Policy::Private)?);
        Ok(Self { public, any, private, own_ports: Mutex::default(), limits: limits.clone(), roots })
    }

    /// The client that enforces `policy`.
    pub(super) fn of(&self, policy: Policy) -> &Client {
        match policy {
            Policy::Public => &self.public,
            Policy::Any => &self.any,
            Policy::Private => &self.private,
        }
    }

    /// The client for a port on which this process listens. It enforces `policy` and refuses the listeners.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(super) fn of_own_port(
        &self,
        policy: Policy,
        port: u16,
        listeners: &Arc<Listeners>,
    ) -> Result<Client, BuildError> {
        let mut clients = self.own_ports.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&(policy, port)) {
            return Ok(client.clone());
        }
        let resolver = CheckedResolver { policy, own: Some((port, Arc::clone(listeners))) };
        let client = build(&self.limits, resolver, &self.roots)?;
        clients.insert((policy, port), client.clone());
        Ok(client)
    }
}

fn build(limits: &Limits, resolver: CheckedResolver, roots: &[Certificate]) -> Result<Client, BuildError> {
    builder(limits, resolver, roots).build().map_err(|_| BuildError::Tls)
}

fn builder(limits: &Limits, resolver: CheckedResolver, roots: &[Certificate]) -> ClientBuilder {
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
        .connect_timeout(limits.connect)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .user_agent(concat!("cordboard/", env!("CARGO_PKG_VERSION")));
    roots.iter().cloned().fold(builder, ClientBuilder::add_root_certificate)
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
