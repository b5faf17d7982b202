//! Limits on the results of a plug that their types do not express.
//!
//! The host enforces these rules on every result, and its conformance tests check plugs against the same ones. Both
//! compile this source against the contract's types, so nothing needs to be converted.
//!
//! A violation is reported as a clause that begins with `its …`, `it …` or `the …`, without a full stop.

#[cfg(feature = "host")]
mod command;
#[cfg(feature = "host")]
mod conference;
mod event;
mod failure;
mod numbers;
mod response;
mod size;
mod state;

#[cfg(feature = "host")]
pub use command::{command, crm_id};
#[cfg(feature = "host")]
pub use conference::{conference, is_id};
pub use event::{MAX_DEDUPE_KEY, events};
pub use failure::{Shortened, failure};
pub use numbers::numbers;
pub use response::{body, headers};
pub use size::{effect_bytes, event_bytes, state_bytes};
pub use state::{effect_fits, value_fits};

/// Maximum length in bytes of a provider's id.
pub const MAX_ID: usize = 512;
