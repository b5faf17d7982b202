//! What may be put into a request that leaves.

use cordboard_core::bound::OutboundKeys;

use crate::store::Memo;
use crate::world::Generation;

/// The secrets of a generation, and of its connection's memos, as they are now, the sealed ones. `captured` are values of
/// sealed memos that this operation replaced or dropped: an answer may still show them.
pub(crate) fn outbound_keys<'a>(
    generation: &'a Generation,
    memory: &'a [Memo],
    captured: &'a [String],
) -> OutboundKeys<'a> {
    let sealed = memory.iter().filter(|memo| memo.sealed).map(|memo| (memo.key.as_str(), memo.value.as_str()));
    OutboundKeys { bound: &generation.bound, sealed: sealed.collect(), captured }
}
