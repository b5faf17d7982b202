//! A request from outside, before it is known who sent it.

use bytes::Bytes;
use cordboard_core::inbound;
use cordboard_core::signature_scheme::Incoming;
use cordboard_core::types::manifest::Route;

use crate::contract::http::{Header, WebhookRequest};

/// What comes before the body of a request.
#[derive(Clone, Debug)]
pub struct Head {
    /// In upper case.
    pub method: String,
    /// The declared route that its address names.
    pub route: String,
    /// Scheme, host, path and query as the sender sees them.
    pub url: String,
    /// Without the question mark; empty for none.
    pub query: String,
    /// In order, doubles kept, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The length of the body, where the head states it.
    pub body_length: Option<usize>,
    /// Epoch milliseconds.
    pub received_at: u64,
}

impl Head {
    /// Lends it with a body, as signature verification reads it.
    pub(super) fn lent<T>(&self, body: &[u8], to: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        to(&Incoming { method: &self.method, url: &self.url, headers: &headers, body })
    }
}

/// A request as it came, whole.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// What came before the body.
    pub head: Head,
    /// Raw.
    pub body: Bytes,
}

impl RawRequest {
    /// Lends it, as signature verification reads it.
    pub(super) fn lent<T>(&self, to: impl FnOnce(&Incoming<'_>) -> T) -> T {
        self.head.lent(&self.body, to)
    }

    /// What a plug may see of it: the headers that its route declares, without those that prove the sender.
    pub(super) fn for_plug(&self, route: &Route, security_headers: &[String]) -> WebhookRequest {
        let headers = self.head.headers.iter().filter(|(name, _)| inbound::is_forwarded(name, route, security_headers));
        WebhookRequest {
            route: self.head.route.clone(),
            method: self.head.method.clone(),
            query: self.head.query.clone(),
            headers: headers.map(|(name, value)| Header { name: name.clone(), value: value.clone() }).collect(),
            body: self.body.to_vec(),
            received_at: self.head.received_at,
        }
    }

    /// Equal for the same request byte for byte with the same proof of its sender.
    pub(super) fn digest(&self, security_headers: &[String]) -> String {
        self.lent(|incoming| inbound::digest(incoming, security_headers))
    }
}
