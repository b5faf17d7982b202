//! How a plug call, and the operation it belongs to, end.

use crate::contract::effect::{Effect, Failure, Pause as PlugPause};
use crate::contract::http::Rejection;
use crate::contract::provider::ReceivePause;
use crate::plug::CallError;
use crate::plug::rules::Shortened;

/// Why a plug call returned no result.
#[derive(Debug)]
pub enum Pause<E> {
    /// The plug needs the result of this effect first.
    Effect(Effect),
    /// The plug returned a failure.
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
    /// With a failure that the plug returned.
    Failed(E),
    /// With a failed call, for example because the plug violated its contract or a limit.
    Broken(CallError),
}
