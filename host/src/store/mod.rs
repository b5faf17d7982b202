//! What must outlive a process: operations, conferences, deliveries, events, plug state.
//!
//! A change of state is a list of [`Change`]s that is committed as one or not at all; questions are methods of
//! [`Store`]. An engine implements the trait and nothing else knows which one runs.

mod change;
mod cost;
mod generation;
mod journaled;
mod leftover;
mod record;
mod retention;
pub(crate) mod spelling;
pub mod sqlite;

use std::fmt;
use std::ops::RangeInclusive;

use async_trait::async_trait;

pub use change::{Change, Committed};
pub use generation::{AuditEntry, Candidate, Cause, DifferenceRecord, GenerationRecord, Serving};
pub use journaled::{JournaledEffect, RefusedRequest};
pub use leftover::{Cursor, Leftover, LeftoverFilter};
pub use record::{
    Conference, ConnectionId, Ending, EventFilter, Exchanged, Finished, InboundRequest, Journal, NewEvent, Operation,
    OperationKind, Scope, StateEntry, StoredEvent, Verdict,
};
pub use retention::RetentionState;

/// Why the store did not answer. The request that needed it is answered 503 and not lost.
#[derive(Clone, Debug)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// An engine that keeps what must outlive a process.
#[async_trait]
pub trait Store: Send + Sync {
    /// Commits changes as one; when it returns they outlive a crash. Commits that come at once share the cost.
    async fn commit(&self, changes: Vec<Change>) -> Result<Committed>;

    /// Likewise, for an account: what waits for the disk is bounded by account, and accounts take turns.
    async fn commit_for(&self, account: u64, changes: Vec<Change>) -> Result<Committed> {
        let _ = account;
        self.commit(changes).await
    }

    /// Bytes that an account has stored.
    fn stored_bytes(&self, account: u64) -> u64 {
        let _ = account;
        0
    }

    /// The ingest key of a connection: the one that is kept, or else `fresh`, which then is.
    async fn ingest_key(&self, connection: &ConnectionId, fresh: &str) -> Result<String>;

    /// The state entries of a scope that have not expired at `now` (epoch milliseconds).
    async fn plug_state(&self, scope: &Scope, now: u64) -> Result<Vec<StateEntry>>;

    /// Whether a connection's plug gave this id for a user of the CRM.
    async fn is_verified_user(&self, connection: &ConnectionId, id: &str) -> Result<bool>;

    /// A conference by our id, deleted ones too.
    async fn conference(&self, id: &str) -> Result<Option<Conference>>;

    /// A conference by the last part of our link to it ([`Conference::link`]), deleted ones too.
    async fn conference_of_link(&self, link: &str) -> Result<Option<Conference>>;

    /// The conference that the provider knows by this id or an alias of it.
    async fn conference_at_provider(&self, connection: &ConnectionId, provider_id: &str) -> Result<Option<Conference>>;

    /// The finished operation that answered the same request byte for byte, by its digest. With `unchanged`, only one
    /// that began then (epoch milliseconds), and whose conference nobody has changed or deleted since, or tried to.
    async fn finished_request(&self, request: &str, unchanged: Option<RangeInclusive<u64>>)
    -> Result<Option<Finished>>;

    /// The newest finished `create` of this fingerprint whose answer the CRM is not known to have.
    async fn unacknowledged_create(&self, fingerprint: &str) -> Result<Option<Finished>>;

    /// Operations that a crash interrupted, with their exchanges, oldest first.
    async fn unfinished(&self) -> Result<Vec<Journal>>;

    /// What may be or is left at providers, and conferences whose caller is gone, newest first.
    async fn leftovers(&self, filter: &LeftoverFilter) -> Result<Vec<Leftover>>;

    /// How many leftovers there are, whatever the filter's limit.
    async fn count_leftovers(&self, filter: &LeftoverFilter) -> Result<u64>;

    /// The operations of leftovers whose ids begin with `prefix`, of an account or of all, each with its connection; at
    /// most two, by which it shows whether the prefix is ambiguous. Acknowledged ones too.
    async fn find_leftovers(&self, prefix: &str, account: Option<u64>) -> Result<Vec<(String, ConnectionId)>>;

    /// Conferences of an account and app whose create is known, since before `before` (epoch milliseconds), to have
    /// been answered to nobody; at most `limit`, those known longest first. Each with the operation that created it.
    async fn unacknowledged_creates(
        &self,
        account: u64,
        app: u64,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(String, Conference)>>;

    /// Whether a conference of an account, by our id, is one of those.
    async fn is_unacknowledged(&self, account: u64, conference: &str, before: u64) -> Result<bool>;

    /// Deliveries that a plug could not digest, by connection, of which the plug was another than `plug`; oldest first.
    async fn unprocessed(&self, connection: &ConnectionId, plug: &str, limit: usize) -> Result<Vec<InboundRequest>>;

    /// Events in the order of their sequence numbers.
    async fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>>;

    /// A delivery by its id.
    async fn inbound_request(&self, id: &str) -> Result<Option<InboundRequest>>;

    /// What serves each connection and app.
    async fn servings(&self) -> Result<Vec<Serving>>;

    /// A generation by its number.
    async fn generation(&self, connection: &ConnectionId, number: u64) -> Result<Option<GenerationRecord>>;

    /// The newest generations of a connection, newest first, at most `limit`.
    async fn generations(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<GenerationRecord>>;

    /// Digests of the plugs that connections and apps run, try, or can be rolled back to: `steps` times at most.
    async fn plugs_in_use(&self, steps: usize) -> Result<Vec<String>>;

    /// Who changed what of an account, or of all, before the entry with the sequence number `before` or up to now; newest
    /// first, at most `limit`.
    async fn audits(&self, account: Option<u64>, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>>;

    /// How a candidate in the shadow differed, newest first, at most `limit`.
    async fn differences(
        &self,
        connection: &ConnectionId,
        candidate: u64,
        limit: usize,
    ) -> Result<Vec<DifferenceRecord>>;

    /// Operations of a connection that are over and can be run again, newest first, at most `limit`.
    async fn recorded(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<Journal>>;

    /// Deliveries that came for a connection, newest first, at most `limit`.
    async fn inbound_requests(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<InboundRequest>>;

    /// What retention knows of the clock; none before it first looked.
    async fn retention(&self) -> Result<Option<RetentionState>>;

    /// The time of the newest record of any kind, in epoch milliseconds; none in an empty store.
    async fn newest_record(&self) -> Result<Option<u64>>;

    /// Fails where commits fail, or take long. It looks at the newest commit, or writes a little where that says nothing.
    async fn check_writable(&self) -> Result<()>;
}
