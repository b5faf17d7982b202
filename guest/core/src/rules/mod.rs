//! What a plug's results may be, beyond what their types say: bounds, and the words of the contracts.
//!
//! A result is refused by these rules when it comes, and a host's conformance tests hold a plug to the same ones
//! beforehand. The host compiles them against its own types of the contract: one source, no conversion.
//!
//! A rule says what is wrong in half a sentence, `its …` or `the …`, without a full stop.

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

/// Effects of one operation.
pub const MAX_EFFECTS: usize = 32;

/// Bytes of all effects that one operation returns: its requests and the state that it keeps, together.
pub const MAX_EFFECT_BYTES: usize = 2 << 20;

/// Bytes of the state that one operation keeps, what it replaces itself counted too: each time it is journaled.
pub const MAX_STATE_BYTES: usize = 256 << 10;

/// Bytes of all answers that one operation is shown.
pub const MAX_EXCHANGED_BYTES: usize = 4 << 20;

/// The longest id of a provider's, in bytes.
pub const MAX_ID: usize = 512;
