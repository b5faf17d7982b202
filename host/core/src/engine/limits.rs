//! Limits on an operation.

use crate::types::effect::Effect;

/// Limits on the effects of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of effects.
    pub effects: usize,
    /// The maximum size of all effects, in bytes: requests and state.
    pub effect_bytes: usize,
    /// The maximum size of the state that the operation stores, in bytes, including captured values. Each write counts,
    /// also a replacement, because each is journaled.
    pub state_bytes: usize,
    /// The maximum size of the bodies of all responses, in bytes.
    pub exchanged_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { effects: 32, effect_bytes: 2 << 20, state_bytes: 256 << 10, exchanged_bytes: 4 << 20 }
    }
}

/// Why an operation cannot continue. Displays as a clause that begins with `it …`, as in [`rules`](crate::rules).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Violation {
    /// The plug returned more than this number of effects.
    #[error("it returned more than {0} effects in one operation")]
    Effects(usize),
    /// The time limit of the operation has passed, which need not be the plug's fault.
    #[error("it exceeded the time limit of an operation")]
    OutOfTime,
    /// The effects have more than this number of bytes.
    #[error("it returned effects of more than {0} bytes in one operation")]
    EffectBytes(usize),
    /// The stored state has more than this number of bytes.
    #[error("it stored more than {0} bytes of state in one operation")]
    StateBytes(usize),
    /// The connection would have too many state entries, or an entry is too long.
    #[error("it exceeded the state limits of a connection")]
    StateEntries,
    /// The plug returned this effect, but another one is recorded.
    #[error("it returned a different effect than before the interruption")]
    Diverged(Effect),
}

impl Violation {
    /// Returns whether a limit on state was exceeded.
    pub fn is_of_state(&self) -> bool {
        matches!(self, Self::StateBytes(_) | Self::StateEntries)
    }
}
