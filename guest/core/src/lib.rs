//! What the host and a gateway share, with no I/O: the contracts' types, the recipe engine that knows senders, and
//! the rendering of what plugs want sent.
//!
//! - [`types`]: the records of the contracts, as Rust.
//! - [`recipe`]: who sent this request? And, for simulations and tests, the headers with which a sender would prove it.
//! - [`render`]: secrets and proofs put into what a plug wants sent, and taken out of what comes back.

mod digest;
pub mod recipe;
pub mod render;
mod telephone;
pub mod types;

pub use digest::hex;
pub use telephone::{is_e164, is_extension};
