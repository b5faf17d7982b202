//! What a plug has its host remember.

use crate::contract::effect::{Effect, StateEntry as PlugStateEntry};
use crate::plug::rules;
use crate::store::StateEntry;

/// Whether a connection that has this `plug_state` may remember what comes of this effect too.
pub(super) fn fits(plug_state: &[StateEntry], effect: &Effect) -> bool {
    rules::effect_fits(plug_state.iter().map(|entry| entry.key.as_str()), effect)
}

/// A state entry as its plug may see it.
pub(super) fn shown(entry: &StateEntry) -> PlugStateEntry {
    let value = if entry.captured { String::new() } else { entry.value.clone() };
    PlugStateEntry { key: entry.key.clone(), value, expires_at: entry.expires_at }
}
