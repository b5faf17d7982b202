//! Creates a conference for a meeting.

use std::sync::Arc;

use cordboard_core::text::short;
use cordboard_core::{AppId, fingerprint};

use crate::contract::conference::Meeting;
use crate::contract::crm::{Created, Outcome};
use crate::store::{Change, Journal, Operation, OperationKind};
use crate::topology::{Account, Connection, Generation, InFlightGuard};

use super::answers::Answer;
use super::api_error::no_randomness;
use super::command_result::{CommandResult, broken, failed, interrupted};
use super::execute::{Completion, Run};
use super::id::random_id;
use super::invocation::Invocation;
use super::operation::{begin, json};
use super::repeat::{Repeated, SignedRequest, repeated};
use super::state::BridgeState;
use super::user::person;
use super::{ApiError, conference};

const UNUSABLE: &str = "the plug returned an unusable conference: check the provider for leftovers";

/// Creates a conference, or returns the one that was created for the same request.
pub(super) async fn create(
    state: &Arc<BridgeState>,
    app: &AppId,
    account: &Account,
    in_flight: InFlightGuard,
    mut meeting: Meeting,
    request: SignedRequest,
) -> Result<CommandResult, ApiError> {
    let Some(connection) = account.conferencing.clone() else { return Ok(CommandResult::unsupported()) };
    let fingerprint = fingerprint(&connection.id.name, &meeting);
    let work = {
        let (state, app, fingerprint) = (Arc::clone(state), app.clone(), fingerprint.clone());
        async move {
            if let Some(repeated) = repeated(&state, &request, &fingerprint).await? {
                return Ok(replay_result(&state, &connection, repeated));
            }
            let id = random_id().map_err(no_randomness)?;
            let generation = connection.serving(&id);
            meeting.user = person(&state, &connection, generation, meeting.user).await?;
            let begun = begin(OperationKind::Create, Some(app.clone()), &connection, generation, Some(id.clone()))?;
            let operation = Operation { request: Some(request.digest), fingerprint: Some(fingerprint), ..begun };
            let run = Run::begin(&state, &connection, generation, operation, Invocation::Create(meeting)).await?;
            make(&state, app, run).await
        }
    };
    state
        .single_flight
        .join(in_flight, format!("create {fingerprint}"), work)
        .await
        .unwrap_or_else(|| Err(interrupted()))
}

/// Resumes a create that a crash interrupted.
pub(super) async fn resume(
    state: &Arc<BridgeState>,
    connection: &Connection,
    generation: &Arc<Generation>,
    journal: Journal,
) -> Result<CommandResult, ApiError> {
    let app = journal.operation.app.clone().ok_or_else(interrupted)?;
    let run = Run::resume(state, connection, generation, journal).await?;
    make(state, app, run).await
}

fn replay_result(state: &BridgeState, connection: &Connection, repeated: Repeated) -> CommandResult {
    let Repeated { conference: made, answer } = repeated;
    let conference = conference::for_crm(&state.public_url, connection.serving(&made.id), &made);
    CommandResult { outcome: Outcome::Created(Created { id: made.id, conference }), answer }
}

async fn make(state: &Arc<BridgeState>, app: AppId, mut run: Run<'_>) -> Result<CommandResult, ApiError> {
    let invocation = run.invocation();
    let Invocation::Create(meeting) = &*invocation else { return Err(interrupted()) };
    run = run.about(format!(" for the meeting “{}”", short(&meeting.topic)));
    let completion = run.execute(|plug, context| plug.create(context, meeting)).await?;
    let made = match completion {
        Completion::Done(made) => match conference::check(&made) {
            Ok(()) => made,
            Err(error) => return broken(run, error, Some(UNUSABLE)).await,
        },
        Completion::Failed(failure) => return failed(run, failure).await,
        Completion::Broken(error) => return broken(run, error, None).await,
    };
    let operation = run.operation();
    let id = operation.conference.clone().ok_or_else(interrupted)?;
    let connection = operation.connection.clone();
    let record = conference::record(id.clone(), app, connection, &made, meeting, operation.started_at)?;
    let conference = conference::for_crm(&state.public_url, &run.generation, &record);
    // Opened before other requests can find the conference in the store.
    let answer = Answer::open(state, &operation.connection.account, &operation.id, &id);
    let outcome = Outcome::Created(Created { id, conference });
    run.finish(json(&outcome), true, None, vec![Change::PutConference(record)]).await?;
    Ok(CommandResult { outcome, answer: Some(answer) })
}
