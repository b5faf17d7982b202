//! What a plug has its host remember.

use crate::contract::effect::{Effect, Memo as PlugMemo};
use crate::plug::rules;
use crate::store::Memo;

/// Whether a connection that remembers `memory` may remember what comes of this effect too.
pub(super) fn fits(memory: &[Memo], effect: &Effect) -> bool {
    rules::effect_fits(memory.iter().map(|memo| memo.key.as_str()), effect)
}

/// A memo as its plug may see it.
pub(super) fn shown(memo: &Memo) -> PlugMemo {
    let value = if memo.sealed { String::new() } else { memo.value.clone() };
    PlugMemo { key: memo.key.clone(), value, expires_at: memo.expires_at }
}
