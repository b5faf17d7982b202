//! A request from outside, before it is known who sent it.

use bytes::Bytes;
use cordboard_core::hex;
use sha2::{Digest, Sha256};

use crate::contract::http::{Header, WebhookRequest};

/// A request as it came, whole.
#[derive(Clone)]
pub struct Inbound {
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
    /// Raw.
    pub body: Bytes,
    /// Epoch milliseconds.
    pub received_at: u64,
}

impl Inbound {
    /// What a plug may see of it: the headers that its route declares, without those that prove the sender.
    pub(super) fn for_plug(&self, declared: &[String], proofs: &[String]) -> WebhookRequest {
        let headers = self.headers.iter().filter(|(name, _)| {
            declared.iter().any(|declared| declared.eq_ignore_ascii_case(name)) && !proofs.contains(name)
        });
        WebhookRequest {
            route: self.route.clone(),
            method: self.method.clone(),
            query: self.query.clone(),
            headers: headers.map(|(name, value)| Header { name: name.clone(), value: value.clone() }).collect(),
            body: self.body.to_vec(),
            received_at: self.received_at,
        }
    }

    /// Equal for the same request byte for byte with the same proof of its sender.
    pub(super) fn digest(&self, proofs: &[String]) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            // The length goes first, so that no two requests run together to the same bytes.
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(self.method.as_bytes());
        part(self.url.as_bytes());
        for (name, value) in self.headers.iter().filter(|(name, _)| proofs.contains(name)) {
            part(name.as_bytes());
            part(value);
        }
        part(&self.body);
        hex(&hash.finalize())
    }
}
