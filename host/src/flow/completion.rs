//! How a plug's operation ends.

use serde::Serialize;

use crate::plug::CallError;

use super::compare::CompletionRecord;
use super::invocation::value;

/// How a plug's operation ended.
pub(super) enum Completion<T, E> {
    /// With a result.
    Done(T),
    /// With a failure that the plug returned.
    Failed(E),
    /// With a failed call, for example because the plug violated its contract or a limit.
    Broken(CallError),
}

impl<T: Serialize, E: Serialize> From<&Completion<T, E>> for CompletionRecord {
    fn from(completion: &Completion<T, E>) -> Self {
        match completion {
            Completion::Done(result) => Self::Done(value(result)),
            Completion::Failed(failure) => Self::Failed(value(failure)),
            Completion::Broken(error) => Self::Broken(error.to_string()),
        }
    }
}
