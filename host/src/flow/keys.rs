//! What may be put into a request that leaves.

use cordboard_core::resolved_settings::OutboundKeys;

use crate::store::StateEntry;
use crate::topology::Generation;

/// The secrets of a generation, and of its connection's state entries, as they are now, the captured ones. `retired`
/// are values of captured state entries that this operation replaced or dropped: an answer may still show them.
pub(crate) fn outbound_keys<'a>(
    generation: &'a Generation,
    plug_state: &'a [StateEntry],
    retired: &'a [String],
) -> OutboundKeys<'a> {
    let captured =
        plug_state.iter().filter(|entry| entry.captured).map(|entry| (entry.key.as_str(), entry.value.as_str()));
    OutboundKeys { settings: &generation.settings, captured: captured.collect(), retired }
}
