//! HTTP for plugs goes out here and nowhere else.
//!
//! What is sent: `https` to a host that the plug's description names and the connection allows; plain `http` only where
//! the connection says `allow-private` and names the host, and only to private addresses. Secrets and signatures are
//! put in at the last moment, and the whole is checked after that: no line break, no header that frames the message, no
//! user in the URL, no surplus.
//!
//! Where it goes: a name is resolved once for a connection and refused if any of its addresses is private (unless
//! `allow-private`) or no provider's at all ([`address`]), or where this process listens itself; what was checked is what
//! is connected to. No redirect is followed, no proxy of the environment is used, no cookie is kept, no TLS without a trusted certificate.
//!
//! What comes back: a whole answer within the limits that is not encoded, its captured parts blanked, and secrets
//! hidden in it as [`cordboard_core::render::Redactor`] says; or one of the contract's failures, with a reason for the
//! operator that holds no secret.

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

use cordboard_core::outbound::{Prepared, Secrets, method, summary_of};
use cordboard_core::render::{Captured, Keys};
use cordboard_core::types::effect::Capture;
use tokio::time::{Instant, timeout_at};

use crate::blocking::run_low_priority;
use crate::contract::effect::{OutboundFailure, OutboundRequest, OutboundResponse};
use address::Policy;
use clients::Clients;
use fault::Fault;
use listeners::Listeners;
use prepare::prepare;
use sign::Signing;

pub use clients::BuildError;
pub use cordboard_core::outbound::{Grants, RequestLimits};

/// An answer that takes longer to be looked through than others should wait for the thread.
const MAX_INLINE_BYTES: usize = 64 << 10;

/// How much, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// For a connection: name, TCP and TLS together.
    pub connect: Duration,
    /// For a whole call, where its own deadline is later.
    pub total: Duration,
    /// Of a request; those of headers hold for an answer too.
    pub request: RequestLimits,
    /// Bytes of an answer's body.
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

/// The way out.
pub struct Egress {
    limits: Limits,
    clients: Clients,
    listeners: Arc<Listeners>,
}

impl Egress {
    /// Sets up the clients. `extra_roots`, certificates in PEM, are trusted beside Mozilla's authorities.
    ///
    /// # Errors
    /// Where an extra root cannot be read.
    pub fn new(limits: Limits, extra_roots: &[String]) -> Result<Self, BuildError> {
        Ok(Self { clients: Clients::new(&limits, extra_roots)?, limits, listeners: Arc::default() })
    }

    /// Refuses from now on what would reach a listener of this process at this address, which is the one that it has once
    /// it is bound. Whatever a connection allows, a plug is not to speak to the bridge, and least to its operators' side.
    pub fn refuse_own(&self, listener: SocketAddr) {
        self.listeners.add(listener);
    }

    /// Sends a request, at most until `deadline`. It never repeats one that may have arrived.
    ///
    /// `keys` hands out what may leave: outbound settings and captured state entries. The caller keeps inbound secrets
    /// out of it, since here one secret looks like another.
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

    /// The longest answer that is read, in bytes.
    pub fn max_answer_bytes(&self) -> usize {
        self.limits.response_bytes
    }

    /// Completes and checks a request, up to the addresses of its host's name, so that what policy refuses is known
    /// before anything else is done about it.
    ///
    /// # Errors
    /// What came of it, where it is refused.
    pub fn ready(&self, request: &OutboundRequest, keys: &impl Keys, grants: &Grants) -> Result<Ready, Sent> {
        let summary = summary_of(request.method, &request.url);
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

    /// Sends what is ready, at most until `deadline`.
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
        let client = match self.listeners.has_port(port) {
            true => self
                .clients
                .of_own_port(policy, port, &self.listeners)
                .map_err(|error| Fault::refused(error.to_string()))?,
            false => self.clients.of(policy).clone(),
        };
        let mut sending = client.request(method, url).headers(headers);
        if !body.is_empty() {
            sending = sending.body(body);
        }
        let response = sending.send().await.map_err(|error| Fault::of_client(&error))?;
        Ok((answer::read(response, &self.limits).await?, secrets))
    }
}

/// A request that is completed and checked. It holds secrets, so it cannot be printed.
pub struct Ready {
    method: reqwest::Method,
    captures: Vec<Capture>,
    summary: String,
    prepared: Prepared,
    policy: Policy,
}

/// A request in one line, for logs and the journal: as [`cordboard_core::outbound::summary`] makes it.
pub fn summary(request: &OutboundRequest) -> String {
    summary_of(request.method, &request.url)
}

/// Whether a request is one that would be sent, without sending it: all that is checked before its host's name is looked
/// up. `keys` makes the signatures, RSA signatures too.
///
/// # Errors
/// Why not, as a sentence without a secret that names the fix.
pub fn check(request: &OutboundRequest, keys: &impl Keys, grants: &Grants) -> Result<(), String> {
    prepare(request, keys, grants, &RequestLimits::default(), &Listeners::default())
        .map(drop)
        .map_err(|fault| fault.reason)
}

/// What came of a request.
pub struct Sent {
    /// The answer as the plug may see it, or why there is none.
    pub result: Result<OutboundResponse, OutboundFailure>,
    /// What was taken out of the answer, to be kept as captured state entries.
    pub captured: Vec<Captured>,
    /// False only where it is certain that the request never left us: it was refused, its host has no address, or there
    /// was no connection.
    pub reached: bool,
    /// Why, for logs and the journal: one line, no secret.
    pub reason: String,
    /// What was sent, likewise: `POST https://host/path`, without query and secrets.
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
