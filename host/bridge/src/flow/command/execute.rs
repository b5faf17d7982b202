//! Runs the plug operation of a command to its end: the plug's result becomes an outcome and a change of the records,
//! which are committed together.

use cordboard_core::command::{self, Ended, PlugCommand, Target};

use crate::clock::now;
use crate::flow::operation::{Completion, Invocation, Run, json};
use crate::flow::{ApiError, RequestId};
use cordboard_runtime::contract::crm::Outcome;
use cordboard_runtime::contract::effect::{Context, Failure, Pause};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::{Change, Operation};

use super::commands::Commands;
use super::result::{CommandResult, interrupted};

/// The result of a plug call.
type CallResult<T> = Result<Result<T, Pause>, CallError>;

/// Executes a new or resumed command. The caller must hold the lock of the conference that it changes.
pub async fn execute(commands: &Commands, run: Run<'_>) -> Result<CommandResult, ApiError> {
    match &*run.invocation() {
        Invocation::Create(command) => {
            run_to_end(commands, run, command, |plug, context| plug.create(context, &command.0)).await
        }
        Invocation::Update(command) => {
            run_to_end(commands, run, command, |plug, context| plug.update(context, &command.current, &command.meeting))
                .await
        }
        Invocation::Delete(command) => {
            run_to_end(commands, run, command, |plug, context| plug.delete(context, &command.0)).await
        }
        Invocation::VerifyUser(command) => {
            run_to_end(commands, run, command, |plug, context| plug.verify_user(context, &command.0)).await
        }
        Invocation::PhoneNumbers(command) => {
            run_to_end(commands, run, command, |plug, context| plug.phone_numbers(context, &command.0)).await
        }
        Invocation::Receive(_) => Err(interrupted()),
    }
}

async fn run_to_end<C: PlugCommand>(
    commands: &Commands,
    mut run: Run<'_>,
    command: &C,
    plug_call: impl Fn(&Plug, &Context) -> CallResult<C::Output> + Sync,
) -> Result<CommandResult, ApiError> {
    run.in_doubt.about = command.about();
    let result = match run.run_plug(plug_call).await? {
        Completion::Done(output) => Ok(output),
        Completion::Failed(failure) => Err(failure),
        Completion::Broken(error) => return broken(run, error, None).await,
    };
    let Ended { outcome, change, leftover } = match end(&run, command, result) {
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
    let changes: Vec<_> = change.into_iter().map(|change| stored(change, operation)).collect();
    let succeeded = !matches!(outcome, Outcome::Failed(_));
    // The CRM verifies users often, even if no meeting follows, so a lookup that changed nothing is not stored.
    if run.had_effects() || !changes.is_empty() || !succeeded {
        run.finish(json(&outcome), succeeded, leftover.map(str::to_owned), changes).await?;
    }
    Ok(CommandResult { outcome, answer })
}

/// Returns how a command ends with this result or failure of the plug.
fn end<C: PlugCommand>(run: &Run<'_>, command: &C, result: Result<C::Output, Failure>) -> Result<Ended, String> {
    let operation = run.operation();
    let target = Target {
        app: operation.app.as_ref().ok_or("the operation belongs to no app")?,
        connection: &operation.connection,
        plug: run.generation.plug.description(),
        public_url: &run.executor.public_url,
        conference: operation.conference.as_deref().unwrap_or_default(),
        created_at: run.created_at,
    };
    command.end(&target, result)
}

/// Returns the change of the store.
fn stored(change: command::Change, operation: &Operation) -> Change {
    match change {
        command::Change::Created(record) | command::Change::Updated(record) => Change::PutConference(*record),
        command::Change::Deleted => {
            Change::DeleteConference { id: operation.conference.clone().unwrap_or_default(), at: now() }
        }
        command::Change::UserVerified(id) => Change::VerifiedUser { connection: operation.connection.clone(), id },
    }
}

/// Finishes an operation whose plug call failed, and logs the error. Once the provider was called, a repeat of the request
/// may do its work twice, even if the plug would succeed then.
async fn broken(run: Run<'_>, error: CallError, leftover: Option<&str>) -> Result<CommandResult, ApiError> {
    if let Some(suppressed) = run.limiter.broken_plugs.due_in_burst() {
        tracing::error!(
            operation = run.operation().id,
            connection = %run.operation().connection,
            plug = run.operation().plug,
            request_id = RequestId::current().map(display),
            suppressed,
            %error,
            "plug call failed"
        );
    }
    let leftover = leftover.filter(|_| run.had_effects()).map(str::to_owned);
    let has_called = run.has_called();
    run.finish(error.to_string(), false, leftover, Vec::new()).await?;
    Err(match ApiError::from(error) {
        ApiError::Unavailable(why) if has_called => ApiError::OutcomeUnknown(why),
        error => error,
    })
}
