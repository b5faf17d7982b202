//! What HubSpot sends to an app: how it is written, signed and sent.

mod body;
mod request;
mod send;
pub mod sign;

use serde::Serialize;

pub use body::{CreateMeeting, DeleteMeeting, PhoneNumbers, UpdateMeeting, VerifyUser};
pub use request::{Request, Signer};
pub use send::{Answer, Client};

/// A body as it is sent.
pub fn body(body: &impl Serialize) -> Vec<u8> {
    // Numbers and texts can always be written.
    serde_json::to_vec(body).unwrap_or_default()
}
