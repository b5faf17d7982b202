//! Verifies that a webhook request comes from the sender that a plug's route declares.
//!
//! A scheme is data ([`Route::authenticity`](crate::types::manifest::Route)): it names headers, the parts of the signed
//! text and the encoding of the signature. [`verify`] checks the raw bytes and the public URL before any plug runs, and
//! compares secrets in constant time. [`sign`] signs requests with the same schemes, for simulations and tests.
//! [`faults`] validates a scheme before it is used.

pub mod catalog;
mod error;
mod faults;
mod headers;
mod place;
mod secrets;
mod sender;
mod sent_at;
mod text;
mod verify;

pub use error::VerifyError;
pub use faults::faults;
pub use headers::security_headers;
pub use secrets::Secrets;
pub use sender::{SignError, sign, sign_route};
pub use verify::{Sender, verify, verify_head};

/// A request as received.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The public URL as the sender sees it: scheme, host, path and query.
    pub url: &'a str,
    /// In order, including duplicates. Names may be in any case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Raw bytes.
    pub body: &'a [u8],
}
