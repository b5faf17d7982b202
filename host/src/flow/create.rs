//! A conference for a meeting.

use std::sync::Arc;

use cordboard_core::fingerprint;
use cordboard_core::text::short;

use crate::contract::conference::{Meeting, Person};
use crate::contract::crm::{Created, Outcome};
use crate::store::{Change, Journal, Operation, OperationKind};
use crate::world::{Account, Admitted, Connection, Generation};

use super::answers::Answer;
use super::api_error::no_randomness;
use super::asked::Asked;
use super::drive::{End, Run, Stop};
use super::id::random_id;
use super::landed::{Landed, broke_off, broken, failed};
use super::operation::{begin, json};
use super::repeat::{Repeated, SignedRequest, repeated};
use super::switchboard::Switchboard;
use super::user::person;
use super::{ApiError, conference};

/// Makes a conference, or gives the one that was made for the same request.
pub(super) async fn create(
    board: &Arc<Switchboard>,
    app: u64,
    account: &Account,
    asker: Admitted,
    mut meeting: Meeting,
    request: SignedRequest,
) -> Result<Landed, ApiError> {
    let Some(connection) = account.conferencing.clone() else { return Ok(Landed::cannot()) };
    let fingerprint = fingerprint_of(&connection, &meeting);
    let work = {
        let (board, fingerprint) = (Arc::clone(board), fingerprint.clone());
        async move {
            if let Some(repeated) = repeated(&board, &request, &fingerprint).await? {
                return Ok(landed_again(&board, &connection, repeated));
            }
            let id = random_id().map_err(no_randomness)?;
            let generation = connection.serving(&id);
            meeting.user = person(&board, &connection, generation, meeting.user).await?;
            let begun = begin(OperationKind::Create, Some(app), &connection, generation, Some(id.clone()))?;
            let operation = Operation { request: Some(request.digest), fingerprint: Some(fingerprint), ..begun };
            let run = Run::begin(&board, &connection, generation, operation, Asked::Create(meeting)).await?;
            make(&board, app, run).await
        }
    };
    board.flights.join(asker, format!("create {fingerprint}"), work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with a create that a crash interrupted.
pub(super) async fn resume(
    board: &Arc<Switchboard>,
    connection: &Connection,
    generation: &Arc<Generation>,
    journal: Journal,
) -> Result<Landed, ApiError> {
    let app = journal.operation.app.unwrap_or_default();
    let run = Run::resume(board, connection, generation, journal).await?;
    make(board, app, run).await
}

/// Equal for creates that a CRM would not tell apart.
fn fingerprint_of(connection: &Connection, meeting: &Meeting) -> String {
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let numbers = [meeting.account_id, meeting.user_id, meeting.start, meeting.end];
    fingerprint(&connection.id.name, user, &meeting.topic, numbers)
}

fn landed_again(board: &Switchboard, connection: &Connection, repeated: Repeated) -> Landed {
    let Repeated { conference: made, answer } = repeated;
    let conference = conference::for_crm(&board.public_url, connection.serving(&made.id), &made);
    Landed { outcome: Outcome::Created(Created { id: made.id, conference }), answer }
}

async fn make(board: &Arc<Switchboard>, app: u64, mut run: Run<'_>) -> Result<Landed, ApiError> {
    let what = run.what();
    let Asked::Create(meeting) = &*what else { return Err(broke_off()) };
    run = run.about(format!(" for the meeting “{}”", short(&meeting.topic)));
    let end = run.drive(|plug, context| Ok(plug.create(context, meeting)?.map_err(Stop::from))).await?;
    let made = match end {
        End::Done(made) => match conference::check(&made) {
            Ok(()) => made,
            Err(error) => return broken(run, error, Some("what the plug made could not be used")).await,
        },
        End::Failed(failure) => return failed(run, failure).await,
        End::Broken(error) => return broken(run, error, None).await,
    };
    let id = run.conference().ok_or_else(broke_off)?;
    let record = conference::record(id.clone(), app, run.connection().clone(), &made, meeting, run.started_at());
    let conference = conference::for_crm(&board.public_url, run.generation(), &record);
    // Before anybody can find it in the store.
    let answer = Answer::open(board, run.connection().account, run.id(), &id);
    let outcome = Outcome::Created(Created { id, conference });
    run.end(json(&outcome), true, None, vec![Change::PutConference(record)]).await?;
    Ok(Landed { outcome, answer: Some(answer) })
}
