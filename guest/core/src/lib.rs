//! What the host and a gateway share, with no I/O: the contracts' types, and all that is decided by them alone.
//!
//! - [`types`]: the records of the contracts, as Rust.
//! - [`signature_scheme`]: who sent this request? And, for simulations and tests, the headers with which a sender would
//!   sign it.
//! - [`inbound`]: may a request come in, and what of it does a plug see? [`api_error`]: what it is told if not.
//! - [`resolved_settings`]: an operator's settings, sorted by who may see them.
//! - [`render`]: secrets and signatures put into what a plug wants sent, and taken out of what comes back.
//! - [`outbound`]: may what a plug wants sent leave, and what of it may be shown?
//! - [`rules`]: what a plug's results may be.
//! - [`event`]: what providers tell of, as JSON and by name.

pub mod api_error;
mod digest;
#[cfg(feature = "host")]
pub mod event;
mod fingerprint;
pub mod inbound;
mod link;
#[cfg(feature = "host")]
pub mod outbound;
pub mod render;
mod repeat;
pub mod resolved_settings;
#[cfg(feature = "host")]
pub mod rules;
pub mod signature_scheme;
mod telephone;
pub mod text;
pub mod types;

pub use digest::{digest_of, hex};
pub use fingerprint::fingerprint;
pub use link::link;
pub use repeat::{REPEAT_WINDOW_MS, repeat_window};
pub use telephone::{is_e164, is_extension};
