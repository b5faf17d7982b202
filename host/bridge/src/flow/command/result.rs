//! Results of commands.

use std::sync::Arc;

use crate::flow::ApiError;
use crate::flow::answer::Answer;
use cordboard_runtime::contract::crm::Outcome;
use cordboard_runtime::contract::effect::Failure;

/// The result of a command, shared by the caller and all callers that joined it.
#[derive(Clone, Debug)]
pub struct CommandResult {
    /// The outcome.
    pub outcome: Outcome,
    /// The answer that the CRM can acknowledge; only for a create.
    pub answer: Option<Arc<Answer>>,
}

impl CommandResult {
    /// Returns a result that needs no acknowledgement.
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, answer: None }
    }

    /// Returns the result of a command that the account has no plug for.
    pub fn unsupported() -> Self {
        Self::new(Outcome::Failed(Failure::Unsupported))
    }
}

/// Returns the error for a command whose task ended without a result, or was not started.
pub fn interrupted() -> ApiError {
    ApiError::Unavailable("the operation was interrupted, or too many are in progress".to_owned())
}
