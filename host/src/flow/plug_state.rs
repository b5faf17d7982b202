//! The state that the host stores for a plug.

use crate::contract::effect::{Effect, StateEntry as PlugStateEntry};
use crate::plug::rules;
use crate::store::StateEntry;

/// Returns whether a connection with this `plug_state` has room for the entries that an effect adds.
pub(super) fn fits(plug_state: &[StateEntry], effect: &Effect) -> bool {
    rules::effect_fits(plug_state.iter().map(|entry| entry.key.as_str()), effect)
}

/// Returns a state entry as its plug sees it: without the value if it was captured.
pub(super) fn shown(entry: &StateEntry) -> PlugStateEntry {
    let value = if entry.captured { String::new() } else { entry.value.clone() };
    PlugStateEntry { key: entry.key.clone(), value, expires_at: entry.expires_at }
}
