//! A conference brought up to what its meeting now is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::conference::Meeting;
use crate::contract::crm::{Change as Wanted, Outcome};
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, Operation, OperationKind};
use crate::world::Connection;

use super::create::{broke_off, broken, json, person};
use super::drive::{End, Run, Stop};
use super::id::{hex, random_id};
use super::switchboard::{Landed, Switchboard, now};
use super::{Refusal, conference};

const LEFT: &str = "the meeting changed, and the plug cannot change it at the provider: change it there by hand";

#[derive(Serialize, Deserialize)]
struct Input {
    meeting: Meeting,
}

/// Changes a conference of this app and account.
pub(super) async fn update(board: &Arc<Switchboard>, app: u64, wanted: Wanted) -> Result<Landed, Refusal> {
    let Wanted { conference_id, meeting } = wanted;
    let known = find(board, app, &conference_id).await?;
    if known.connection.account != meeting.account_id || known.deleted_at.is_some() {
        return Err(Refusal::Unknown("conference"));
    }
    let account = known.connection.account;
    let input = json(&Input { meeting: meeting.clone() });
    let key = format!("update {conference_id} {}", hex(&Sha256::digest(&input)));
    let work = {
        let board = Arc::clone(board);
        async move {
            let world = board.world();
            let connection = world.connection(&known.connection).ok_or(Refusal::Unknown("connection"))?;
            let _turn = board.turns.wait(&conference_id).await;
            // Whoever had the turn before may have changed or deleted it.
            let current = find(&board, app, &conference_id).await?;
            if current.deleted_at.is_some() {
                return Err(Refusal::Unknown("conference"));
            }
            let mut meeting = meeting;
            meeting.user = person(&board, connection, meeting.user).await?;
            let operation = begin(OperationKind::Update, app, connection, Some(conference_id))?;
            let run = Run::begin(&board, &connection.generation, operation, Box::new(|| input)).await?;
            change(run, current, meeting).await
        }
    };
    board.flights.join(account, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with an update that a crash interrupted.
pub(super) async fn resume(board: &Switchboard, connection: &Connection, journal: Journal) -> Result<Landed, Refusal> {
    let input: Input = serde_json::from_str(&journal.operation.input).map_err(unreadable)?;
    let id = journal.operation.conference.clone().unwrap_or_default();
    let current = find(board, journal.operation.app.unwrap_or_default(), &id).await?;
    let run = Run::resume(board, &connection.generation, journal).await?;
    change(run, current, input.meeting).await
}

/// A conference of this app, deleted ones too.
pub(super) async fn find(board: &Switchboard, app: u64, id: &str) -> Result<Conference, Refusal> {
    let found = board.store.conference(id).await?;
    found.filter(|conference| conference.app == app).ok_or(Refusal::Unknown("conference"))
}

/// An operation that makes nothing new.
pub(super) fn begin(
    kind: OperationKind,
    app: u64,
    connection: &Connection,
    conference: Option<String>,
) -> Result<Operation, Refusal> {
    Ok(Operation {
        id: random_id()?,
        kind,
        app: Some(app),
        connection: connection.id.clone(),
        plug: connection.generation.plug.digest().to_owned(),
        conference,
        request: None,
        likeness: None,
        input: String::new(),
        context: String::new(),
        started_at: now(),
    })
}

pub(super) fn unreadable(error: serde_json::Error) -> Refusal {
    Refusal::Ours(format!("the journal cannot be read: {error}"))
}

async fn change(mut run: Run<'_>, current: Conference, meeting: Meeting) -> Result<Landed, Refusal> {
    let before = conference::at_provider(&current);
    let end = run.drive(|plug, context| Ok(plug.update(context, &before, &meeting)?.map_err(Stop::from))).await?;
    let (after, leftover) = match end {
        End::Done(after) => match conference::check(&after) {
            Ok(()) => (after, None),
            Err(error) => return broken(run, error, None).await,
        },
        // The CRM could do nothing about it, its owner can.
        End::Failed(Failure::Unsupported) => (before, Some(LEFT.to_owned())),
        End::Failed(failure) => {
            let outcome = Outcome::Failed(failure);
            run.end(json(&outcome), false, None, Vec::new()).await?;
            return Ok(Landed { outcome, operation: None });
        }
        End::Broken(error) => return broken(run, error, None).await,
    };
    let created_at = current.created_at;
    let record = conference::record(current.id, current.app, current.connection, &after, &meeting, created_at);
    let changes = vec![Change::PutConference(record)];
    run.end(json(&Outcome::Updated), true, leftover, changes).await?;
    Ok(Landed { outcome: Outcome::Updated, operation: None })
}
