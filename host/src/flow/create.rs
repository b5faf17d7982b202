//! A conference for a meeting.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::conference::{Meeting, Person};
use crate::contract::crm::{Created, Outcome};
use crate::contract::effect::Failure;
use crate::plug::CallError;
use crate::store::{Change, Finished, Journal, Operation, OperationKind};
use crate::world::{Account, Connection};

use super::drive::{End, Run, Stop};
use super::id::{hex, random_id};
use super::switchboard::{Landed, Switchboard, now};
use super::{Refusal, conference};

/// What an operation must know to go on after a crash.
#[derive(Serialize, Deserialize)]
struct Input {
    meeting: Meeting,
}

/// Makes a conference, or gives the one that was made for the same request.
pub(super) async fn create(
    board: &Arc<Switchboard>,
    app: u64,
    account: &Account,
    mut meeting: Meeting,
    request: String,
) -> Result<Landed, Refusal> {
    let Some(connection) = account.conferencing.clone() else { return Ok(cannot()) };
    let likeness = likeness(&connection, &meeting);
    let work = {
        let (board, likeness) = (Arc::clone(board), likeness.clone());
        async move {
            if let Some(finished) = repeated(&board, &request, &likeness).await? {
                return landed_again(&board, &connection, finished);
            }
            meeting.user = person(&board, &connection, meeting.user).await?;
            let operation = begin(app, &connection, request, likeness)?;
            let input = {
                let meeting = meeting.clone();
                Box::new(move || json(&Input { meeting }))
            };
            let run = Run::begin(&board, &connection.generation, operation, input).await?;
            make(&board, app, &connection, run, meeting).await
        }
    };
    let account = account.id;
    board.flights.join(account, format!("create {likeness}"), work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with a create that a crash interrupted.
pub(super) async fn resume(board: &Switchboard, connection: &Connection, journal: Journal) -> Result<Landed, Refusal> {
    let input: Input =
        serde_json::from_str(&journal.operation.input).map_err(|error| Refusal::Ours(error.to_string()))?;
    let app = journal.operation.app.unwrap_or_default();
    let run = Run::resume(board, &connection.generation, journal).await?;
    make(board, app, connection, run, input.meeting).await
}

pub(super) fn broke_off() -> Refusal {
    Refusal::Ours("the operation broke off, or too many are under way".to_owned())
}

pub(super) fn cannot() -> Landed {
    Landed { outcome: Outcome::Failed(Failure::Unsupported), operation: None }
}

/// Equal for creates that a CRM would not tell apart.
fn likeness(connection: &Connection, meeting: &Meeting) -> String {
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let mut hash = Sha256::new();
    for text in [connection.id.name.as_str(), user, &meeting.topic] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    for number in [meeting.account_id, meeting.user_id, meeting.start, meeting.end] {
        hash.update(number.to_be_bytes());
    }
    hex(&hash.finalize())
}

async fn repeated(board: &Switchboard, request: &str, likeness: &str) -> Result<Option<Finished>, Refusal> {
    if let Some(finished) = board.store.finished_request(request).await? {
        return Ok(Some(finished));
    }
    // Looked at before the store is asked: what is taken by then is in one of the two.
    let taken = board.just_taken();
    let unclaimed = board.store.unclaimed_like(likeness).await?;
    Ok(unclaimed.filter(|finished| !taken.contains(&finished.id)))
}

fn landed_again(board: &Switchboard, connection: &Connection, finished: Finished) -> Result<Landed, Refusal> {
    let made = finished.conference.ok_or_else(|| Refusal::Ours("the conference's record is missing".to_owned()))?;
    let conference = conference::for_crm(&board.public_url, &connection.generation, &made);
    let outcome = Outcome::Created(Created { id: made.id, conference });
    Ok(Landed { outcome, operation: Some(finished.id) })
}

/// The host knows which ids its plug gave for users.
pub(super) async fn person(board: &Switchboard, connection: &Connection, user: Person) -> Result<Person, Refusal> {
    if let Person::Email(text) = &user
        && connection.generation.plug.description().capabilities.knows_users
        && board.store.is_verified_user(&connection.id, text).await?
    {
        return Ok(Person::Verified(text.clone()));
    }
    Ok(user)
}

fn begin(app: u64, connection: &Connection, request: String, likeness: String) -> Result<Operation, Refusal> {
    Ok(Operation {
        id: random_id()?,
        kind: OperationKind::Create,
        app: Some(app),
        connection: connection.id.clone(),
        plug: connection.generation.plug.digest().to_owned(),
        conference: Some(random_id()?),
        request: Some(request),
        likeness: Some(likeness),
        input: String::new(),
        context: String::new(),
        started_at: now(),
    })
}

async fn make(
    board: &Switchboard,
    app: u64,
    connection: &Connection,
    mut run: Run<'_>,
    meeting: Meeting,
) -> Result<Landed, Refusal> {
    let operation = run.id().to_owned();
    run = run.about(format!(" for the meeting “{}”", super::receive::short(&meeting.topic)));
    let end = run.drive(|plug, context| Ok(plug.create(context, &meeting)?.map_err(Stop::from))).await?;
    let made = match end {
        End::Done(made) => match conference::check(&made) {
            Ok(()) => made,
            Err(error) => return broken(run, error, Some("what the plug made could not be used")).await,
        },
        End::Failed(failure) => {
            let outcome = Outcome::Failed(failure);
            run.end(json(&outcome), false, None, Vec::new()).await?;
            return Ok(Landed { outcome, operation: None });
        }
        End::Broken(error) => return broken(run, error, None).await,
    };
    let id = run.conference().ok_or_else(broke_off)?;
    let record = conference::record(id.clone(), app, connection.id.clone(), &made, &meeting, run.started_at());
    let conference = conference::for_crm(&board.public_url, &connection.generation, &record);
    let outcome = Outcome::Created(Created { id, conference });
    run.end(json(&outcome), true, None, vec![Change::PutConference(record)]).await?;
    Ok(Landed { outcome, operation: Some(operation) })
}

/// Ends an operation whose plug broke, and says so where its owner looks.
pub(super) async fn broken(run: Run<'_>, error: CallError, leftover: Option<&str>) -> Result<Landed, Refusal> {
    tracing::error!(
        operation = run.id(),
        connection = %run.connection(),
        plug = run.plug(),
        "{error}"
    );
    let leftover = leftover.filter(|_| run.had_effects()).map(str::to_owned);
    run.end(error.to_string(), false, leftover, Vec::new()).await?;
    Err(Refusal::from(error))
}

/// As the journal keeps it.
pub(super) fn json(value: &impl Serialize) -> String {
    // What has only text for keys can always be written.
    serde_json::to_string(value).unwrap_or_default()
}
