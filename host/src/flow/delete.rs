//! A conference taken back.

use std::sync::Arc;

use crate::contract::crm::Outcome;
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::world::{Connection, Generation, World};

use super::asked::Asked;
use super::drive::{End, Run, Stop};
use super::landed::{Landed, broke_off, broken, failed};
use super::operation::{begin, json, without_connection};
use super::switchboard::{Purpose, Switchboard, now};
use super::{ApiError, conference};

const LEFT: &str = "the meeting was deleted, and the plug cannot delete it at the provider: delete it there by hand";

/// Deletes a conference of this app; one that is deleted already stays so.
pub(super) async fn delete(
    board: &Arc<Switchboard>,
    world: &World,
    app: u64,
    id: String,
    body: usize,
) -> Result<Landed, ApiError> {
    let known = conference::find(board, app, &id).await?;
    let asker = board.admit(world, known.connection.account, body, Purpose::Change)?;
    let key = format!("delete {id}");
    let work = {
        let board = Arc::clone(board);
        async move {
            let _turn = board.turns.wait(&id).await;
            carry_out(&board, app, id).await
        }
    };
    board.flights.join(asker, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Takes a conference back of which nobody had the answer, as was known before `before`, unless somebody has it by now:
/// then it is unknown.
pub(super) async fn undo(board: &Arc<Switchboard>, app: u64, id: String, before: u64) -> Result<Landed, ApiError> {
    let known = conference::find(board, app, &id).await?;
    let account = known.connection.account;
    let asker = board.admit(&board.world(), account, 0, Purpose::Change)?;
    let key = format!("undo {id}");
    let work = {
        let board = Arc::clone(board);
        async move {
            let _turn = board.turns.wait(&id).await;
            if board.answers.is_open(&id) || !board.store.is_unclaimed(account, &id, before).await? {
                return Err(ApiError::NotFound("conference without an answer"));
            }
            carry_out(&board, app, id).await
        }
    };
    board.flights.join(asker, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Does it, in the conference's turn.
async fn carry_out(board: &Switchboard, app: u64, id: String) -> Result<Landed, ApiError> {
    let world = board.world();
    let current = conference::find(board, app, &id).await?;
    if current.deleted_at.is_some() {
        return Ok(Landed::new(Outcome::Deleted));
    }
    let Some(connection) = world.connection(&current.connection) else {
        let (landed, change) = (Landed::new(Outcome::Deleted), Change::DeleteConference { id, at: now() });
        return without_connection(board, OperationKind::Delete, &current, landed, change).await;
    };
    let generation = connection.serving(&id);
    let operation = begin(OperationKind::Delete, Some(app), connection, generation, Some(id.clone()))?;
    let what = Asked::Delete(conference::at_provider(&current));
    let run = Run::begin(board, connection, generation, operation, what).await?;
    take_back(run, current).await
}

/// Goes on with a delete that a crash interrupted.
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
    take_back(run, current).await
}

async fn take_back(mut run: Run<'_>, current: Conference) -> Result<Landed, ApiError> {
    let what = run.what();
    let Asked::Delete(known) = &*what else { return Err(broke_off()) };
    let end = run.drive(|plug, context| Ok(plug.delete(context, known)?.map_err(Stop::from))).await?;
    let leftover = match end {
        End::Done(()) | End::Failed(Failure::NotFound) => None,
        End::Failed(Failure::Unsupported) => Some(LEFT.to_owned()),
        End::Failed(failure) => return failed(run, failure).await,
        End::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::DeleteConference { id: current.id, at: now() }];
    run.end(json(&Outcome::Deleted), true, leftover, changes).await?;
    Ok(Landed::new(Outcome::Deleted))
}
