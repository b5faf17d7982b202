//! The writer thread. All work that queues up during a commit goes into the next transaction, so concurrent commits
//! share one disk sync. Accounts take turns ([`super::queue`]).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use cordboard_core::AccountId;
use cordboard_store::{Committed, Result, StoreError, StoreErrorKind};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::apply::{self, Work};
use super::checkpoint::Checkpointer;
use super::fault::{self, Fault};
use super::query;
use super::queue::{Queue, QueueFull, QueueLimits};
use super::usage::{StoredBytes, Usage};

/// The limits of the queue and of a transaction. In the time of one sync, a disk writes about ten megabytes of a
/// transaction, so bytes rather than jobs make a transaction slow.
pub(super) const LIMITS: QueueLimits = QueueLimits {
    quantum: 128 << 10,
    batch_jobs: 256,
    batch_bytes: 1 << 20,
    account_jobs: 1024,
    account_bytes: 16 << 20,
    total_bytes: 128 << 20,
};

/// A handle to the writer thread. Dropping it waits until the thread has finished all queued work.
pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Committed>>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    more: Condvar,
    transactions: AtomicU64,
    stored: StoredBytes,
}

struct Waiting {
    queue: Queue<Option<AccountId>, Job>,
    /// Whether new jobs are rejected, because the store was dropped or the thread has stopped.
    stopped: bool,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for jobs and returns the next batch; an empty batch means that the store was dropped and all work is done.
    fn next(&self) -> Vec<Job> {
        let mut waiting = self.waiting();
        while waiting.queue.is_empty() && !waiting.stopped {
            waiting = self.more.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.queue.next_batch()
    }
}

impl Writer {
    /// Starts the thread, which closes the connection when it ends. `checkpoints` is another connection to the file.
    pub(super) fn start(mut connection: Connection, checkpoints: Connection) -> Result<Self> {
        let stored = StoredBytes::read(&connection)?;
        let checkpointer = Checkpointer::start(checkpoints, &mut connection)?;
        let waiting = Mutex::new(Waiting { queue: Queue::new(LIMITS), stopped: false });
        let shared = Arc::new(Shared { waiting, more: Condvar::new(), transactions: AtomicU64::new(0), stored });
        let of_thread = CloseOnDrop(Arc::clone(&shared));
        let thread = start_thread("writer", move || {
            run(&connection, &of_thread.0);
            // The last connection to close the file removes its log.
            drop(checkpointer);
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Performs work and returns once it is on disk. The work is done even if the caller stops waiting.
    pub(super) async fn perform(&self, account: Option<AccountId>, work: Work) -> Result<Committed> {
        let (answer, answered) = oneshot::channel();
        {
            let mut waiting = self.shared.waiting();
            if waiting.stopped {
                return Err(stopped(StoreErrorKind::Rejected));
            }
            let bytes = work.bytes();
            let pushed = waiting.queue.push(account.clone(), bytes, Job { work, answer });
            pushed.map_err(|full| overloaded(full, account.as_ref()))?;
        }
        self.shared.more.notify_one();
        // The thread may have stopped before or after the commit.
        answered.await.map_err(|_| stopped(StoreErrorKind::Unknown))?
    }

    /// Returns the number of transactions since the start.
    pub(super) fn transactions(&self) -> u64 {
        self.shared.transactions.load(Ordering::Relaxed)
    }

    /// Returns the number of bytes that an account has stored.
    pub(super) fn stored_bytes(&self, account: &AccountId) -> u64 {
        self.shared.stored.get(account)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.waiting().stopped = true;
        self.shared.more.notify_one();
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, its callers already have an error.
            let _ = thread.join();
        }
    }
}

/// Closes the queue when the thread ends, so that no caller waits for a thread that panicked.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        waiting.stopped = true;
        while !waiting.queue.is_empty() {
            waiting.queue.next_batch();
        }
    }
}

/// Starts a thread of the store.
pub(super) fn start_thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new().name(format!("store-{name}")).spawn(run).map_err(|error| {
        StoreError::unavailable(format!("cannot start the {name} thread: let this user run more threads ({error})"))
            .with_source(error)
    })
}

fn stopped(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "the writer thread has stopped: restart the process")
}

fn overloaded(full: QueueFull, account: Option<&AccountId>) -> StoreError {
    let whose = match (full, account) {
        (QueueFull::Account, Some(account)) => format!("the write queue of account {account} is full"),
        (QueueFull::Account, None) => "the write queue for work without an account is full".to_owned(),
        (QueueFull::Total, _) => "the write queue is full".to_owned(),
    };
    StoreError::unavailable(format!("overloaded ({whose}): send less at once, or put data-dir on a faster disk"))
}

fn run(connection: &Connection, shared: &Shared) {
    loop {
        let batch = shared.next();
        if batch.is_empty() {
            return;
        }
        let (work, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|job| (job.work, job.answer)).unzip();
        match commit(connection, work) {
            Ok((outcomes, usage)) => {
                shared.transactions.fetch_add(1, Ordering::Relaxed);
                shared.stored.add(&usage);
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    let _ = answer.send(outcome);
                }
            }
            Err(fault) => {
                let error = StoreError::from(fault);
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
    }
}

type Outcomes = Vec<Result<Committed>>;

/// Performs a batch in one transaction. On error, none of it is done, except as [`Fault::of_commit`] says.
fn commit(connection: &Connection, work: Vec<Work>) -> fault::Result<(Outcomes, Usage)> {
    roll_back(connection)?;
    execute(connection, "BEGIN IMMEDIATE")?;
    let committed = || execute(connection, "COMMIT").map_err(Fault::of_commit);
    let done = perform_all(connection, work).and_then(|done| committed().map(|()| done));
    if done.is_err() {
        // If the rollback fails, the next batch starts with another attempt.
        let _ = roll_back(connection);
    }
    done
}

fn roll_back(connection: &Connection) -> fault::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { execute(connection, "ROLLBACK") }
}

fn perform_all(connection: &Connection, work: Vec<Work>) -> fault::Result<(Outcomes, Usage)> {
    let mut usage = Usage::default();
    let outcomes = match <[Work; 1]>::try_from(work) {
        // A single job needs no savepoint, for which SQLite would copy every page that it changes.
        Ok([work]) => vec![Ok(apply::perform(connection, work, &mut usage)?)],
        Err(work) => work
            .into_iter()
            .map(|work| perform_in_savepoint(connection, work, &mut usage))
            .collect::<fault::Result<_>>()?,
    };
    usage.write(connection)?;
    Ok((outcomes, usage))
}

/// Performs one job in a savepoint. Its failure, the inner result, does not affect the other jobs. The outer error
/// means that the whole transaction is lost: SQLite rolls it back after some errors, such as a full disk.
fn perform_in_savepoint(connection: &Connection, work: Work, usage: &mut Usage) -> fault::Result<Result<Committed>> {
    execute(connection, "SAVEPOINT job")?;
    let mut of_job = Usage::default();
    let outcome = apply::perform(connection, work, &mut of_job);
    if connection.is_autocommit() {
        return outcome.map(Ok);
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO job")?;
    } else {
        usage.merge(&of_job);
    }
    execute(connection, "RELEASE job")?;
    Ok(outcome.map_err(StoreError::from))
}

fn execute(connection: &Connection, statement: &str) -> fault::Result<()> {
    query::execute(connection, statement, []).map(drop)
}
