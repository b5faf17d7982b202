//! What may be put into a request that leaves.

use cordboard_core::render::Keys;

use crate::store::Memo;
use crate::world::Generation;

/// Outbound secrets and sealed memos, never an inbound secret.
pub(crate) struct OutboundKeys<'a> {
    /// Whose secrets.
    pub generation: &'a Generation,
    /// The connection's memos as they are now.
    pub memory: &'a [Memo],
}

impl Keys for OutboundKeys<'_> {
    fn secret(&self, key: &str) -> Option<&str> {
        let sealed = || self.memory.iter().find(|memo| memo.sealed && memo.key == key).map(|memo| memo.value.as_str());
        self.generation.bound.outbound(key).or_else(sealed)
    }
}
