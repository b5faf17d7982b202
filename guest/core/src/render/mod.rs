//! Completing what plugs want sent, at the last moment before it leaves, and taking secrets out of what comes back.
//!
//! A plug names a secret and never sees it: [`render`] puts secrets and signatures into its texts, [`basic`] makes HTTP
//! Basic of two settings, [`capture`] blanks the parts of an answer that the plug must not see, and [`Redactor`] takes
//! secrets out of the rest. [`host_allowed`], [`header_name_ok`] and [`header_value_ok`] are the checks that
//! follow once all pieces are in.

#[cfg(feature = "host")]
mod capture;
mod escape;
mod header;
mod hosts;
mod pieces;
#[cfg(feature = "host")]
mod redact;
mod signature;

#[cfg(feature = "host")]
pub use capture::{Captured, capture};
pub use escape::escape;
pub use header::{header_is_hosts, header_name_ok, header_value_ok};
pub use hosts::{Host, host_allowed, hosts};
pub use pieces::{Keys, RenderError, basic, render};
#[cfg(feature = "host")]
pub use redact::Redactor;
pub use signature::{encode, sign};
