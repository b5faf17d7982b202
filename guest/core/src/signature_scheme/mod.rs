//! Signature verification: whether a request comes from the sender that a plug's route describes.
//!
//! A scheme is data ([`Route::authenticity`](crate::types::manifest::Route)): it names headers, the pieces of the
//! signed text and how the signature is written. [`verify`] works on the raw bytes and the public address, in constant
//! time where a secret is compared, before any plug runs. [`sign`] is the sender's side of the same schemes, for
//! simulations and tests; [`faults`] tells what is wrong with a scheme before it is used.

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

/// A request as it came.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The public address as the sender sees it: scheme, host, path and query.
    pub url: &'a str,
    /// In order, doubles kept, names in any case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Raw.
    pub body: &'a [u8],
}
