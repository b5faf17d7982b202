//! What HubSpot sends to an app: how it is written, signed and sent.

mod body;
mod request;
mod send;
pub mod sign;

use serde::Serialize;

pub(super) use body::{CreateMeeting, DeleteMeeting, PhoneNumbers, UpdateMeeting, VerifyUser};
pub(super) use request::METHOD;
pub use request::{Request, Signer};
pub(super) use send::{Answer, Client};

/// A body as it is sent.
pub(super) fn body(body: &impl Serialize) -> Vec<u8> {
    // Numbers and texts can always be written.
    serde_json::to_vec(body).unwrap_or_default()
}
