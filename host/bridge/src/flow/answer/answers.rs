//! Tracks whether the CRM received the answers to its creates.
//!
//! An answer is open from the commit of its conference until every caller that waits for it has been answered or has
//! disconnected. It is acknowledged when a connection takes its body, and marked as lost once no caller can acknowledge
//! it. Only then may its conference be deleted: a process that is killed before it records either mark leaves a
//! conference that `cordboard status` shows.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use cordboard_core::AccountId;
use tokio::runtime::Handle;

use cordboard_store::{Change, Finished, Store, StoreError};

use crate::clock::now;
use crate::flow::ApiError;
use crate::flow::concurrency::KeyedMutex;

/// How long acknowledged answers wait to be recorded together. Until then, a crash makes them look unacknowledged, which
/// is harmless: nothing is deleted, and an equal create is answered with the same conference.
const ACKNOWLEDGE_DELAY: Duration = Duration::from_millis(10);
/// The maximum number of acknowledged answers that are recorded in one commit.
const MAX_ACKNOWLEDGED: usize = 256;
const MARK_TRIES: usize = 60;
const MARK_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The open answers of this process, and the acknowledged ones that the store has not recorded yet.
pub struct Answers {
    store: Arc<dyn Store>,
    conference_locks: Arc<KeyedMutex>,
    // By conference. A dropped answer removes its entry.
    open: Mutex<HashMap<String, Weak<Answer>>>,
    acknowledged: Mutex<Acknowledged>,
    marking: Arc<()>,
}

/// Acknowledged answers that the store has not recorded yet.
#[derive(Default)]
struct Acknowledged {
    operations: HashSet<String>,
    /// Whether a task records them.
    is_recording: bool,
}

impl Answers {
    /// Creates the set of open answers. The locks are those that changes of a conference hold.
    pub fn new(store: Arc<dyn Store>, conference_locks: Arc<KeyedMutex>) -> Self {
        Self {
            store,
            conference_locks,
            open: Mutex::default(),
            acknowledged: Mutex::default(),
            marking: Arc::default(),
        }
    }

    /// Returns the open answer for a conference, or opens one for the operation that created it. `request` is the digest
    /// of a request that is recorded with the operation.
    pub fn open(
        self: &Arc<Self>,
        account: &AccountId,
        operation: &str,
        conference: &str,
        request: Option<&str>,
    ) -> Arc<Answer> {
        let mut open = lock(&self.open);
        if let Some(answer) = open.get(conference).and_then(Weak::upgrade) {
            lock(&answer.requests).extend(request.map(str::to_owned));
            return answer;
        }
        let answer = Arc::new(Answer {
            answers: Arc::clone(self),
            account: account.clone(),
            operation: operation.to_owned(),
            conference: conference.to_owned(),
            requests: Mutex::new(request.map(str::to_owned).into_iter().collect()),
            acknowledged: AtomicBool::default(),
        });
        open.insert(answer.conference.clone(), Arc::downgrade(&answer));
        answer
    }

    /// Opens the answer of a finished operation again, for a repeat of its request. `request` is the digest of the
    /// repeat, if it is recorded with the operation.
    ///
    /// The caller must hold the conference's lock, so that the conference is not deleted in between.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn reopen(
        self: &Arc<Self>,
        account: &AccountId,
        finished: &Finished,
        conference: &str,
        request: Option<&str>,
    ) -> Result<Arc<Answer>, ApiError> {
        let answer = self.open(account, &finished.id, conference, request);
        if finished.acknowledged {
            answer.acknowledged.store(true, Ordering::SeqCst);
        } else if finished.answer_lost {
            // Committed before any of the answer is sent, so that a crash leaves no mark that says it was lost.
            let answering = Change::AnswerReopened { operation: finished.id.clone() };
            self.store.commit_for(account, vec![answering]).await?;
        }
        Ok(answer)
    }

    /// Records an answer as lost at `at`, unless a repeat of the request may be answered with the conference, or was.
    pub async fn record_lost(
        &self,
        account: &AccountId,
        operation: &str,
        conference: &str,
        at: u64,
    ) -> Result<(), StoreError> {
        let _guard = self.conference_locks.lock(conference).await;
        if self.is_open(conference) || lock(&self.acknowledged).operations.contains(operation) {
            return Ok(());
        }
        let lost = Change::AnswerLost { operation: operation.to_owned(), at };
        self.store.commit_for(account, vec![lost]).await.map(drop)
    }

    /// Returns the operations whose answer was acknowledged, though the store may not have recorded it yet.
    pub fn acknowledged(&self) -> HashSet<String> {
        lock(&self.acknowledged).operations.clone()
    }

    /// Returns whether a caller may still be answered with this conference.
    pub fn is_open(&self, conference: &str) -> bool {
        lock(&self.open).get(conference).is_some_and(|answer| answer.strong_count() > 0)
    }

    /// Returns the number of marks that are being recorded.
    pub fn marking(&self) -> usize {
        Arc::strong_count(&self.marking).saturating_sub(1)
    }

    fn close(&self, conference: &str) {
        let mut open = lock(&self.open);
        // Another answer may have been opened since.
        if open.get(conference).is_some_and(|answer| answer.strong_count() == 0) {
            open.remove(conference);
        }
    }

    /// Records acknowledged answers in groups, until all are recorded.
    async fn record_acknowledged(&self) {
        let mut failures = 0;
        let mut wait = ACKNOWLEDGE_DELAY;
        loop {
            tokio::time::sleep(wait).await;
            let acknowledged: Vec<String> =
                lock(&self.acknowledged).operations.iter().take(MAX_ACKNOWLEDGED).cloned().collect();
            let changes =
                acknowledged.iter().map(|operation| Change::AnswerAcknowledged { operation: operation.clone() });
            let committed = self.store.commit(changes.collect()).await;
            let mut waiting = lock(&self.acknowledged);
            match committed {
                Ok(_) => {
                    acknowledged.iter().for_each(|operation| _ = waiting.operations.remove(operation));
                    (failures, wait) = (0, ACKNOWLEDGE_DELAY);
                    waiting.is_recording = !waiting.operations.is_empty();
                }
                Err(error) => {
                    (failures, wait) = (failures + 1, MARK_RETRY_AFTER);
                    // This process still knows them; after a restart, `cordboard status` shows the conferences.
                    waiting.is_recording = failures < MARK_TRIES;
                    if !waiting.is_recording {
                        let answers = waiting.operations.len();
                        tracing::error!(answers, %error, "could not record acknowledged answers");
                    }
                }
            }
            if !waiting.is_recording {
                return;
            }
        }
    }

    async fn mark_lost(&self, account: &AccountId, operation: String, conference: &str) {
        for tries_left in (0..MARK_TRIES).rev() {
            match self.record_lost(account, &operation, conference, now()).await {
                Ok(()) => return,
                Err(_) if tries_left > 0 => {}
                Err(error) => tracing::warn!(operation, %error, "could not record a lost answer"),
            }
            tokio::time::sleep(MARK_RETRY_AFTER).await;
        }
    }
}

/// The answer to a create, shared by all callers that wait for it.
pub struct Answer {
    answers: Arc<Answers>,
    account: AccountId,
    operation: String,
    conference: String,
    // The digests of its requests that are recorded with the operation.
    requests: Mutex<HashSet<String>>,
    acknowledged: AtomicBool,
}

impl Answer {
    /// Records the digest of a request before it is answered, so that the same request has the same answer later.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub(in crate::flow) async fn record_request(&self, request: String) -> Result<(), StoreError> {
        if lock(&self.requests).contains(&request) {
            return Ok(());
        }
        let repeated = Change::AnswerRepeated { operation: self.operation.clone(), request: request.clone() };
        self.answers.store.commit_for(&self.account, vec![repeated]).await?;
        lock(&self.requests).insert(request);
        Ok(())
    }

    /// Records that the CRM received the answer. From then on no background task deletes the conference, and an equal
    /// create is a new meeting.
    pub fn acknowledge(&self) {
        if self.acknowledged.swap(true, Ordering::SeqCst) {
            return;
        }
        let mut acknowledged = lock(&self.answers.acknowledged);
        acknowledged.operations.insert(self.operation.clone());
        if !acknowledged.is_recording
            && let Ok(runtime) = Handle::try_current()
        {
            acknowledged.is_recording = true;
            let (answers, marking) = (Arc::clone(&self.answers), Arc::clone(&self.answers.marking));
            runtime.spawn(async move {
                answers.record_acknowledged().await;
                drop(marking);
            });
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.answers.close(&self.conference);
        if *self.acknowledged.get_mut() {
            return;
        }
        let (answers, account) = (Arc::clone(&self.answers), self.account.clone());
        let operation = std::mem::take(&mut self.operation);
        let (conference, marking) = (std::mem::take(&mut self.conference), Arc::clone(&answers.marking));
        // Without a runtime the process is exiting. The conference stays unmarked, so `cordboard status` shows it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                answers.mark_lost(&account, operation, &conference).await;
                drop(marking);
            });
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answer({})", self.operation)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
