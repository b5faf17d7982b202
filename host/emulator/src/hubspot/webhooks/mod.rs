//! Webhooks: their bodies, signatures and delivery.

mod body;
mod request;
mod send;
pub mod sign;

use serde::Serialize;

pub(super) use body::{CreateMeeting, DeleteMeeting, PhoneNumbers, UpdateMeeting, VerifyUser};
pub(super) use request::METHOD;
pub use request::{Request, Signer};
pub(super) use send::{Answer, Client};

/// Serializes a body.
pub(super) fn body(body: &impl Serialize) -> Vec<u8> {
    // Serializing numbers and strings cannot fail.
    serde_json::to_vec(body).unwrap_or_default()
}
