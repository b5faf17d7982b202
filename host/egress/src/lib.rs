//! Sends HTTP requests on behalf of plugs. No other code does. This crate must not depend on any crate of the workspace
//! but `cordboard-core-host` and `cordboard-threads`.
//!
//! **Requests.** Only `https` is allowed, and only to hosts that the plug declares and the connection allows. Plain
//! `http` additionally requires `allow-private`, the host's name in `allow`, and a private address. Secrets and
//! signatures are inserted at the last moment. The complete request is checked afterwards: it must not contain line
//! breaks in headers, headers that frame the message, or a user in the URL, and must not exceed the limits.
//!
//! **Destinations.** A name is resolved once per connection, and refused if any of its addresses is private (unless
//! `allow-private` is set), can never be a provider's ([`address`]), or belongs to a listener of this process. The
//! connection is made to exactly the addresses that were checked. Redirects are not followed, proxy settings in the
//! environment are ignored, cookies are not stored, and TLS requires a trusted certificate.
//!
//! **Responses.** The plug gets a complete response without content encoding and within the limits, in which captured
//! values are blanked and secrets are redacted ([`cordboard_core::render::Redactor`]). Otherwise it gets one of the
//! contract's failures, and the operator a reason, which contains no secret.

pub mod address;
mod answer;
mod clients;
mod fault;
mod listeners;
mod prepare;
mod resolve;
mod sign;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cordboard_core::outbound::{Prepared, Secrets, method};
use cordboard_core::render::{Captured, Keys};
use cordboard_core::types::effect::{Capture, OutboundFailure, OutboundRequest, OutboundResponse};
use cordboard_threads::run_low_priority;
use tokio::time::{Instant, timeout_at};

use address::Policy;
use clients::Clients;
use fault::Fault;
use listeners::Listeners;
use prepare::prepare;
use sign::Signing;

pub use clients::BuildError;
pub use cordboard_core::outbound::{Grants, RequestLimits, summary};

/// Larger responses are redacted off the async worker threads.
const MAX_INLINE_BYTES: usize = 64 << 10;

/// Time and size limits of outgoing requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Time limit for connecting: name resolution, TCP and TLS together.
    pub connect: Duration,
    /// Time limit for a complete exchange, unless the request's own deadline is earlier.
    pub total: Duration,
    /// Size limits of a request. The limits on headers also apply to responses.
    pub request: RequestLimits,
    /// Size limit for the body of a response, in bytes.
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
            request: RequestLimits::default(),
            response_bytes: 1 << 20,
        }
    }
}

/// Sends requests for plugs.
pub struct Egress {
    limits: Limits,
    clients: Clients,
    listeners: Arc<Listeners>,
}

impl Egress {
    /// Creates the HTTP clients. `extra_roots` are PEM certificates to trust in addition to Mozilla's roots.
    ///
    /// # Errors
    /// If an extra root is invalid, or TLS cannot be set up.
    pub fn new(limits: Limits, extra_roots: &[String]) -> Result<Self, BuildError> {
        Ok(Self { clients: Clients::new(&limits, extra_roots)?, limits, listeners: Arc::default() })
    }

    /// Refuses all further requests that would reach a listener of this process at `listener`, the address it is bound
    /// to. No grant overrides this: a plug must not call the bridge, least of all its admin API.
    pub fn refuse_own(&self, listener: SocketAddr) {
        self.listeners.add(listener);
    }

    /// Sends a request, and gives up at `deadline`. A request that may have arrived is never retried.
    ///
    /// `keys` provides the secrets that may be sent: outbound settings and captured state entries. It must not contain
    /// inbound secrets, which cannot be told apart here.
    pub async fn send(
        &self,
        request: &OutboundRequest,
        keys: &(impl Keys + Sync),
        grants: &Grants,
        deadline: impl Into<Instant>,
    ) -> Sent {
        match self.ready(request, keys, grants) {
            Ok(ready) => self.perform(ready, deadline).await,
            Err(refused) => refused,
        }
    }

    /// The size limit for the body of a response, in bytes.
    pub fn max_answer_bytes(&self) -> usize {
        self.limits.response_bytes
    }

    /// Renders and checks a request without resolving its host, so that a refusal by policy is known before any other
    /// step.
    ///
    /// # Errors
    /// The final result, if the request is refused.
    pub fn ready(&self, request: &OutboundRequest, keys: &impl Keys, grants: &Grants) -> Result<Ready, Sent> {
        let summary = summary(request);
        match prepare(request, &Signing(keys), grants, &self.limits.request, &self.listeners) {
            Ok((prepared, policy)) => Ok(Ready {
                method: method(request.method),
                captures: request.captures.clone(),
                summary,
                prepared,
                policy,
            }),
            Err(fault) => Err(Sent::failed(fault, summary)),
        }
    }

    /// Sends a checked request, and gives up at `deadline`.
    pub async fn perform(&self, ready: Ready, deadline: impl Into<Instant>) -> Sent {
        let until = deadline.into().min(Instant::now() + self.limits.total);
        let Ready { method, captures, summary, prepared, policy } = ready;
        let answer = if until <= Instant::now() {
            Err(Fault::late(false))
        } else {
            let exchange = self.exchange(method, prepared, policy);
            timeout_at(until, exchange).await.unwrap_or_else(|_| Err(Fault::late(true)))
        };
        match answer {
            Ok((mut response, secrets)) => {
                let reason = format!("answered {}", response.status);
                let capture_and_redact =
                    || secrets.capture_and_redact(&mut response.headers, &response.body, &captures);
                let (body, captured) = if response.body.len() > MAX_INLINE_BYTES {
                    run_low_priority(capture_and_redact)
                } else {
                    capture_and_redact()
                };
                response.body = body;
                Sent { result: Ok(response), captured, reached: true, reason, summary }
            }
            Err(fault) => Sent::failed(fault, summary),
        }
    }

    async fn exchange(
        &self,
        method: reqwest::Method,
        prepared: Prepared,
        policy: Policy,
    ) -> Result<(OutboundResponse, Secrets), Fault> {
        let Prepared { url, headers, body, secrets } = prepared;
        let port = url.port_or_known_default().unwrap_or_default();
        let own = self.listeners.has_port(port).then_some((port, &self.listeners));
        let client = self.clients.get(policy, own).map_err(Fault::refused)?;
        let mut sending = client.request(method, url).headers(headers);
        if !body.is_empty() {
            sending = sending.body(body);
        }
        let response = sending.send().await.map_err(|error| Fault::of_client(&error))?;
        Ok((answer::read(response, &self.limits).await?, secrets))
    }
}

/// A rendered and checked request. It does not implement `Debug`, because it contains secrets.
pub struct Ready {
    method: reqwest::Method,
    captures: Vec<Capture>,
    summary: String,
    prepared: Prepared,
    policy: Policy,
}

/// Performs all checks on a request that do not require resolving its host, without sending it. `keys` makes all
/// signatures, including RSA.
///
/// # Errors
/// If the request would be refused. The message says how to fix it, and contains no secret.
pub fn check(request: &OutboundRequest, keys: &impl Keys, grants: &Grants) -> Result<(), String> {
    prepare(request, keys, grants, &RequestLimits::default(), &Listeners::default())
        .map(drop)
        .map_err(|fault| fault.reason)
}

/// The result of a request.
pub struct Sent {
    /// The response as the plug may see it, or the failure.
    pub result: Result<OutboundResponse, OutboundFailure>,
    /// The values captured from the response, to be stored as state entries.
    pub captured: Vec<Captured>,
    /// False only if the request was certainly not sent: it was refused, its host has no address, or connecting failed.
    pub reached: bool,
    /// The reason for the result, as one line without secrets, for logs and the journal.
    pub reason: String,
    /// The request as one line without query and secrets, for logs and the journal: `POST https://host/path`.
    pub summary: String,
}

impl Sent {
    fn failed(Fault { failure, reached, reason }: Fault, summary: String) -> Self {
        Self { result: Err(failure), captured: Vec::new(), reached, reason, summary }
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.result.as_ref().map(|response| response.status);
        write!(formatter, "Sent({}: {outcome:?}, {}, reached: {})", self.summary, self.reason, self.reached)
    }
}
