//! Inserts secrets into outbound requests just before they are sent, and redacts secrets from the responses.
//!
//! A plug names a secret and never sees its value. [`render`] inserts secrets and signatures into text, [`basic`]
//! builds HTTP Basic credentials from two settings, [`capture`] extracts values that the plug must not see, and
//! [`Redactor`] masks secrets in what remains. [`host_allowed`], [`header_name_ok`] and [`header_value_ok`] check the
//! completed request.

mod capture;
mod escape;
mod header;
mod hosts;
mod pieces;
#[cfg(feature = "host")]
mod redact;
mod signature;

pub use capture::{Captured, capture};
pub use escape::escape;
pub use header::{header_is_hosts, header_name_ok, header_value_ok};
pub use hosts::{Host, host_allowed, hosts};
pub use pieces::{Keys, basic, render};
#[cfg(feature = "host")]
pub use redact::Redactor;
pub use signature::{encode, sign};
