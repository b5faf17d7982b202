//! HTTP for plugs goes out here and nowhere else.
//!
//! What is sent: `https` to a host that the plug's description names and the connection allows; plain `http` only where
//! the connection says `allow-private`, and only to private addresses. Secrets and proofs are put in at the last moment,
//! and the whole is checked after that: no line break, no header that frames the message, no user in the URL, no
//! surplus.
//!
//! Where it goes: a name is resolved once for a connection and refused if any of its addresses is private (unless
//! `allow-private`) or no provider's at all ([`address`]); what was checked is what is connected to. No redirect is
//! followed, no proxy of the environment is used, no cookie is kept, no TLS without a trusted certificate.
//!
//! What comes back: a whole answer within the limits, its sealed parts blanked, or one of the contract's failures, with
//! a reason for the operator that holds no secret. What an allowed host echoes of a secret, however, the plug sees.

pub mod address;
mod answer;
mod clients;
mod fault;
mod prepare;
mod resolve;
mod sign;
mod summary;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use cordboard_core::render::{Keys, Sealed, host_allowed, seal};
use tokio::time::{Instant, timeout_at};

use crate::contract::effect::{OutboundFailure, OutboundRequest, OutboundResponse};
use crate::convert;
use clients::Clients;
use fault::Fault;
use prepare::{Prepared, prepare};
use sign::Signing;

pub use clients::BuildError;
pub use summary::{method, summary};

/// What a connection may reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants {
    /// `outbound-hosts` of the plug's description: `host[:port]`, with `{key}` for an open setting.
    pub declared: Vec<String>,
    /// The connection's open settings, with their defaults.
    pub settings: Vec<(String, String)>,
    /// The owner's `outbound.allow`, as `host[:port]`. Empty: all that is declared. Otherwise a host must be both
    /// declared and allowed: it narrows what the plug may call and never widens it.
    pub allow: Vec<String>,
    /// The owner's `outbound.allow-private`: addresses of private networks and of this machine may be reached, and
    /// plain `http` may be spoken there.
    pub allow_private: bool,
}

impl Grants {
    /// Whether the owner lets this host be called, where the plug declares it.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.allow.is_empty() || host_allowed(host, port, &self.allow, &[])
    }
}

/// How much, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// For a connection: name, TCP and TLS together.
    pub connect: Duration,
    /// For a whole call, where its own deadline is later.
    pub total: Duration,
    /// Bytes of a URL.
    pub url_bytes: usize,
    /// Headers of a request, and of an answer.
    pub headers: usize,
    /// Bytes of all their names and values.
    pub header_bytes: usize,
    /// Bytes of a request's body.
    pub request_bytes: usize,
    /// Bytes of an answer's body.
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
            url_bytes: 8 << 10,
            headers: 64,
            header_bytes: 32 << 10,
            request_bytes: 1 << 20,
            response_bytes: 1 << 20,
        }
    }
}

/// The way out.
pub struct Egress {
    limits: Limits,
    clients: Clients,
}

impl Egress {
    /// Sets up the clients. `extra_roots`, certificates in PEM, are trusted beside Mozilla's authorities.
    ///
    /// # Errors
    /// Where an extra root cannot be read.
    pub fn new(limits: Limits, extra_roots: &[String]) -> Result<Self, BuildError> {
        Ok(Self { clients: Clients::new(&limits, extra_roots)?, limits })
    }

    /// Sends a request, at most until `deadline`. It never repeats one that may have arrived.
    ///
    /// `keys` hands out what may leave: outbound settings and sealed memos. The caller keeps inbound secrets out of it,
    /// since here one secret looks like another.
    pub async fn send(
        &self,
        request: &OutboundRequest,
        keys: &(impl Keys + Sync),
        grants: &Grants,
        deadline: impl Into<Instant>,
    ) -> Sent {
        let summary = summary(request);
        let until = deadline.into().min(Instant::now() + self.limits.total);
        let answer = match prepare(request, &Signing(keys), grants, &self.limits) {
            Err(fault) => Err(fault),
            Ok(_) if until <= Instant::now() => Err(Fault::late(false)),
            Ok(prepared) => {
                timeout_at(until, self.exchange(request, prepared)).await.unwrap_or_else(|_| Err(Fault::late(true)))
            }
        };
        match answer {
            Ok(mut response) => {
                let reason = format!("answered {}", response.status);
                let (body, sealed) = seal(&response.body, &convert::effect::seals(&request.seals));
                response.body = body;
                Sent { result: Ok(response), sealed, reached: true, reason, summary }
            }
            Err(Fault { failure, reached, reason }) => {
                Sent { result: Err(failure), sealed: Vec::new(), reached, reason, summary }
            }
        }
    }

    async fn exchange(&self, request: &OutboundRequest, prepared: Prepared) -> Result<OutboundResponse, Fault> {
        let client = self.clients.of(prepared.policy);
        let mut sending = client.request(method(request.method), prepared.url).headers(prepared.headers);
        if !prepared.body.is_empty() {
            sending = sending.body(prepared.body);
        }
        let response = sending.send().await.map_err(|error| Fault::of_client(&error))?;
        answer::read(response, &self.limits).await
    }
}

/// Whether a request is one that would be sent, without sending it: all that is checked before its host's name is looked
/// up. `keys` makes the proofs, RSA signatures too.
///
/// # Errors
/// Why not, as a sentence without a secret that names the mend.
pub fn check(request: &OutboundRequest, keys: &impl Keys, grants: &Grants) -> Result<(), String> {
    prepare(request, keys, grants, &Limits::default()).map(drop).map_err(|fault| fault.reason)
}

/// What came of a request.
pub struct Sent {
    /// The answer as the plug may see it, or why there is none.
    pub result: Result<OutboundResponse, OutboundFailure>,
    /// What was taken out of the answer, to be kept as sealed memos.
    pub sealed: Vec<Sealed>,
    /// False only where it is certain that the request never left us: it was refused, its host has no address, or there
    /// was no connection.
    pub reached: bool,
    /// Why, for logs and the journal: one line, no secret.
    pub reason: String,
    /// What was sent, likewise: `POST https://host/path`, without query and secrets.
    pub summary: String,
}

impl fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.result.as_ref().map(|response| response.status);
        write!(formatter, "Sent({}: {outcome:?}, {}, reached: {})", self.summary, self.reason, self.reached)
    }
}
