//! Creates a conference for a meeting.

use std::sync::Arc;

use cordboard_core::fingerprint;
use cordboard_core::text::short;
use serde::{Deserialize, Serialize};

use crate::topology::Generation;
use cordboard_core::rules;
use cordboard_runtime::Plug;
use cordboard_runtime::contract::conference::{Conference, Meeting};
use cordboard_runtime::contract::crm::{Created, Outcome};
use cordboard_runtime::contract::effect::{Context, Failure};
use cordboard_store::{Change, Operation, OperationKind};

use super::api_error::no_randomness;
use super::command_result::CommandResult;
use super::commands::{Commands, Purpose};
use super::execute::Run;
use super::executor::Executor;
use super::id::random_id;
use super::invocation::Invocation;
use super::operation::begin;
use super::plug_command::{CallResult, Caller, Ended, PlugCommand, execute, share};
use super::repeat::{Repeated, SignedRequest, repeated};
use super::user::person;
use super::{ApiError, conference};

/// The creation of a conference for this meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Create(Meeting);

/// Creates a conference, or returns the one that was created for the same request.
pub(super) async fn create(
    caller: &Caller<'_>,
    mut meeting: Meeting,
    request: SignedRequest,
) -> Result<CommandResult, ApiError> {
    let account = caller.account(&meeting.account_id)?;
    let in_flight = caller.admit(&account.id, Purpose::New)?;
    let Some(connection) = account.conferencing.clone() else { return Ok(CommandResult::unsupported()) };
    let (app, fingerprint) = (caller.app.clone(), fingerprint(&connection.id.name, &meeting));
    let (key, digest) = (format!("create {fingerprint}"), request.digest.clone());
    let work = move |commands: Arc<Commands>| async move {
        if let Some(Repeated { conference, answer }) = repeated(&commands, &request, &fingerprint).await? {
            let outcome = created(&commands.executor, connection.serving(&conference.id), &conference);
            return Ok(CommandResult { outcome, answer: Some(answer) });
        }
        let id = random_id().map_err(no_randomness)?;
        let generation = connection.serving(&id);
        meeting.user = person(commands.store.as_ref(), &connection, generation, meeting.user).await?;
        let begun = begin(OperationKind::Create, Some(app), &connection.id, generation.plug.digest(), Some(&id))?;
        let operation = Operation { request: Some(request.digest), fingerprint: Some(fingerprint), ..begun };
        let create = Invocation::Create(Create(meeting));
        execute(&commands, Run::begin(&commands.executor, &connection, generation, operation, create).await?).await
    };
    let result = share(caller.commands, in_flight, key, work).await?;
    if let Some(answer) = &result.answer {
        answer.record_request(digest).await?;
    }
    Ok(result)
}

fn created(executor: &Executor, generation: &Generation, made: &cordboard_store::Conference) -> Outcome {
    let conference = conference::for_crm(&executor.public_url, generation, made);
    Outcome::Created(Created { id: made.id.clone(), conference })
}

impl PlugCommand for Create {
    type Output = Conference;

    const UNUSABLE: Option<&'static str> =
        Some("the plug returned an unusable conference: check the provider for leftovers");

    fn call(&self, plug: &Plug, context: &Context) -> CallResult<Conference> {
        plug.create(context, &self.0)
    }

    fn about(&self) -> String {
        format!(" for the meeting “{}”", short(&self.0.topic))
    }

    fn end(&self, run: &Run<'_>, result: Result<Conference, Failure>) -> Result<Ended, String> {
        let made = match result {
            Ok(made) => made,
            Err(failure) => return Ok(Ended::with(Outcome::Failed(failure))),
        };
        rules::conference(&made)?;
        let record = conference::record(run.operation(), run.created_at, &made, &self.0)?;
        let outcome = created(run.executor, &run.generation, &record);
        Ok(Ended { outcome, changes: vec![Change::PutConference(record)], leftover: None })
    }
}
