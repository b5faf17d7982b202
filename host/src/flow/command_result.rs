//! How a command ends.

use std::sync::Arc;

use crate::contract::crm::Outcome;
use crate::contract::effect::Failure;
use crate::plug::CallError;

use super::ApiError;
use super::answers::Answer;
use super::execute::Run;
use super::operation::json;

/// What came of a command, for the one who asked and whoever asked for the same meanwhile.
#[derive(Clone, Debug)]
pub(super) struct CommandResult {
    /// The outcome.
    pub outcome: Outcome,
    /// What is to know whether the CRM takes it, for a create.
    pub answer: Option<Arc<Answer>>,
}

impl CommandResult {
    /// With an outcome of which it does not matter whether the CRM takes it.
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, answer: None }
    }

    /// Nothing here can do that.
    pub fn unsupported() -> Self {
        Self::new(Outcome::Failed(Failure::Unsupported))
    }
}

/// The command's work ended without a word, or did not begin.
pub(super) fn interrupted() -> ApiError {
    ApiError::Unavailable("the operation broke off, or too many are under way".to_owned())
}

/// Ends an operation that its plug could not carry out, in its own word for why.
pub(super) async fn failed(run: Run<'_>, failure: Failure) -> Result<CommandResult, ApiError> {
    let outcome = Outcome::Failed(failure);
    run.finish(json(&outcome), false, None, Vec::new()).await?;
    Ok(CommandResult::new(outcome))
}

/// Ends an operation whose plug broke, and says so where the operator looks.
pub(super) async fn broken(run: Run<'_>, error: CallError, leftover: Option<&str>) -> Result<CommandResult, ApiError> {
    if let Some(suppressed) = run.log_broken() {
        tracing::error!(operation = run.id(), connection = %run.connection(), plug = run.plug(), suppressed, "{error}");
    }
    let leftover = leftover.filter(|_| run.had_effects()).map(str::to_owned);
    run.finish(error.to_string(), false, leftover, Vec::new()).await?;
    Err(ApiError::from(error))
}
