//! How what is kept changes.

use crate::contract::effect::{Effect, Exchange};

use super::generation::{AuditEntry, DifferenceRecord, GenerationRecord, Serving};
use super::journaled::RefusedRequest;
use super::record::{Conference, ConnectionId, Ending, InboundRequest, NewEvent, Operation, Scope, StateEntry};
use super::retention::RetentionState;

/// One change of what is kept.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "lists are short and move by pointer; a box would only burden who writes them"
)]
pub enum Change {
    /// An operation begins.
    Begin(Operation),
    /// An operation is about to have an effect: known before it is had.
    RecordEffect {
        /// The operation.
        operation: String,
        /// From 0.
        number: usize,
        /// What.
        effect: Effect,
    },
    /// Policy refused an effect: neither it, nor what was journaled of it before, is kept.
    RecordRefusedEffect {
        /// The operation.
        operation: String,
        /// From 0.
        number: usize,
        /// What.
        refused: RefusedRequest,
    },
    /// What came of the effect.
    RecordExchange {
        /// The operation.
        operation: String,
        /// From 0.
        number: usize,
        /// What.
        exchange: Exchange,
    },
    /// A state entry is kept.
    SetState {
        /// Whose.
        scope: Scope,
        /// What.
        entry: StateEntry,
    },
    /// State entries are dropped.
    DeleteState {
        /// Whose.
        scope: Scope,
        /// Which.
        keys: Vec<String>,
    },
    /// An operation ended.
    Finish {
        /// The operation.
        operation: String,
        /// How.
        ending: Ending,
    },
    /// The CRM took an operation's answer.
    AnswerAcknowledged {
        /// The operation.
        operation: String,
    },
    /// The CRM is about to be answered after all: from now on it is not known whether it has the answer.
    AnswerReopened {
        /// The operation.
        operation: String,
    },
    /// Nobody was answered, and nobody can be any more, unless the request is repeated.
    AnswerLost {
        /// The operation.
        operation: String,
        /// Epoch milliseconds.
        at: u64,
    },
    /// A conference was made or changed, by its id. Events that came before it was known are tied to it.
    PutConference(Conference),
    /// A conference was taken back.
    DeleteConference {
        /// Ours.
        id: String,
        /// Epoch milliseconds.
        at: u64,
    },
    /// A provider knows a conference by another id as well.
    Alias {
        /// Whose.
        connection: ConnectionId,
        /// The other id.
        provider_id: String,
        /// The id that it had.
        original: String,
    },
    /// A connection's plug gave this id for a user.
    VerifiedUser {
        /// Whose.
        connection: ConnectionId,
        /// The id.
        id: String,
    },
    /// A delivery is kept; one with the same id is replaced.
    PutInboundRequest(InboundRequest),
    /// An event is kept, unless its key is there already.
    AppendEvent(NewEvent),
    /// A generation was made.
    PutGeneration(GenerationRecord),
    /// This serves from now on.
    PutServing(Serving),
    /// Somebody changed something.
    Audit(AuditEntry),
    /// A candidate in the shadow did otherwise.
    PutDifference(DifferenceRecord),
    /// The operator has acknowledged the leftovers of these operations; the first time counts.
    Acknowledge {
        /// The operations.
        operations: Vec<String>,
        /// Epoch milliseconds.
        at: u64,
    },
    /// What retention knows of the clock, in place of what it knew.
    PutRetention(RetentionState),
    /// What is older than the operator wants it kept is dropped: deliveries, events, operations that are over with nothing
    /// left to see to or all of it acknowledged, conferences that were taken back.
    Prune {
        /// Epoch milliseconds.
        before: u64,
        /// Of each kind, at most so many at once, so that others are not kept waiting.
        max: usize,
    },
}

/// What a commit brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Committed {
    /// How many events were new.
    pub events: usize,
    /// How many were there already.
    pub duplicates: usize,
    /// How many records were dropped for their age.
    pub pruned: usize,
}
