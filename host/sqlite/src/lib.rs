//! A [`Store`] in SQLite, in one file of the data directory. This crate must not depend on any crate of the workspace
//! but `cordboard-core-host`, `cordboard-store` and `cordboard-vault`.
//!
//! One process serves and writes, on a single thread that groups commits; any number of processes may read at the same
//! time. A commit that has returned is on disk and survives a crash of the process or a power failure.
//!
//! Traffic between plugs and providers, the contents of meetings and plug state are encrypted with the key of the data
//! directory (`encryption`). Ids, times and everything else that is looked up or counted is not.
//!
//! Effects, exchanges and events are stored as the JSON of their Rust types, so a contract change needs a migration in
//! `schema` or an entry in [`cordboard_store::spelling`].

mod apply;
mod checkpoint;
mod column;
mod conferences;
mod connection;
mod connections;
mod encryption;
mod events;
mod fault;
mod files;
mod generations;
mod inbound_requests;
mod leftovers;
mod operations;
mod probe;
mod prune;
mod query;
mod queue;
mod readers;
mod retention;
mod schema;
mod state;
#[cfg(test)]
mod tests;
mod usage;
mod write_health;
mod writer;

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cordboard_core::{AccountId, AppId};
use cordboard_store::{
    AuditEntry, Change, Committed, Conference, ConnectionId, DifferenceRecord, EventFilter, Finished, GenerationRecord,
    InboundRequest, Journal, Leftover, LeftoverFilter, OwnerId, Result, RetentionState, Scope, Serving, StateEntry,
    Store, StoreError, StoredEvent,
};
use cordboard_vault::Vault;

use apply::Work;
use files::DirectoryLock;
use readers::Readers;
use write_health::WriteHealth;
use writer::Writer;

/// The SQLite store. Dropping it blocks until all queued work is on disk.
pub struct Sqlite {
    // Fields drop in this order: the writer's connection must close last, since the last one to close cleans up the
    // files.
    readers: Readers,
    writer: Option<Writer>,
    health: WriteHealth,
    _lock: Option<DirectoryLock>,
}

impl Sqlite {
    /// Opens a data directory for the serving process and creates missing files.
    ///
    /// # Errors
    /// If another process is serving from the directory, if it is unusable, if its `host.key` is missing or belongs to
    /// another directory, or if a newer program wrote it.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let lock = DirectoryLock::acquire(data_dir)?;
        let (connection, key) = connection::writing(lock.database(), data_dir)?;
        let writer = Writer::start(connection, connection::checkpointing(lock.database())?)?;
        let readers = Readers::open(lock.database().to_owned(), key)?;
        Ok(Self { readers, writer: Some(writer), health: WriteHealth::new(), _lock: Some(lock) })
    }

    /// Opens a data directory read-only, whether or not a process is serving from it. Commits fail, and so do reads of
    /// encrypted values if the directory's `host.key` is unusable.
    ///
    /// # Errors
    /// If no process has served from the directory yet, if it is unusable, or if another version wrote it.
    pub fn open_read_only(data_dir: &Path) -> Result<Self> {
        let key = Vault::existing(data_dir).map(Arc::new);
        let readers = Readers::open(files::existing(data_dir)?, key)?;
        Ok(Self { readers, writer: None, health: WriteHealth::new(), _lock: None })
    }

    /// Returns the stored ingest key of a connection, or none if it has never been served.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn stored_ingest_key(&self, connection: &ConnectionId) -> Result<Option<String>> {
        let id = connection.clone();
        self.readers.query(move |connection| connections::ingest_key(connection, &id)).await
    }

    /// Returns how many transactions this store has committed. Concurrent commits share one.
    pub fn transactions(&self) -> u64 {
        self.writer.as_ref().map_or(0, Writer::transactions)
    }

    async fn perform(&self, account: Option<AccountId>, work: Work) -> Result<Committed> {
        let outcome = self.write(account, work).await;
        self.health.record(&outcome);
        outcome
    }

    async fn write(&self, account: Option<AccountId>, work: Work) -> Result<Committed> {
        let writer = self.writer.as_ref().ok_or_else(|| {
            StoreError::rejected("the store is opened read-only: only `cordboard serve` can change it")
        })?;
        writer.perform(account, work).await
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn commit(&self, changes: Vec<Change>) -> Result<Committed> {
        let work = Work::Changes(changes);
        self.perform(work.account().cloned(), work).await
    }

    async fn commit_for(&self, account: &AccountId, changes: Vec<Change>) -> Result<Committed> {
        self.perform(Some(account.clone()), Work::Changes(changes)).await
    }

    fn stored_bytes(&self, account: &AccountId) -> u64 {
        self.writer.as_ref().map_or(0, |writer| writer.stored_bytes(account))
    }

    async fn ingest_key(&self, connection: &ConnectionId, fresh: &str) -> Result<String> {
        if let Some(key) = self.stored_ingest_key(connection).await? {
            return Ok(key);
        }
        let work = Work::IngestKey { connection: connection.clone(), fresh: fresh.to_owned() };
        self.perform(work.account().cloned(), work).await?;
        self.stored_ingest_key(connection)
            .await?
            .ok_or_else(|| StoreError::unavailable(format!("the ingest key of {connection} was not stored")))
    }

    async fn plug_state(&self, scope: &Scope, now: u64) -> Result<Vec<StateEntry>> {
        let scope = scope.clone();
        self.readers.query(move |connection| state::entries(connection, &scope, now)).await
    }

    async fn is_verified_user(&self, connection: &ConnectionId, id: &str) -> Result<bool> {
        let (of, id) = (connection.clone(), id.to_owned());
        self.readers.query(move |connection| connections::is_verified_user(connection, &of, &id)).await
    }

    async fn conference(&self, id: &str) -> Result<Option<Conference>> {
        let id = id.to_owned();
        self.readers.query(move |connection| conferences::conference(connection, &id)).await
    }

    async fn conference_of_link(&self, link: &str) -> Result<Option<Conference>> {
        let link = link.to_owned();
        self.readers.query(move |connection| conferences::by_link(connection, &link)).await
    }

    async fn conference_at_provider(&self, connection: &ConnectionId, provider_id: &str) -> Result<Option<Conference>> {
        let (of, provider_id) = (connection.clone(), provider_id.to_owned());
        self.readers.query(move |connection| conferences::by_provider_id(connection, &of, &provider_id)).await
    }

    async fn finished_request(
        &self,
        request: &str,
        unchanged: Option<RangeInclusive<u64>>,
    ) -> Result<Option<Finished>> {
        let request = request.to_owned();
        self.readers.query(move |connection| operations::finished_request(connection, &request, unchanged)).await
    }

    async fn unacknowledged_create(&self, fingerprint: &str) -> Result<Option<Finished>> {
        let fingerprint = fingerprint.to_owned();
        self.readers.query(move |connection| operations::unacknowledged_create(connection, &fingerprint)).await
    }

    async fn unfinished(&self) -> Result<Vec<Journal>> {
        self.readers.query(operations::unfinished).await
    }

    async fn leftovers(&self, filter: &LeftoverFilter) -> Result<Vec<Leftover>> {
        let filter = filter.clone();
        self.readers.query(move |connection| leftovers::leftovers(connection, &filter)).await
    }

    async fn count_leftovers(&self, filter: &LeftoverFilter) -> Result<u64> {
        let filter = filter.clone();
        self.readers.query(move |connection| leftovers::count_leftovers(connection, &filter)).await
    }

    async fn find_leftovers(&self, prefix: &str, account: Option<&AccountId>) -> Result<Vec<(String, ConnectionId)>> {
        let (prefix, account) = (prefix.to_owned(), account.cloned());
        self.readers.query(move |connection| leftovers::find(connection, &prefix, account.as_ref())).await
    }

    async fn unacknowledged_creates(
        &self,
        account: &AccountId,
        app: &AppId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(String, Conference)>> {
        let (account, app) = (account.clone(), app.clone());
        self.readers
            .query(move |connection| operations::unacknowledged_creates(connection, &account, &app, before, limit))
            .await
    }

    async fn is_unacknowledged(&self, account: &AccountId, conference: &str, before: u64) -> Result<bool> {
        let (account, conference) = (account.clone(), conference.to_owned());
        self.readers
            .query(move |connection| operations::is_unacknowledged(connection, &account, &conference, before))
            .await
    }

    async fn unprocessed(&self, connection: &ConnectionId, plug: &str, limit: usize) -> Result<Vec<InboundRequest>> {
        let (of, plug) = (connection.clone(), plug.to_owned());
        self.readers.query(move |connection| inbound_requests::unprocessed(connection, &of, &plug, limit)).await
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
        let filter = filter.clone();
        self.readers.query(move |connection| events::events(connection, &filter)).await
    }

    async fn inbound_request(&self, id: &str) -> Result<Option<InboundRequest>> {
        let id = id.to_owned();
        self.readers.query(move |connection| inbound_requests::inbound_request(connection, &id)).await
    }

    async fn servings(&self) -> Result<Vec<Serving>> {
        self.readers.query(generations::servings).await
    }

    async fn generation(&self, owner: &OwnerId, number: u64) -> Result<Option<GenerationRecord>> {
        let id = owner.clone();
        self.readers.query(move |connection| generations::generation(connection, &id, number)).await
    }

    async fn generations(&self, owner: &OwnerId, limit: usize) -> Result<Vec<GenerationRecord>> {
        let id = owner.clone();
        self.readers.query(move |connection| generations::generations(connection, &id, limit)).await
    }

    async fn plugs_in_use(&self, steps: usize) -> Result<Vec<String>> {
        self.readers.query(move |connection| generations::plugs_in_use(connection, steps)).await
    }

    async fn audits(&self, account: Option<&AccountId>, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        let account = account.cloned();
        self.readers.query(move |connection| generations::audits(connection, account.as_ref(), before, limit)).await
    }

    async fn differences(
        &self,
        connection: &ConnectionId,
        candidate: u64,
        limit: usize,
    ) -> Result<Vec<DifferenceRecord>> {
        let id = connection.clone();
        self.readers.query(move |connection| generations::differences(connection, &id, candidate, limit)).await
    }

    async fn recorded(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<Journal>> {
        let id = connection.clone();
        self.readers.query(move |connection| operations::recorded(connection, &id, limit)).await
    }

    async fn inbound_requests(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<InboundRequest>> {
        let id = connection.clone();
        self.readers.query(move |connection| inbound_requests::inbound_requests(connection, &id, limit)).await
    }

    async fn retention(&self) -> Result<Option<RetentionState>> {
        self.readers.query(retention::retention).await
    }

    async fn newest_record(&self) -> Result<Option<u64>> {
        self.readers.query(retention::newest_record).await
    }

    async fn check_writable(&self) -> Result<()> {
        self.health.check(|| async { self.write(None, Work::Probe).await.map(drop) }).await
    }
}
