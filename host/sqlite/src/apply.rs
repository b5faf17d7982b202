//! The writer's jobs, and how each change is applied.

use cordboard_core::AccountId;
use cordboard_store::{Change, Committed, ConnectionId};
use rusqlite::Connection;

use super::fault::Result;
use super::usage::Usage;
use super::{
    conferences, connections, events, generations, inbound_requests, leftovers, operations, probe, prune, retention,
    state,
};

/// A job of the writer.
pub(super) enum Work {
    /// Applies changes atomically.
    Changes(Vec<Change>),
    /// Stores an ingest key unless the connection has one.
    IngestKey {
        /// The connection.
        connection: ConnectionId,
        /// The new key.
        fresh: String,
    },
    /// Writes as much as an ordinary commit, to check that commits succeed.
    Probe,
}

impl Work {
    /// Estimates the bytes that the job writes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Changes(changes) => changes.iter().map(Change::bytes).sum(),
            Self::IngestKey { .. } => 256,
            Self::Probe => probe::BYTES,
        }
    }

    /// Returns the account that the job belongs to, if known.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Changes(changes) => changes.iter().find_map(Change::account),
            Self::IngestKey { connection, .. } => Some(&connection.account),
            Self::Probe => None,
        }
    }
}

/// Performs a job within the open transaction.
pub(super) fn perform(connection: &Connection, work: Work, usage: &mut Usage) -> Result<Committed> {
    let mut committed = Committed::default();
    match work {
        Work::Changes(changes) => {
            for each in changes {
                change(connection, each, &mut committed, usage)?;
            }
        }
        Work::IngestKey { connection: id, fresh } => connections::put_ingest_key(connection, &id, &fresh)?,
        Work::Probe => probe::write(connection)?,
    }
    Ok(committed)
}

fn change(connection: &Connection, change: Change, committed: &mut Committed, usage: &mut Usage) -> Result<()> {
    match change {
        Change::Begin(operation) => operations::begin(connection, &operation, usage),
        Change::RecordEffect { operation, number, effect } => {
            operations::record_effect(connection, &operation, number, &effect, usage)
        }
        Change::RecordExchange { operation, number, exchange } => {
            operations::record_exchange(connection, &operation, number, exchange, usage)
        }
        Change::Finish { operation, ending } => operations::finish(connection, &operation, &ending, usage),
        Change::AnswerAcknowledged { operation } => operations::acknowledge_answer(connection, &operation),
        Change::AnswerReopened { operation } => operations::reopen_answer(connection, &operation),
        Change::AnswerRepeated { operation, request } => operations::repeat_answer(connection, &operation, &request),
        Change::AnswerLost { operation, at } => operations::lose_answer(connection, &operation, at),
        Change::SetState { scope, entry } => state::set(connection, &scope, &entry),
        Change::DeleteState { scope, keys } => state::delete(connection, &scope, &keys),
        Change::PutConference(conference) => conferences::put(connection, &conference, usage),
        Change::DeleteConference { id, at } => conferences::delete(connection, &id, at),
        Change::Alias { connection: id, provider_id, original } => {
            conferences::alias(connection, &id, &provider_id, &original, usage)
        }
        Change::VerifiedUser { connection: id, id: user } => connections::verified_user(connection, &id, &user, usage),
        Change::PutGeneration(record) => generations::put(connection, &record),
        Change::PutServing(serving) => generations::put_serving(connection, &serving),
        Change::Audit(entry) => generations::append_audit_entry(connection, &entry),
        Change::PutDifference(record) => generations::put_difference(connection, &record),
        Change::Acknowledge { operations, at } => leftovers::acknowledge(connection, &operations, at),
        Change::PutRetention(state) => retention::put(connection, &state),
        Change::Prune { before, max } => {
            committed.pruned += prune::prune(connection, before, max, usage)?;
            Ok(())
        }
        Change::PutInboundRequest(inbound_request) => inbound_requests::put(connection, &inbound_request, usage),
        Change::AppendEvent(event) => {
            match events::append(connection, &event, usage)? {
                true => committed.events += 1,
                false => committed.duplicates += 1,
            }
            Ok(())
        }
    }
}
