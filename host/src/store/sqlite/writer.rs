//! The one thread that writes. What waits when it comes back from the disk goes into one transaction together, so
//! that many commits cost one wait for the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::apply::{self, Work};
use super::fault;
use crate::store::{Committed, Result, StoreError};

/// How many jobs may wait; one more is refused at once, which its sender hears as 503.
pub(super) const QUEUE: usize = 1024;

/// How many jobs go into one transaction at most.
pub(super) const BATCH: usize = 256;

/// The thread, and the way to it. Dropping it lets the thread finish what waits, and waits for that.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    transactions: Arc<AtomicU64>,
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Committed>>,
}

impl Writer {
    /// Starts the thread, which closes the connection when it ends.
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let transactions = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&transactions);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, jobs, &counter))
            .map_err(|error| StoreError(format!("its thread did not start: allow this user more threads ({error})")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), transactions })
    }

    /// Has work done, and returns once that is on the disk. It is done even if nobody waits for it any more.
    pub(super) async fn perform(&self, work: Work) -> Result<Committed> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        queue.try_send(Job { work, answer }).map_err(|error| match error {
            TrySendError::Full(_) => StoreError(format!(
                "it is overloaded: {QUEUE} commits wait for the disk. Send less at once, or give data-dir a \
                 faster disk"
            )),
            TrySendError::Closed(_) => ended(),
        })?;
        answered.await.map_err(|_| ended())?
    }

    /// How many transactions there were since the start.
    pub(super) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // It ends by itself; had it panicked, everybody who waited was told.
            let _ = thread.join();
        }
    }
}

fn ended() -> StoreError {
    StoreError("its writer has ended: start the process again".to_owned())
}

fn run(connection: &Connection, mut jobs: mpsc::Receiver<Job>, transactions: &AtomicU64) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        let (work, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|job| (job.work, job.answer)).unzip();
        match commit(connection, work) {
            Ok(outcomes) => {
                transactions.fetch_add(1, Ordering::Relaxed);
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

/// Does all work in one transaction. An error means that none of it was done.
fn commit(connection: &Connection, work: Vec<Work>) -> fault::Result<Vec<Result<Committed>>> {
    roll_back(connection)?;
    execute(connection, "BEGIN IMMEDIATE")?;
    let done = all(connection, work).and_then(|outcomes| execute(connection, "COMMIT").map(|()| outcomes));
    if done.is_err() {
        // Where this fails too, the next batch begins with it.
        let _ = roll_back(connection);
    }
    done
}

fn roll_back(connection: &Connection) -> fault::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { execute(connection, "ROLLBACK") }
}

fn all(connection: &Connection, work: Vec<Work>) -> fault::Result<Vec<Result<Committed>>> {
    work.into_iter().map(|work| alone(connection, work)).collect()
}

/// Does one job so that its failure, the inner result, leaves the others' work as it is. The outer error means that
/// the transaction is lost: after some errors, such as a full disk, SQLite takes all of it back.
fn alone(connection: &Connection, work: Work) -> fault::Result<Result<Committed>> {
    execute(connection, "SAVEPOINT job")?;
    let outcome = apply::work(connection, work);
    if connection.is_autocommit() {
        return outcome.map(Ok);
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")?;
    Ok(outcome.map_err(StoreError::from))
}

fn execute(connection: &Connection, statement: &str) -> fault::Result<()> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}
