//! The steps of an operation.

use super::Violation;
use crate::types::effect::{self, Effect, Failure, OutboundRequest};

/// Why a plug call returned no result.
#[derive(Debug)]
pub enum Pause<E> {
    /// The plug needs the result of this effect first.
    Effect(Effect),
    /// The plug returned a failure.
    Failed(E),
}

impl<E> Pause<E> {
    /// Converts the failure.
    pub fn map<F>(self, convert: impl FnOnce(E) -> F) -> Pause<F> {
        match self {
            Self::Effect(effect) => Pause::Effect(effect),
            Self::Failed(failure) => Pause::Failed(convert(failure)),
        }
    }
}

impl From<effect::Pause> for Pause<Failure> {
    fn from(pause: effect::Pause) -> Self {
        match pause {
            effect::Pause::Effect(effect) => Self::Effect(effect),
            effect::Pause::Failed(failure) => Self::Failed(failure),
        }
    }
}

/// What happens after a plug call.
#[derive(Debug)]
pub enum Step<T, E> {
    /// The operation has a result.
    Done(T),
    /// The plug returned a failure.
    Failed(E),
    /// The host sends this request and completes it with [`Engine::complete`](super::Engine::complete).
    Call(Call),
    /// The engine performed the effect, or its result is known: the host calls the plug again.
    Continue,
    /// The operation ends, because the plug exceeded a limit or returned another effect than before.
    Violation(Violation),
}

/// A request to send.
#[derive(Debug)]
pub struct Call {
    /// The request.
    pub request: OutboundRequest,
    /// Whether an earlier run journaled it.
    pub(super) is_recorded: bool,
}
