//! Operations, as the journal keeps them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::effect::{Context, Memo};
use crate::store::{Change, Conference, ConnectionId, Ending, Operation, OperationKind};
use crate::world::{Connection, Generation};

use super::Refusal;
use super::id::{random_bytes, random_id};
use super::landed::Landed;
use super::refusal::no_randomness;
use super::switchboard::{Switchboard, now};

/// An operation of a connection's plug, of the generation that serves it. Input and context are filled in when it is
/// journaled.
pub(super) fn begin(
    kind: OperationKind,
    app: Option<u64>,
    connection: &Connection,
    generation: &Generation,
    conference: Option<String>,
) -> Result<Operation, Refusal> {
    operation(kind, app, connection.id.clone(), generation.plug.digest(), conference)
}

fn operation(
    kind: OperationKind,
    app: Option<u64>,
    connection: ConnectionId,
    plug: &str,
    conference: Option<String>,
) -> Result<Operation, Refusal> {
    Ok(Operation {
        id: random_id().map_err(no_randomness)?,
        kind,
        app,
        connection,
        plug: plug.to_owned(),
        conference,
        request: None,
        likeness: None,
        input: String::new(),
        context: String::new(),
        started_at: now(),
    })
}

/// What a plug may know, before anything has come of what it asks for.
pub(super) fn context(generation: &Generation, memory: Vec<Memo>, now: u64) -> Result<Context, Refusal> {
    Ok(generation.context(memory, now, random_bytes().map_err(no_randomness)?))
}

/// Ends a change of a conference whose connection is not configured any more: no plug can carry it out, so its owner is
/// shown what is left at the provider.
pub(super) async fn without_connection(
    board: &Switchboard,
    kind: OperationKind,
    conference: &Conference,
    landed: Landed,
    change: Change,
) -> Result<Landed, Refusal> {
    let (app, id) = (Some(conference.app), Some(conference.id.clone()));
    let operation = operation(kind, app, conference.connection.clone(), "", id)?;
    let left = "the meeting changed or was deleted, and its connection is not configured any more: see to it at the \
                provider by hand, or configure the connection again";
    let ending =
        Ending { outcome: json(&landed.outcome), succeeded: true, leftover: Some(left.to_owned()), finished_at: now() };
    let finish = Change::Finish { operation: operation.id.clone(), ending };
    board.store.commit(vec![Change::Begin(operation), change, finish]).await?;
    Ok(landed)
}

/// As the journal keeps it.
pub(super) fn json(value: &impl Serialize) -> String {
    // What has only text for keys can always be written.
    serde_json::to_string(value).unwrap_or_default()
}

/// As it was before.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| Refusal::Ours(format!("the journal cannot be read: {error}")))
}
