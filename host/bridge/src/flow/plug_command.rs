//! Runs the commands that an account's plug carries out. Each is a small implementation of [`PlugCommand`], in a file of
//! its own; [`execute`] runs them all.

use std::sync::Arc;

use cordboard_core::{AccountId, AppId};
use serde::Serialize;

use crate::topology::{Account, Demand, InFlightGuard, Topology};
use cordboard_runtime::contract::crm::Outcome;
use cordboard_runtime::contract::effect::{Context, Failure, Pause};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::Change;

use super::ApiError;
use super::command_result::{CommandResult, interrupted};
use super::commands::{Commands, Purpose};
use super::execute::{Completion, Run};
use super::invocation::Invocation;
use super::operation::json;

/// The result of a plug call.
pub(super) type CallResult<T> = Result<Result<T, Pause>, CallError>;

/// A command with the plug's input, as it is journaled.
pub(super) trait PlugCommand: Sync {
    /// The plug's result.
    type Output: Serialize + Send;

    /// The message to the operator about a leftover at the provider, if the command had effects but its result cannot
    /// be used.
    const UNUSABLE: Option<&'static str> = None;

    /// Calls the plug.
    fn call(&self, plug: &Plug, context: &Context) -> CallResult<Self::Output>;

    /// Returns the subject of the command, for messages to the operator.
    fn about(&self) -> String {
        String::new()
    }

    /// Returns how the command ends with this result or failure of the plug.
    ///
    /// # Errors
    /// Returns the reason if the result cannot be used.
    fn end(&self, run: &Run<'_>, result: Result<Self::Output, Failure>) -> Result<Ended, String>;
}

/// The end of a command.
pub(super) struct Ended {
    /// The outcome for the CRM.
    pub outcome: Outcome,
    /// The changes to commit with it.
    pub changes: Vec<Change>,
    /// The message to the operator about a leftover at the provider.
    pub leftover: Option<&'static str>,
}

impl Ended {
    /// Returns an end that changes nothing.
    pub fn with(outcome: Outcome) -> Self {
        Self { outcome, changes: Vec::new(), leftover: None }
    }
}

/// The CRM's request that carries a command, or the background task that issues one.
pub(super) struct Caller<'a> {
    pub commands: &'a Arc<Commands>,
    pub topology: &'a Topology,
    /// The app that the request addresses.
    pub app: &'a AppId,
    /// The size of its body, in bytes.
    pub body: usize,
}

impl<'a> Caller<'a> {
    /// Returns an account of the app.
    pub fn account(&self, id: &str) -> Result<&'a Account, ApiError> {
        let id = id.parse::<AccountId>().map_err(|_| ApiError::NotFound("account"))?;
        self.topology.account(self.app, &id).ok_or(ApiError::NotFound("account"))
    }

    /// Counts the request against the limits of an account.
    pub fn admit(&self, account: &AccountId, purpose: Purpose) -> Result<InFlightGuard, ApiError> {
        let stored = self.commands.store.stored_bytes(account);
        let demand = Demand { body: self.body, stored, changes: purpose == Purpose::Change };
        Ok(self.topology.admit(account, demand)?)
    }
}

/// Does the work of a request, once for all concurrent requests with the same key.
pub(super) async fn share<F>(
    commands: &Arc<Commands>,
    in_flight: InFlightGuard,
    key: String,
    work: impl FnOnce(Arc<Commands>) -> F,
) -> Result<CommandResult, ApiError>
where
    F: Future<Output = Result<CommandResult, ApiError>> + Send + 'static,
{
    let work = work(Arc::clone(commands));
    commands.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// Executes a new or resumed command. The caller must hold the lock of the conference that it changes.
pub(super) async fn execute(commands: &Commands, run: Run<'_>) -> Result<CommandResult, ApiError> {
    match &*run.invocation() {
        Invocation::Create(command) => run_to_end(commands, run, command).await,
        Invocation::Update(command) => run_to_end(commands, run, command).await,
        Invocation::Delete(command) => run_to_end(commands, run, command).await,
        Invocation::VerifyUser(command) => run_to_end(commands, run, command).await,
        Invocation::PhoneNumbers(command) => run_to_end(commands, run, command).await,
        Invocation::Receive(_) => Err(interrupted()),
    }
}

async fn run_to_end<C: PlugCommand>(commands: &Commands, run: Run<'_>, command: &C) -> Result<CommandResult, ApiError> {
    let mut run = run.about(command.about());
    let result = match run.execute(|plug, context| command.call(plug, context)).await? {
        Completion::Done(output) => Ok(output),
        Completion::Failed(failure) => Err(failure),
        Completion::Broken(error) => return broken(run, error, None).await,
    };
    let Ended { outcome, changes, leftover } = match command.end(&run, result) {
        Ok(ended) => ended,
        Err(why) => return broken(run, CallError::ContractBroken(why), C::UNUSABLE).await,
    };
    let operation = run.operation();
    let answer = match &outcome {
        // Opened before other requests can find the conference in the store.
        Outcome::Created(made) => {
            let (account, request) = (&operation.connection.account, operation.request.as_deref());
            Some(commands.answers.open(account, &operation.id, &made.id, request))
        }
        _ => None,
    };
    let succeeded = !matches!(outcome, Outcome::Failed(_));
    // The CRM verifies users often, even if no meeting follows, so a lookup that changed nothing is not stored.
    if run.had_effects() || !changes.is_empty() || !succeeded {
        run.finish(json(&outcome), succeeded, leftover.map(str::to_owned), changes).await?;
    }
    Ok(CommandResult { outcome, answer })
}

/// Finishes an operation whose plug call failed, and logs the error.
async fn broken(run: Run<'_>, error: CallError, leftover: Option<&str>) -> Result<CommandResult, ApiError> {
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
