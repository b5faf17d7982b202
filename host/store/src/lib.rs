//! Durable state: operations, conferences, inbound requests, events and plug state. This crate must not depend on a
//! database, nor on any crate of the workspace but `cordboard-core-host`.
//!
//! Writes are lists of [`Change`]s, each list committed atomically; reads are methods of [`Store`]. Only the
//! implementation of the trait knows the database behind it.

mod change;
mod cost;
mod error;
mod generation;
mod journaled;
mod leftover;
mod record;
mod retention;
pub mod spelling;

use std::ops::RangeInclusive;

use async_trait::async_trait;
use cordboard_core::{AccountId, AppId};

pub use change::{Change, Committed};
pub use cordboard_core::engine::StateEntry;
pub use cordboard_core::record::{Conference, ConnectionId};
pub use cordboard_core::webhook::Verdict;
pub use error::{StoreError, StoreErrorKind};
pub use generation::{AuditEntry, Candidate, Cause, DifferenceRecord, GenerationRecord, Serving};
pub use journaled::{JournaledEffect, RefusedRequest};
pub use leftover::{Cursor, Leftover, LeftoverFilter};
pub use record::{
    Ending, EventFilter, Exchanged, Finished, InboundRequest, Journal, NewEvent, Operation, OperationKind, OwnerId,
    Scope, StoredEvent,
};
pub use retention::RetentionState;

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A durable store.
///
/// A method fails when the database cannot be reached, read or written, or is overloaded. A query has no effect, so it
/// can always be repeated. [`StoreErrorKind`] says whether a failed commit happened.
#[async_trait]
pub trait Store: Send + Sync {
    /// Commits all changes or none of them. Once it returns, they survive a crash. Concurrent commits share the cost of
    /// syncing the disk.
    ///
    /// A repeat of a commit that has already happened conflicts and changes nothing, if one of its changes begins an
    /// operation, records an exchange or an effect that was not refused, or finishes an operation. So callers may
    /// repeat such a commit even if the error is [`StoreErrorKind::Unknown`], and learn from
    /// [`StoreErrorKind::Conflict`] that the first attempt succeeded. Every engine must guarantee that.
    async fn commit(&self, changes: Vec<Change>) -> Result<Committed>;

    /// Commits on behalf of an account. The write queue is bounded per account, and accounts take turns.
    async fn commit_for(&self, account: &AccountId, changes: Vec<Change>) -> Result<Committed> {
        let _ = account;
        self.commit(changes).await
    }

    /// Returns the number of bytes that an account has stored.
    fn stored_bytes(&self, account: &AccountId) -> u64 {
        let _ = account;
        0
    }

    /// Returns the ingest key of a connection. If it has none yet, stores `fresh` and returns that.
    async fn ingest_key(&self, connection: &ConnectionId, fresh: &str) -> Result<String>;

    /// Returns the state entries of a scope that have not expired at `now` (epoch milliseconds).
    async fn plug_state(&self, scope: &Scope, now: u64) -> Result<Vec<StateEntry>>;

    /// Returns whether the connection's plug has verified a CRM user under this id.
    async fn is_verified_user(&self, connection: &ConnectionId, id: &str) -> Result<bool>;

    /// Returns a conference by our id, including a deleted one.
    async fn conference(&self, id: &str) -> Result<Option<Conference>>;

    /// Returns a conference by the last segment of our link to it ([`Conference::link`]), including a deleted one.
    async fn conference_of_link(&self, link: &str) -> Result<Option<Conference>>;

    /// Returns the conference that the provider knows by this id or by an alias of it.
    async fn conference_at_provider(&self, connection: &ConnectionId, provider_id: &str) -> Result<Option<Conference>>;

    /// Returns the successful operation that answered the same request, byte for byte, by the request's digest: one that
    /// began with the request, or one that it repeated ([`Change::AnswerRepeated`]). With `unchanged`, the operation must
    /// have begun in that range (epoch milliseconds), and nobody may have changed or deleted its conference since, or
    /// tried to.
    async fn finished_request(&self, request: &str, unchanged: Option<RangeInclusive<u64>>)
    -> Result<Option<Finished>>;

    /// Returns the newest successful `create` with this fingerprint whose answer the CRM has not acknowledged.
    async fn unacknowledged_create(&self, fingerprint: &str) -> Result<Option<Finished>>;

    /// Returns the operations that a crash interrupted, with their exchanges, oldest first.
    async fn unfinished(&self) -> Result<Vec<Journal>>;

    /// Returns the leftovers that match a filter, newest first: what is or may be left at providers, and conferences
    /// whose creation the CRM has not acknowledged.
    async fn leftovers(&self, filter: &LeftoverFilter) -> Result<Vec<Leftover>>;

    /// Counts the leftovers that match a filter, ignoring its limit.
    async fn count_leftovers(&self, filter: &LeftoverFilter) -> Result<u64>;

    /// Finds leftovers by a prefix of the operation's id, in one account or in all, acknowledged ones included. Returns
    /// the operation and its connection, at most twice: two results mean that the prefix is ambiguous.
    async fn find_leftovers(&self, prefix: &str, account: Option<&AccountId>) -> Result<Vec<(String, ConnectionId)>>;

    /// Returns conferences of an account and app whose answer was recorded as lost before `before` (epoch
    /// milliseconds), each with the operation that created it; at most `limit`, the earliest loss first.
    async fn unacknowledged_creates(
        &self,
        account: &AccountId,
        app: &AppId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(String, Conference)>>;

    /// Returns whether [`unacknowledged_creates`](Self::unacknowledged_creates) would list a conference, given by our
    /// id.
    async fn is_unacknowledged(&self, account: &AccountId, conference: &str, before: u64) -> Result<bool>;

    /// Returns inbound requests of a connection that a plug other than `plug` could not process, oldest first.
    async fn unprocessed(&self, connection: &ConnectionId, plug: &str, limit: usize) -> Result<Vec<InboundRequest>>;

    /// Returns the events that match a filter, by ascending sequence number.
    async fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>>;

    /// Returns an inbound request by its id.
    async fn inbound_request(&self, id: &str) -> Result<Option<InboundRequest>>;

    /// Returns the live generation and the candidate of each connection and app.
    async fn servings(&self) -> Result<Vec<Serving>>;

    /// Returns a generation by its number.
    async fn generation(&self, owner: &OwnerId, number: u64) -> Result<Option<GenerationRecord>>;

    /// Returns at most `limit` generations of a connection or app, newest first.
    async fn generations(&self, owner: &OwnerId, limit: usize) -> Result<Vec<GenerationRecord>>;

    /// Returns the digests of the plugs that connections and apps run, try, or can roll back to within `steps`
    /// rollbacks.
    async fn plugs_in_use(&self, steps: usize) -> Result<Vec<String>>;

    /// Returns at most `limit` audit entries of an account, or of all, newest first. With `before`, only those with a
    /// smaller sequence number.
    async fn audits(&self, account: Option<&AccountId>, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>>;

    /// Returns at most `limit` differences recorded for a shadow candidate, newest first.
    async fn differences(
        &self,
        connection: &ConnectionId,
        candidate: u64,
        limit: usize,
    ) -> Result<Vec<DifferenceRecord>>;

    /// Returns at most `limit` finished operations of a connection that can be replayed, newest first.
    async fn recorded(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<Journal>>;

    /// Returns at most `limit` inbound requests of a connection, newest first.
    async fn inbound_requests(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<InboundRequest>>;

    /// Returns the retention state, or none before retention first checked the clock.
    async fn retention(&self) -> Result<Option<RetentionState>>;

    /// Returns the time of the newest record of any kind, in epoch milliseconds, or none if the store is empty.
    async fn newest_record(&self) -> Result<Option<u64>>;

    /// Fails if commits fail or are slow. Relies on the latest commit if it is recent, and otherwise writes a probe.
    async fn check_writable(&self) -> Result<()>;
}
