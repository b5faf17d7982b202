//! A conference taken back.

use std::sync::Arc;

use crate::contract::crm::Outcome;
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::world::Connection;

use super::create::{broke_off, broken, json};
use super::drive::{End, Run, Stop};
use super::switchboard::{Landed, Switchboard, now};
use super::update::{begin, find};
use super::{Refusal, conference};

const LEFT: &str = "the meeting was deleted, and the plug cannot delete it at the provider: delete it there by hand";

/// Deletes a conference of this app; one that is deleted already stays so.
pub(super) async fn delete(board: &Arc<Switchboard>, app: u64, id: String) -> Result<Landed, Refusal> {
    let known = find(board, app, &id).await?;
    let account = known.connection.account;
    let key = format!("delete {id}");
    let work = {
        let board = Arc::clone(board);
        async move {
            let world = board.world();
            let connection = world.connection(&known.connection).ok_or(Refusal::Unknown("connection"))?;
            let _turn = board.turns.wait(&id).await;
            let current = find(&board, app, &id).await?;
            if current.deleted_at.is_some() {
                return Ok(Landed { outcome: Outcome::Deleted, operation: None });
            }
            let operation = begin(OperationKind::Delete, app, connection, Some(id))?;
            let run = Run::begin(&board, &connection.generation, operation, Box::new(String::new)).await?;
            take_back(run, current).await
        }
    };
    board.flights.join(account, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// Goes on with a delete that a crash interrupted.
pub(super) async fn resume(board: &Switchboard, connection: &Connection, journal: Journal) -> Result<Landed, Refusal> {
    let id = journal.operation.conference.clone().unwrap_or_default();
    let current = find(board, journal.operation.app.unwrap_or_default(), &id).await?;
    let run = Run::resume(board, &connection.generation, journal).await?;
    take_back(run, current).await
}

async fn take_back(mut run: Run<'_>, current: Conference) -> Result<Landed, Refusal> {
    let known = conference::at_provider(&current);
    let end = run.drive(|plug, context| Ok(plug.delete(context, &known)?.map_err(Stop::from))).await?;
    let leftover = match end {
        End::Done(()) | End::Failed(Failure::NotFound) => None,
        End::Failed(Failure::Unsupported) => Some(LEFT.to_owned()),
        End::Failed(failure) => {
            let outcome = Outcome::Failed(failure);
            run.end(json(&outcome), false, None, Vec::new()).await?;
            return Ok(Landed { outcome, operation: None });
        }
        End::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::DeleteConference { id: current.id, at: now() }];
    run.end(json(&Outcome::Deleted), true, leftover, changes).await?;
    Ok(Landed { outcome: Outcome::Deleted, operation: None })
}
