//! Secrets that the host may insert into outbound requests.

use cordboard_core::resolved_settings::OutboundKeys;

use crate::store::StateEntry;
use crate::topology::Generation;

/// Returns the secrets of a generation and the captured values in the current state of its connection. `retired` are
/// captured values that this operation replaced or deleted, which an answer may still contain.
pub(crate) fn outbound_keys<'a>(
    generation: &'a Generation,
    plug_state: &'a [StateEntry],
    retired: &'a [String],
) -> OutboundKeys<'a> {
    let captured =
        plug_state.iter().filter(|entry| entry.captured).map(|entry| (entry.key.as_str(), entry.value.as_str()));
    OutboundKeys { settings: &generation.settings, captured: captured.collect(), retired }
}
