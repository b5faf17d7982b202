//! Changes: the units of a commit.

use cordboard_core::engine::StateEntry;
use cordboard_core::types::effect::Exchange;

use super::generation::{AuditEntry, DifferenceRecord, GenerationRecord, Serving};
use super::journaled::JournaledEffect;
use super::record::{Ending, InboundRequest, NewEvent, Operation, Scope};
use super::retention::RetentionState;
use super::{Conference, ConnectionId};

/// A change to the store.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "lists of changes are short and move by pointer; a box would only burden callers"
)]
pub enum Change {
    /// Begins an operation.
    Begin(Operation),
    /// Journals an effect before it is performed, or its refusal by policy in place of the effect itself.
    RecordEffect {
        /// The operation's id.
        operation: String,
        /// The effect's position, from 0.
        number: usize,
        /// The effect.
        effect: JournaledEffect,
    },
    /// Journals the result of an effect.
    RecordExchange {
        /// The operation's id.
        operation: String,
        /// The effect's position, from 0.
        number: usize,
        /// The result.
        exchange: Exchange,
    },
    /// Sets an entry of plug state.
    SetState {
        /// The owner of the entry.
        scope: Scope,
        /// The entry.
        entry: StateEntry,
    },
    /// Deletes entries of plug state.
    DeleteState {
        /// The owner of the entries.
        scope: Scope,
        /// Their keys.
        keys: Vec<String>,
    },
    /// Finishes an operation. A leftover of a delete replaces those of earlier attempts to delete the conference.
    Finish {
        /// The operation's id.
        operation: String,
        /// How it ended.
        ending: Ending,
    },
    /// Records that the CRM has acknowledged an operation's answer.
    AnswerAcknowledged {
        /// The operation's id.
        operation: String,
    },
    /// Removes the lost mark before the CRM is answered again, since the CRM may receive the answer from now on.
    AnswerReopened {
        /// The operation's id.
        operation: String,
    },
    /// Records that a further request is answered with the conference of a create. A store may record only the first
    /// ones of an operation.
    AnswerRepeated {
        /// The operation's id.
        operation: String,
        /// The digest of the request.
        request: String,
    },
    /// Records that an operation's answer reached nobody, and can only reach someone if the request is repeated.
    AnswerLost {
        /// The operation's id.
        operation: String,
        /// When that became known, in epoch milliseconds.
        at: u64,
    },
    /// Creates or updates a conference by its id, and links earlier events to it.
    PutConference(Conference),
    /// Marks a conference as deleted.
    DeleteConference {
        /// Our id of the conference.
        id: String,
        /// When it was deleted, in epoch milliseconds.
        at: u64,
    },
    /// Records another id by which a provider knows a conference.
    Alias {
        /// The connection.
        connection: ConnectionId,
        /// The other id.
        provider_id: String,
        /// The id that the provider used before.
        original: String,
    },
    /// Records the id under which a connection's plug verified a user.
    VerifiedUser {
        /// The connection.
        connection: ConnectionId,
        /// The user's id.
        id: String,
    },
    /// Stores an inbound request, replacing one with the same id.
    PutInboundRequest(InboundRequest),
    /// Appends an event, unless it is a duplicate by its key.
    AppendEvent(NewEvent),
    /// Stores a new generation.
    PutGeneration(GenerationRecord),
    /// Sets the live generation and the candidate of a connection or app.
    PutServing(Serving),
    /// Appends to the audit log.
    Audit(AuditEntry),
    /// Stores a difference of a shadow candidate.
    PutDifference(DifferenceRecord),
    /// Acknowledges the leftovers of these operations; an earlier acknowledgement keeps its time.
    Acknowledge {
        /// The operations' ids.
        operations: Vec<String>,
        /// When the operator did so, in epoch milliseconds.
        at: u64,
    },
    /// Replaces the retention state.
    PutRetention(RetentionState),
    /// Prunes old records: inbound requests, events, deleted conferences, and finished operations that left nothing
    /// behind or whose leftovers are acknowledged.
    Prune {
        /// Only records older than this, in epoch milliseconds.
        before: u64,
        /// The maximum number of each kind, so that other commits do not wait long.
        max: usize,
    },
}

/// The numbers of records that a commit stored and removed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Committed {
    /// The number of new events.
    pub events: usize,
    /// The number of duplicate events.
    pub duplicates: usize,
    /// The number of pruned records.
    pub pruned: usize,
}
