//! Limits on an operation.

use std::fmt;

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
#[derive(Clone, Debug, PartialEq)]
pub enum Violation {
    /// The plug returned more than this number of effects.
    Effects(usize),
    /// The time limit of the operation has passed, which need not be the plug's fault.
    OutOfTime,
    /// The effects have more than this number of bytes.
    EffectBytes(usize),
    /// The stored state has more than this number of bytes.
    StateBytes(usize),
    /// The connection would have too many state entries, or an entry is too long.
    StateEntries,
    /// The plug returned this effect, but another one is recorded.
    Diverged(Effect),
}

impl Violation {
    /// Returns whether a limit on state was exceeded.
    pub fn is_of_state(&self) -> bool {
        matches!(self, Self::StateBytes(_) | Self::StateEntries)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Effects(limit) => write!(formatter, "it returned more than {limit} effects in one operation"),
            Self::OutOfTime => formatter.write_str("it exceeded the time limit of an operation"),
            Self::EffectBytes(limit) => {
                write!(formatter, "it returned effects of more than {limit} bytes in one operation")
            }
            Self::StateBytes(limit) => {
                write!(formatter, "it stored more than {limit} bytes of state in one operation")
            }
            Self::StateEntries => formatter.write_str("it exceeded the state limits of a connection"),
            Self::Diverged(_) => formatter.write_str("it returned a different effect than before the interruption"),
        }
    }
}
