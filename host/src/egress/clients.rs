//! The HTTP clients, one a policy: a pooled connection was made under the policy of the client that it belongs to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy as Redirects;
use reqwest::{Certificate, Client, ClientBuilder};

use super::Limits;
use super::address::Policy;
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
        let build = |policy| builder(limits, policy, &roots).build().map_err(|_| BuildError::Tls);
        Ok(Self { public: build(Policy::Public)?, any: build(Policy::Any)?, private: build(Policy::Private)? })
    }

    /// The client whose connections keep to `policy`.
    pub(super) fn of(&self, policy: Policy) -> &Client {
        match policy {
            Policy::Public => &self.public,
            Policy::Any => &self.any,
            Policy::Private => &self.private,
        }
    }
}

fn builder(limits: &Limits, policy: Policy, roots: &[Certificate]) -> ClientBuilder {
    let builder = Client::builder()
        .dns_resolver(Arc::new(CheckedResolver(policy)))
        .redirect(Redirects::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A proxy of the environment would resolve names itself, past every check.
        .no_proxy()
        .http1_only()
        .https_only(policy != Policy::Private)
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
