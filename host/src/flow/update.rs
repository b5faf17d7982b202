//! A conference brought up to what its meeting now is.

use std::sync::Arc;

use cordboard_core::hex;
use sha2::{Digest, Sha256};

use crate::contract::crm::{Change as Wanted, Outcome};
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::world::{Connection, Generation, World};

use super::asked::Asked;
use super::drive::{End, Run, Stop};
use super::landed::{Landed, broke_off, broken, failed};
use super::operation::{begin, json, without_connection};
use super::switchboard::{Purpose, Switchboard};
use super::user::person;
use super::{ApiError, conference};

const LEFT: &str = "the meeting changed, and the plug cannot change it at the provider: change it there by hand";

/// Changes a conference of this app and account.
pub(super) async fn update(
    board: &Arc<Switchboard>,
    world: &World,
    app: u64,
    wanted: Wanted,
    body: usize,
) -> Result<Landed, ApiError> {
    let Wanted { conference_id, meeting } = wanted;
    let known = conference::find(board, app, &conference_id).await?;
    if known.connection.account != meeting.account_id || known.deleted_at.is_some() {
        return Err(ApiError::NotFound("conference"));
    }
    let asker = board.admit(world, known.connection.account, body, Purpose::Change)?;
    let key = format!("update {conference_id} {}", hex(&Sha256::digest(json(&meeting))));
    let work = {
        let board = Arc::clone(board);
        async move {
            let world = board.world();
            let _turn = board.turns.wait(&conference_id).await;
            // Whoever had the turn before may have changed or deleted it.
            let current = conference::find(&board, app, &conference_id).await?;
            if current.deleted_at.is_some() {
                return Err(ApiError::NotFound("conference"));
            }
            let Some(connection) = world.connection(&current.connection) else {
                let record = conference::changed(&current, &conference::at_provider(&current), &meeting);
                let (landed, change) = (Landed::new(Outcome::Updated), Change::PutConference(record));
                return without_connection(&board, OperationKind::Update, &current, landed, change).await;
            };
            let generation = connection.serving(&conference_id);
            let mut meeting = meeting;
            // As the plug is told of the user: run again, it must be told the same.
            meeting.user = person(&board, connection, generation, meeting.user).await?;
            let operation =
                begin(OperationKind::Update, Some(app), connection, generation, Some(conference_id.clone()))?;
            let what = Asked::Update { current: conference::at_provider(&current), meeting };
            let run = Run::begin(&board, connection, generation, operation, what).await?;
            change(run, current).await
        }
    };
    board.flights.join(asker, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with an update that a crash interrupted.
pub(super) async fn resume(
    board: &Switchboard,
    connection: &Connection,
    generation: &Arc<Generation>,
    journal: Journal,
) -> Result<Landed, ApiError> {
    let id = journal.operation.conference.clone().unwrap_or_default();
    let _turn = board.turns.wait(&id).await;
    let current = conference::find(board, journal.operation.app.unwrap_or_default(), &id).await?;
    let run = Run::resume(board, connection, generation, journal).await?;
    change(run, current).await
}

async fn change(mut run: Run<'_>, current: Conference) -> Result<Landed, ApiError> {
    let what = run.what();
    let Asked::Update { current: before, meeting } = &*what else { return Err(broke_off()) };
    let end = run.drive(|plug, context| Ok(plug.update(context, before, meeting)?.map_err(Stop::from))).await?;
    let (after, leftover) = match end {
        End::Done(after) => match conference::check(&after) {
            Ok(()) => (after, None),
            Err(error) => return broken(run, error, None).await,
        },
        // The CRM could do nothing about it, its owner can.
        End::Failed(Failure::Unsupported) => (before.clone(), Some(LEFT.to_owned())),
        End::Failed(failure) => return failed(run, failure).await,
        End::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::PutConference(conference::changed(&current, &after, meeting))];
    run.end(json(&Outcome::Updated), true, leftover, changes).await?;
    Ok(Landed::new(Outcome::Updated))
}
