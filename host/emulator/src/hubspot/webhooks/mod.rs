//! Webhooks: their bodies, signatures and delivery.

mod request;
mod send;
pub mod sign;

use serde::Serializer;
use serde_json::Value;

pub(super) use request::METHOD;
pub use request::{Request, Signer};
pub(super) use send::{Answer, Client};

/// Serializes a body: its documented members, in order.
pub(super) fn body<const N: usize>(members: [(&str, Value); N]) -> Vec<u8> {
    let mut body = Vec::new();
    // Writing values to memory cannot fail.
    let _ = serde_json::Serializer::new(&mut body).collect_map(members);
    body
}
