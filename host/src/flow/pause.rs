//! How a run of a plug, and the operation that it belongs to, end.

use crate::contract::effect::{Effect, Failure, Pause as PlugPause};
use crate::contract::http::Rejection;
use crate::contract::provider::ReceivePause;
use crate::plug::CallError;
use crate::plug::rules::Shortened;

/// Why a plug's run has no result.
#[derive(Debug)]
pub enum Pause<E> {
    /// This is wanted first.
    Effect(Effect),
    /// Its own word for failure.
    Failed(E),
}

impl From<PlugPause> for Pause<Failure> {
    fn from(pause: PlugPause) -> Self {
        match pause {
            PlugPause::Effect(effect) => Self::Effect(effect),
            PlugPause::Failed(failure) => Self::Failed(failure.shortened()),
        }
    }
}

impl From<ReceivePause> for Pause<Rejection> {
    fn from(pause: ReceivePause) -> Self {
        match pause {
            ReceivePause::Effect(effect) => Self::Effect(effect),
            ReceivePause::Rejected(rejection) => Self::Failed(rejection.shortened()),
        }
    }
}

/// How a plug's operation ended.
pub(super) enum Completion<T, E> {
    /// With a result.
    Done(T),
    /// In its own word for failure.
    Failed(E),
    /// It broke a promise or a limit.
    Broken(CallError),
}
