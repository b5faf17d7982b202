//! The end of a plug operation.

use serde::Serialize;
use serde_json::Value;

use cordboard_runtime::CallError;

use super::invocation::value;

/// The end of a plug operation. By default, its result is JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Completion<T = Value, E = Value> {
    /// With a result.
    Done(T),
    /// With a failure that the plug returned.
    Failed(E),
    /// With a failed call, for example because the plug violated its contract or a limit.
    Broken(CallError),
}

impl<T: Serialize, E: Serialize> Completion<T, E> {
    /// Returns the completion with its result as JSON.
    pub(super) fn json(&self) -> Completion {
        match self {
            Self::Done(result) => Completion::Done(value(result)),
            Self::Failed(failure) => Completion::Failed(value(failure)),
            Self::Broken(error) => Completion::Broken(error.clone()),
        }
    }
}
