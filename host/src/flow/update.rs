//! A conference brought up to what its meeting now is.

use std::sync::Arc;

use cordboard_core::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::conference::Meeting;
use crate::contract::crm::{Change as Wanted, Outcome};
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::world::Connection;

use super::drive::{End, Run, Stop};
use super::landed::{Landed, broke_off, broken, failed};
use super::operation::{begin, json, read, without_connection};
use super::switchboard::Switchboard;
use super::user::person;
use super::{Refusal, conference};

const LEFT: &str = "the meeting changed, and the plug cannot change it at the provider: change it there by hand";

#[derive(Serialize, Deserialize)]
struct Input {
    meeting: Meeting,
}

/// Changes a conference of this app and account.
pub(super) async fn update(board: &Arc<Switchboard>, app: u64, wanted: Wanted) -> Result<Landed, Refusal> {
    let Wanted { conference_id, meeting } = wanted;
    let known = conference::find(board, app, &conference_id).await?;
    if known.connection.account != meeting.account_id || known.deleted_at.is_some() {
        return Err(Refusal::Unknown("conference"));
    }
    let account = known.connection.account;
    let asked = json(&Input { meeting: meeting.clone() });
    let key = format!("update {conference_id} {}", hex(&Sha256::digest(asked)));
    let work = {
        let board = Arc::clone(board);
        async move {
            let world = board.world();
            let _turn = board.turns.wait(&conference_id).await;
            // Whoever had the turn before may have changed or deleted it.
            let current = conference::find(&board, app, &conference_id).await?;
            if current.deleted_at.is_some() {
                return Err(Refusal::Unknown("conference"));
            }
            let Some(connection) = world.connection(&current.connection) else {
                let record = conference::changed(&current, &conference::at_provider(&current), &meeting);
                let (landed, change) = (Landed::new(Outcome::Updated), Change::PutConference(record));
                return without_connection(&board, OperationKind::Update, &current, landed, change).await;
            };
            let mut meeting = meeting;
            meeting.user = person(&board, connection, meeting.user).await?;
            let operation = begin(OperationKind::Update, Some(app), connection, Some(conference_id))?;
            // With the user as the plug is told of them: run again, it must be told the same.
            let input = Input { meeting: meeting.clone() };
            let run = Run::begin(&board, &connection.generation, operation, Box::new(move || json(&input))).await?;
            change(run, current, meeting).await
        }
    };
    board.flights.join(account, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with an update that a crash interrupted.
pub(super) async fn resume(board: &Switchboard, connection: &Connection, journal: Journal) -> Result<Landed, Refusal> {
    let input: Input = read(&journal.operation.input)?;
    let id = journal.operation.conference.clone().unwrap_or_default();
    let _turn = board.turns.wait(&id).await;
    let current = conference::find(board, journal.operation.app.unwrap_or_default(), &id).await?;
    let run = Run::resume(board, &connection.generation, journal).await?;
    change(run, current, input.meeting).await
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
        End::Failed(failure) => return failed(run, failure).await,
        End::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::PutConference(conference::changed(&current, &after, &meeting))];
    run.end(json(&Outcome::Updated), true, leftover, changes).await?;
    Ok(Landed::new(Outcome::Updated))
}
