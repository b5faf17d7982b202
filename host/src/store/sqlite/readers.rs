//! Connections that read, each used by one question at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::connection;
use super::encryption::Key;
use super::fault;
use crate::store::{Result, StoreError};

/// How many questions are answered at once.
const READERS: usize = 4;

/// How long a question waits for its turn.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// A small pool; connections are opened as they are needed.
pub(super) struct Readers {
    idle: Arc<Idle>,
    permits: Arc<Semaphore>,
}

struct Idle {
    database: PathBuf,
    key: Key,
    connections: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Opens a first connection, to see that the file can be read.
    pub(super) fn open(database: PathBuf, key: Key) -> Result<Self> {
        let first = connection::reading(&database, &key)?;
        let idle = Arc::new(Idle { database, key, connections: Mutex::new(vec![first]) });
        Ok(Self { idle, permits: Arc::new(Semaphore::new(READERS)) })
    }

    /// Asks on a thread where waiting for the disk holds nobody up.
    pub(super) async fn ask<T, Q>(&self, question: Q) -> Result<T>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> fault::Result<T> + Send + 'static,
    {
        let permit = timeout(READER_TIMEOUT, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            let seconds = READER_TIMEOUT.as_secs();
            return Err(StoreError(format!("it is overloaded: no reader was free for {seconds} seconds")));
        };
        let idle = Arc::clone(&self.idle);
        let answer = spawn_blocking(move || {
            // Whoever asked may be gone by now; the turn ends only when the connection is back.
            let _permit = permit;
            idle.ask(question)
        });
        answer.await.map_err(|_| StoreError("a question was broken off: the process is ending".to_owned()))?
    }
}

impl Idle {
    fn ask<T>(&self, question: impl FnOnce(&Connection) -> fault::Result<T>) -> Result<T> {
        let idle = self.connections().pop();
        let connection = idle.map_or_else(|| connection::reading(&self.database, &self.key), Ok)?;
        // A connection that failed is closed, and the next question opens a fresh one.
        let answer = question(&connection)?;
        self.connections().push(connection);
        Ok(answer)
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
