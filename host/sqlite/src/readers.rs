//! A pool of read-only connections.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cordboard_store::{Result, StoreError};
use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::connection;
use super::encryption::Key;
use super::fault;

/// The maximum number of concurrent queries.
const MAX_READERS: usize = 4;

/// How long a query waits for a free reader.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// A small pool that opens connections on demand.
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
    /// Opens a first connection, which checks that the file is readable.
    pub(super) fn open(database: PathBuf, key: Key) -> Result<Self> {
        let first = connection::reading(&database, &key)?;
        let idle = Arc::new(Idle { database, key, connections: Mutex::new(vec![first]) });
        Ok(Self { idle, permits: Arc::new(Semaphore::new(MAX_READERS)) })
    }

    /// Runs a query on a blocking thread.
    pub(super) async fn query<T, Q>(&self, query: Q) -> Result<T>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> fault::Result<T> + Send + 'static,
    {
        let permit = timeout(READER_TIMEOUT, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            let seconds = READER_TIMEOUT.as_secs();
            return Err(StoreError::unavailable(format!("overloaded: no reader became free within {seconds} seconds")));
        };
        let idle = Arc::clone(&self.idle);
        let answer = spawn_blocking(move || {
            // The caller may be gone by now, so the permit is held until the connection is back.
            let _permit = permit;
            idle.query(query)
        });
        answer.await.map_err(|_| StoreError::unavailable("query interrupted: the process is shutting down"))?
    }
}

impl Idle {
    fn query<T>(&self, query: impl FnOnce(&Connection) -> fault::Result<T>) -> Result<T> {
        let idle = self.connections().pop();
        let connection = idle.map_or_else(|| connection::reading(&self.database, &self.key), Ok)?;
        // A connection that fails is closed, and the next query opens a new one.
        let answer = query(&connection)?;
        self.connections().push(connection);
        Ok(answer)
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
