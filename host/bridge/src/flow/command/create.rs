//! Creates a conference for a meeting, or finds the one that was created for the same request.

use std::sync::Arc;

use cordboard_core::command::{Create, created};
use cordboard_core::{SignedRequest, fingerprint};

use crate::flow::ApiError;
use crate::flow::answer::{Repeated, repeated};
use crate::flow::api_error::no_randomness;
use crate::flow::operation::{Invocation, Run, begin};
use crate::random::random_id;
use cordboard_runtime::contract::conference::Meeting;
use cordboard_store::{Operation, OperationKind};

use super::caller::{Caller, Purpose};
use super::commands::Commands;
use super::execute::execute;
use super::result::CommandResult;
use super::user::person;

/// Creates a conference, or returns the one that was created for the same request.
pub async fn create(
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
            let plug = connection.serving(&conference.id).plug.description();
            let outcome = created(&conference, &commands.executor.public_url, plug);
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
    let result = caller.share(in_flight, key, work).await?;
    if let Some(answer) = &result.answer {
        answer.record_request(digest).await?;
    }
    Ok(result)
}
