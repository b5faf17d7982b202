//! A request from outside, before its sender is authenticated.

use bytes::Bytes;
use cordboard_core::SignedRequest;
use cordboard_core::inbound::Admitted;
use cordboard_core::signature_scheme::Incoming;

use cordboard_runtime::contract::http::WebhookRequest;

/// The head of a request: everything before its body.
#[derive(Clone, Debug)]
pub struct Head {
    /// The method, in upper case.
    pub method: String,
    /// The declared route that the URL names.
    pub route: String,
    /// The URL as the sender sees it: scheme, host, path and query.
    pub url: String,
    /// The query, without the question mark; empty if there is none.
    pub query: String,
    /// The headers in order, including duplicates, with names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The length of the body, if the head declares it.
    pub body_length: Option<usize>,
    /// When the request was received, in epoch milliseconds.
    pub received_at: u64,
}

impl Head {
    /// Calls `to` with the head and a body, in the form that signature verification reads.
    pub(super) fn lent<T>(&self, body: &[u8], to: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        to(&Incoming { method: &self.method, url: &self.url, headers: &headers, body })
    }
}

/// A complete request, as it was received.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// The head.
    pub head: Head,
    /// The raw body.
    pub body: Bytes,
}

impl RawRequest {
    /// Calls `to` with the request, in the form that signature verification reads.
    pub(super) fn lent<T>(&self, to: impl FnOnce(&Incoming<'_>) -> T) -> T {
        self.head.lent(&self.body, to)
    }

    /// Returns the request as a plug sees it.
    pub(super) fn for_plug(&self, admitted: &Admitted<'_>) -> WebhookRequest {
        self.lent(|incoming| admitted.for_plug(incoming, &self.head.query, self.head.received_at))
    }

    /// Returns what identifies the request and its repeats.
    pub(super) fn signed(&self, admitted: &Admitted<'_>) -> SignedRequest {
        self.lent(|incoming| admitted.signed(incoming, self.head.received_at))
    }
}
