//! Wraps the SQLite store, so that tests see the commits and can make the store fail.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use async_trait::async_trait;
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{
    AuditEntry, Change, Committed, Conference, ConnectionId, DifferenceRecord, EventFilter, Finished, GenerationRecord,
    InboundRequest, Journal, Leftover, LeftoverFilter, OwnerId, Result, RetentionState, Scope, Serving, StateEntry,
    Store, StoreError, StoreErrorKind, StoredEvent,
};
use cordboard::{AccountId, AppId};

/// Selects commits by their changes.
type Refuses = Box<dyn Fn(&[Change]) -> bool + Send>;

/// A store that records its commits and can fail.
pub struct TestStore {
    inner: Sqlite,
    reads_fail: AtomicBool,
    refuses: Mutex<Option<(StoreErrorKind, Refuses)>>,
    refused: AtomicUsize,
    // Selects a commit that succeeds but returns an error of the kind `Unknown`.
    unsure: Mutex<Option<Refuses>>,
    // `None` if commits are not recorded.
    committed: Mutex<Option<Vec<Change>>>,
    // Dropped after the store, whose drop blocks until it is closed.
    open: Arc<()>,
}

impl TestStore {
    /// Opens the store in a folder.
    pub fn open(folder: &Path) -> Arc<Self> {
        let inner = Sqlite::open(folder).expect("a store");
        Arc::new(Self {
            inner,
            reads_fail: AtomicBool::default(),
            refuses: Mutex::default(),
            refused: AtomicUsize::default(),
            unsure: Mutex::default(),
            committed: Mutex::new(Some(Vec::new())),
            open: Arc::default(),
        })
    }

    /// Returns a reference whose strong count becomes 0 when the files are closed.
    pub fn open_until(&self) -> Weak<()> {
        Arc::downgrade(&self.open)
    }

    /// Makes queries fail from now on, or succeed again.
    pub fn fail_reads(&self, fail: bool) {
        self.reads_fail.store(fail, Ordering::SeqCst);
    }

    /// Makes the selected commits fail as if the store were unavailable.
    pub fn fail_commits(&self, which: impl Fn(&[Change]) -> bool + Send + 'static) {
        *self.refuses.lock().unwrap() = Some((StoreErrorKind::Unavailable, Box::new(which)));
    }

    /// Makes the selected commits fail for good.
    pub fn reject_commits(&self, which: impl Fn(&[Change]) -> bool + Send + 'static) {
        *self.refuses.lock().unwrap() = Some((StoreErrorKind::Rejected, Box::new(which)));
    }

    /// Makes the next selected commit succeed, but return an error of the kind `Unknown`.
    pub fn doubt_commit(&self, which: impl Fn(&[Change]) -> bool + Send + 'static) {
        *self.unsure.lock().unwrap() = Some(Box::new(which));
    }

    /// Makes commits and queries succeed again.
    pub fn repair(&self) {
        *self.refuses.lock().unwrap() = None;
        self.fail_reads(false);
    }

    /// Returns the number of commits that failed on purpose.
    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Whether a change was committed since the last call of [`committed`](Self::committed).
    pub fn has_committed(&self, what: impl Fn(&Change) -> bool) -> bool {
        self.committed.lock().unwrap().iter().flatten().any(what)
    }

    /// Takes the changes committed since the last call.
    pub fn committed(&self) -> Vec<Change> {
        self.committed.lock().unwrap().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Stops recording commits, for tests that commit much.
    pub fn forget(&self) {
        *self.committed.lock().unwrap() = None;
    }

    fn saw(&self, changes: Vec<Change>) {
        if let Some(committed) = &mut *self.committed.lock().unwrap() {
            committed.extend(changes);
        }
    }

    /// Takes the webhook requests stored since the last call of [`committed`](Self::committed), read from the file.
    pub async fn inbound_requests(&self) -> Vec<InboundRequest> {
        let mut inbound_requests = Vec::new();
        for change in self.committed() {
            if let Change::PutInboundRequest(stored) = change {
                inbound_requests
                    .push(self.inner.inbound_request(&stored.id).await.unwrap().expect("what was committed"));
            }
        }
        inbound_requests
    }

    fn readable(&self) -> Result<&Sqlite> {
        match self.reads_fail.load(Ordering::SeqCst) {
            true => Err(failure(StoreErrorKind::Unavailable)),
            false => Ok(&self.inner),
        }
    }

    fn check(&self, changes: &[Change]) -> Result<()> {
        match &*self.refuses.lock().unwrap() {
            Some((kind, refuses)) if refuses(changes) => {
                self.refused.fetch_add(1, Ordering::SeqCst);
                Err(failure(*kind))
            }
            _ => Ok(()),
        }
    }
}

fn failure(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "injected by a test")
}

#[async_trait]
impl Store for TestStore {
    async fn commit(&self, changes: Vec<Change>) -> Result<Committed> {
        self.check(&changes)?;
        let committed = self.inner.commit(changes.clone()).await?;
        self.saw(changes);
        Ok(committed)
    }

    async fn commit_for(&self, account: &AccountId, changes: Vec<Change>) -> Result<Committed> {
        self.check(&changes)?;
        let committed = self.inner.commit_for(account, changes.clone()).await?;
        let unsure = self.unsure.lock().unwrap().take_if(|unsure| unsure(&changes)).is_some();
        self.saw(changes);
        match unsure {
            true => Err(failure(StoreErrorKind::Unknown)),
            false => Ok(committed),
        }
    }

    fn stored_bytes(&self, account: &AccountId) -> u64 {
        self.inner.stored_bytes(account)
    }

    async fn ingest_key(&self, connection: &ConnectionId, fresh: &str) -> Result<String> {
        self.inner.ingest_key(connection, fresh).await
    }

    async fn plug_state(&self, scope: &Scope, now: u64) -> Result<Vec<StateEntry>> {
        self.readable()?.plug_state(scope, now).await
    }

    async fn is_verified_user(&self, connection: &ConnectionId, id: &str) -> Result<bool> {
        self.readable()?.is_verified_user(connection, id).await
    }

    async fn conference(&self, id: &str) -> Result<Option<Conference>> {
        self.readable()?.conference(id).await
    }

    async fn conference_of_link(&self, link: &str) -> Result<Option<Conference>> {
        self.readable()?.conference_of_link(link).await
    }

    async fn conference_at_provider(&self, connection: &ConnectionId, provider_id: &str) -> Result<Option<Conference>> {
        self.readable()?.conference_at_provider(connection, provider_id).await
    }

    async fn finished_request(
        &self,
        request: &str,
        unchanged: Option<RangeInclusive<u64>>,
    ) -> Result<Option<Finished>> {
        self.readable()?.finished_request(request, unchanged).await
    }

    async fn unacknowledged_create(&self, fingerprint: &str) -> Result<Option<Finished>> {
        self.readable()?.unacknowledged_create(fingerprint).await
    }

    async fn unfinished(&self) -> Result<Vec<Journal>> {
        self.readable()?.unfinished().await
    }

    async fn leftovers(&self, filter: &LeftoverFilter) -> Result<Vec<Leftover>> {
        self.readable()?.leftovers(filter).await
    }

    async fn count_leftovers(&self, filter: &LeftoverFilter) -> Result<u64> {
        self.readable()?.count_leftovers(filter).await
    }

    async fn find_leftovers(&self, prefix: &str, account: Option<&AccountId>) -> Result<Vec<(String, ConnectionId)>> {
        self.readable()?.find_leftovers(prefix, account).await
    }

    async fn unacknowledged_creates(
        &self,
        account: &AccountId,
        app: &AppId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(String, Conference)>> {
        self.readable()?.unacknowledged_creates(account, app, before, limit).await
    }

    async fn is_unacknowledged(&self, account: &AccountId, conference: &str, before: u64) -> Result<bool> {
        self.readable()?.is_unacknowledged(account, conference, before).await
    }

    async fn unprocessed(&self, connection: &ConnectionId, plug: &str, limit: usize) -> Result<Vec<InboundRequest>> {
        self.readable()?.unprocessed(connection, plug, limit).await
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
        self.readable()?.events(filter).await
    }

    async fn inbound_request(&self, id: &str) -> Result<Option<InboundRequest>> {
        self.readable()?.inbound_request(id).await
    }

    async fn servings(&self) -> Result<Vec<Serving>> {
        self.readable()?.servings().await
    }

    async fn generation(&self, owner: &OwnerId, number: u64) -> Result<Option<GenerationRecord>> {
        self.readable()?.generation(owner, number).await
    }

    async fn generations(&self, owner: &OwnerId, limit: usize) -> Result<Vec<GenerationRecord>> {
        self.readable()?.generations(owner, limit).await
    }

    async fn plugs_in_use(&self, steps: usize) -> Result<Vec<String>> {
        self.readable()?.plugs_in_use(steps).await
    }

    async fn audits(&self, account: Option<&AccountId>, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        self.readable()?.audits(account, before, limit).await
    }

    async fn differences(
        &self,
        connection: &ConnectionId,
        candidate: u64,
        limit: usize,
    ) -> Result<Vec<DifferenceRecord>> {
        self.readable()?.differences(connection, candidate, limit).await
    }

    async fn recorded(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<Journal>> {
        self.readable()?.recorded(connection, limit).await
    }

    async fn inbound_requests(&self, connection: &ConnectionId, limit: usize) -> Result<Vec<InboundRequest>> {
        self.readable()?.inbound_requests(connection, limit).await
    }

    async fn retention(&self) -> Result<Option<RetentionState>> {
        self.readable()?.retention().await
    }

    async fn newest_record(&self) -> Result<Option<u64>> {
        self.readable()?.newest_record().await
    }

    async fn check_writable(&self) -> Result<()> {
        self.check(&[])?;
        self.inner.check_writable().await
    }
}
