//! Results of commands.

use std::sync::Arc;

use crate::contract::crm::Outcome;
use crate::contract::effect::Failure;
use crate::plug::CallError;

use super::ApiError;
use super::answers::Answer;
use super::execute::Run;
use super::operation::json;

/// The result of a command, shared by the caller and all callers that joined it.
#[derive(Clone, Debug)]
pub(super) struct CommandResult {
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
pub(super) fn interrupted() -> ApiError {
    ApiError::Unavailable("the operation was interrupted, or too many are in progress".to_owned())
}

/// Finishes an operation with the failure that its plug returned.
pub(super) async fn failed(run: Run<'_>, failure: Failure) -> Result<CommandResult, ApiError> {
    let outcome = Outcome::Failed(failure);
    run.finish(json(&outcome), false, None, Vec::new()).await?;
    Ok(CommandResult::new(outcome))
}

/// Finishes an operation whose plug call failed, and logs the error.
pub(super) async fn broken(run: Run<'_>, error: CallError, leftover: Option<&str>) -> Result<CommandResult, ApiError> {
    if let Some(suppressed) = run.log_broken() {
        tracing::error!(
            operation = run.operation().id,
            connection = %run.operation().connection,
            plug = run.operation().plug,
            suppressed,
            %error,
            "plug call failed"
        );
    }
    let leftover = leftover.filter(|_| run.had_effects()).map(str::to_owned);
    run.finish(error.to_string(), false, leftover, Vec::new()).await?;
    Err(ApiError::from(error))
}
