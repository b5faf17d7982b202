//! The HTTP clients, one a policy: a pooled connection was made under the policy of the client that it belongs to. What
//! goes to a port that this process listens on has clients of its own, which know the port and refuse our listeners.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy as Redirects;
use reqwest::{Certificate, Client, ClientBuilder};

use super::Limits;
use super::address::Policy;
use super::listeners::Listeners;
use super::resolve::CheckedResolver;

/// How long an unused connection is kept: shorter than servers commonly do, since a request on a connection that the
/// other side just closed may or may not have arrived.
const IDLE: Duration = Duration::from_secs(20);
/// How many unused connections are kept to one host.
const IDLE_CONNECTIONS: usize = 8;

/// The clients.
pub(super) struct Clients {
    public: Client,
    any: Client,
    private: Client,
    /// Made when they are wanted first: there are as many as listeners have ports, for each policy.
    own_ports: Mutex<HashMap<(Policy, u16), Client>>,
    limits: Limits,
    roots: Vec<Certificate>,
}

impl Clients {
    /// Builds them; `extra_roots` are trusted beside Mozilla's.
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

    /// The client whose connections keep to `policy`.
    pub(super) fn of(&self, policy: Policy) -> &Client {
        match policy {
            Policy::Public => &self.public,
            Policy::Any => &self.any,
            Policy::Private => &self.private,
        }
    }

    /// The client for a port that this process listens on, which refuses our listeners.
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
        // A proxy of the environment would resolve names itself, past every check.
        .no_proxy()
        .http1_only()
        .https_only(!plain)
        .connect_timeout(limits.connect)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .user_agent(concat!("cordboard/", env!("CARGO_PKG_VERSION")));
    roots.iter().cloned().fold(builder, ClientBuilder::add_root_certificate)
}

/// Why there is no HTTP client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// The extra root of this number, counted from 1, cannot be read.
    Root(usize),
    /// TLS could not be set up.
    Tls,
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(number) => write!(
                formatter,
                "extra root certificate {number} cannot be read: give certificates in PEM, each between \
                 BEGIN CERTIFICATE and END CERTIFICATE"
            ),
            Self::Tls => formatter.write_str(
                "TLS cannot be set up for outgoing calls: check that the extra root certificates are those of authorities",
            ),
        }
    }
}

impl std::error::Error for BuildError {}
