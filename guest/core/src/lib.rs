//! Logic shared by the host and the Spin gateway, without I/O.
//!
//! - [`types`]: the contracts' records as Rust types.
//! - [`signature_scheme`]: verifies who sent a request, and signs requests for simulations and tests.
//! - [`inbound`]: decides whether a request is admitted, and which parts of it a plug sees. [`api_error`] defines the
//!   responses to rejected requests.
//! - [`resolved_settings`]: an operator's settings, sorted by who may see them.
//! - [`render`]: inserts secrets and signatures into outbound requests, and redacts secrets from the responses.
//! - [`outbound`]: decides whether a request may leave, and which parts of its response a plug sees.
//! - [`rules`]: limits on the results of a plug.
//! - [`event`]: the public form of events.

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
