//! Limits on the results of a plug that their types do not express.
//!
//! The host enforces these rules on every result, and its conformance tests check plugs against the same ones. Both
//! compile this source against the contract's types, so nothing needs to be converted.
//!
//! A violation is reported as half a sentence that begins with `its …`, `it …` or `the …`, without a full stop.

mod command;
mod conference;
mod event;
mod failure;
mod numbers;
mod response;
mod size;
mod state;

pub use command::{meeting, text};
pub use conference::{conference, is_id};
pub use event::{MAX_DEDUPE_KEY, events};
pub use failure::{Shortened, failure};
pub use numbers::numbers;
pub use response::{body, headers};
pub use size::{effect_bytes, event_bytes, state_bytes};
pub use state::{effect_fits, value_fits};

/// Maximum number of effects in an operation.
pub const MAX_EFFECTS: usize = 32;

/// Maximum size in bytes of all effects in an operation: its requests and the state that it stores.
pub const MAX_EFFECT_BYTES: usize = 2 << 20;

/// Maximum size in bytes of the state stored by an operation. Each write counts, including replacements, because each
/// is journaled.
pub const MAX_STATE_BYTES: usize = 256 << 10;

/// Maximum size in bytes of all responses in an operation.
pub const MAX_EXCHANGED_BYTES: usize = 4 << 20;

/// Maximum length in bytes of a provider's id.
pub const MAX_ID: usize = 512;
