//! What may be put into a request that leaves.

use cordboard_core::bound::OutboundKeys;

use crate::store::Memo;
use crate::world::Generation;

/// The secrets of a generation, and of its connection's memos, as they are now, the sealed ones.
pub(crate) fn outbound_keys<'a>(
    generation: &'a Generation,
    memory: &'a [Memo],
) -> OutboundKeys<'a, impl Fn(&str) -> Option<&'a str>> {
    let sealed = |key: &str| memory.iter().find(|memo| memo.sealed && memo.key == key).map(|memo| memo.value.as_str());
    OutboundKeys { bound: &generation.bound, sealed }
}
