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

use tokio::runtime::Handle;

use crate::store::{Change, Finished, StoreError};

use super::ApiError;
use super::state::{BridgeState, now};

const MARK_TRIES: usize = 60;
const MARK_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The open answers of this process, and the acknowledged ones that the store has not recorded yet.
#[derive(Default)]
pub(super) struct Answers {
    // By conference. A dropped answer removes its entry.
    open: Mutex<HashMap<String, Weak<Answer>>>,
    // Ids of operations.
    acknowledged: Mutex<HashSet<String>>,
    marking: Arc<()>,
}

impl Answers {
    /// Returns the operations whose answer was acknowledged, though the store may not have recorded it yet.
    pub fn acknowledged(&self) -> HashSet<String> {
        lock(&self.acknowledged).clone()
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
}

/// The answer to a create, shared by all callers that wait for it.
pub struct Answer {
    state: Arc<BridgeState>,
    account: u64,
    operation: String,
    conference: String,
    acknowledged: AtomicBool,
}

impl Answer {
    /// Returns the open answer for a conference, or opens one for the operation that created it.
    pub(super) fn open(state: &Arc<BridgeState>, account: u64, operation: &str, conference: &str) -> Arc<Self> {
        let mut open = lock(&state.answers.open);
        if let Some(answer) = open.get(conference).and_then(Weak::upgrade) {
            return answer;
        }
        let answer = Arc::new(Self {
            state: Arc::clone(state),
            account,
            operation: operation.to_owned(),
            conference: conference.to_owned(),
            acknowledged: AtomicBool::default(),
        });
        open.insert(answer.conference.clone(), Arc::downgrade(&answer));
        answer
    }

    /// Opens the answer of a finished operation again, for a repeat of its request. Returns `None` if the answer is
    /// already acknowledged.
    ///
    /// The caller must hold the conference's lock, so that the conference is not deleted in between.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub(super) async fn reopen(
        state: &Arc<BridgeState>,
        account: u64,
        finished: &Finished,
        conference: &str,
    ) -> Result<Option<Arc<Self>>, ApiError> {
        if finished.acknowledged {
            return Ok(None);
        }
        let answer = Self::open(state, account, &finished.id, conference);
        if finished.answer_lost {
            // Committed before any of the answer is sent, so that a crash leaves no mark that says it was lost.
            let answering = Change::AnswerReopened { operation: finished.id.clone() };
            state.store.commit_for(account, vec![answering]).await?;
        }
        Ok(Some(answer))
    }

    /// Records that the CRM received the answer. From then on no background task deletes the conference, and an equal
    /// create is a new meeting.
    pub fn acknowledge(&self) {
        if self.acknowledged.swap(true, Ordering::SeqCst) {
            return;
        }
        lock(&self.state.answers.acknowledged).insert(self.operation.clone());
        let (state, account, operation) = (Arc::clone(&self.state), self.account, self.operation.clone());
        let marking = Arc::clone(&state.answers.marking);
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                mark_acknowledged(&state, account, operation).await;
                drop(marking);
            });
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.state.answers.close(&self.conference);
        if *self.acknowledged.get_mut() {
            return;
        }
        let (state, account) = (Arc::clone(&self.state), self.account);
        let operation = std::mem::take(&mut self.operation);
        let (conference, marking) = (std::mem::take(&mut self.conference), Arc::clone(&state.answers.marking));
        // Without a runtime the process is exiting. The conference stays unmarked, so `cordboard status` shows it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                mark_lost(&state, account, operation, &conference).await;
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

async fn mark_acknowledged(state: &BridgeState, account: u64, operation: String) {
    for tries_left in (0..MARK_TRIES).rev() {
        match state.store.commit_for(account, vec![Change::AnswerAcknowledged { operation: operation.clone() }]).await {
            Ok(_) => {
                lock(&state.answers.acknowledged).remove(&operation);
                return;
            }
            Err(_) if tries_left > 0 => tokio::time::sleep(MARK_RETRY_AFTER).await,
            // This process still knows it; after a restart, `cordboard status` shows the conference.
            Err(error) => tracing::error!(operation, %error, "could not record an acknowledged answer"),
        }
    }
}

async fn mark_lost(state: &BridgeState, account: u64, operation: String, conference: &str) {
    for tries_left in (0..MARK_TRIES).rev() {
        match record_lost(state, account, &operation, conference, now()).await {
            Ok(()) => return,
            Err(_) if tries_left > 0 => {}
            Err(error) => tracing::warn!(operation, %error, "could not record a lost answer"),
        }
        tokio::time::sleep(MARK_RETRY_AFTER).await;
    }
}

/// Records an answer as lost at `at`, unless a repeat of the request may be answered with the conference, or was.
pub(super) async fn record_lost(
    state: &BridgeState,
    account: u64,
    operation: &str,
    conference: &str,
    at: u64,
) -> Result<(), StoreError> {
    let _guard = state.conference_locks.lock(conference).await;
    if state.answers.is_open(conference) || lock(&state.answers.acknowledged).contains(operation) {
        return Ok(());
    }
    let lost = Change::AnswerLost { operation: operation.to_owned(), at };
    state.store.commit_for(account, vec![lost]).await.map(drop)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
