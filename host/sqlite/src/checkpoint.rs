//! Checkpoints the write-ahead log on a thread of its own, so that no commit waits for most of that work.
//!
//! SQLite starts the log over only once all of its pages are in the database, which never happens while the writer
//! appends more. So the thread copies the pages that it finds, and the writer copies the few that were added during
//! that time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use cordboard_store::{Result, StoreError};
use rusqlite::Connection;

use super::fault;

/// The number of pages in the log that starts a checkpoint: SQLite's default.
const PAGES: i32 = 1000;

/// A handle to the checkpoint thread. Dropping it waits for the thread.
pub(super) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    stage: Mutex<Stage>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The log is short.
    Idle,
    /// The thread copies pages.
    Moving,
    /// Only the pages that were added during the checkpoint are left.
    AlmostDone,
    /// The store was dropped.
    Ended,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own, for the log that `writer` appends to.
    pub fn start(connection: Connection, writer: &mut Connection) -> Result<Self> {
        let shared = Arc::new(Shared { stage: Mutex::new(Stage::Idle), changed: Condvar::new() });
        let hook = Arc::clone(&shared);
        // Replaces SQLite's own hook, which would checkpoint on the writer's thread.
        let hooked = writer.wal_hook(Some(move |wal: &mut rusqlite::hooks::Wal, pages| {
            if hook.committed(pages) {
                // If it fails, the next commit starts over.
                let _ = wal.checkpoint();
            }
            Ok(())
        }));
        hooked.map_err(fault::Fault::from)?;
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || of_thread.run(&connection))
            .map_err(|error| {
                StoreError::unavailable(format!(
                    "cannot start the checkpoint thread: let this user run more threads ({error})"
                ))
                .with_source(error)
            })?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Shared {
    /// Records that the log has `pages` pages after a commit. Returns whether the writer must copy the remaining ones.
    fn committed(&self, pages: i32) -> bool {
        let mut stage = self.stage();
        match *stage {
            Stage::Idle if pages >= PAGES => {
                *stage = Stage::Moving;
                self.changed.notify_one();
                false
            }
            Stage::AlmostDone => {
                *stage = Stage::Idle;
                true
            }
            Stage::Idle | Stage::Moving | Stage::Ended => false,
        }
    }

    fn run(&self, connection: &Connection) {
        let mut stage = self.stage();
        loop {
            match *stage {
                Stage::Ended => return,
                Stage::Moving => {
                    drop(stage);
                    let is_busy =
                        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, bool>(0));
                    stage = self.stage();
                    if let Err(error) = &is_busy {
                        tracing::warn!(%error, "checkpoint failed; retrying after a later commit");
                    }
                    if *stage == Stage::Moving {
                        // Busy: another process is moving the pages.
                        *stage = if is_busy.is_ok_and(|is_busy| !is_busy) { Stage::AlmostDone } else { Stage::Idle };
                    }
                }
                Stage::Idle | Stage::AlmostDone => {
                    stage = self.changed.wait(stage).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        *self.shared.stage() = Stage::Ended;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use super::*;

    fn open(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
        connection
    }

    fn len(path: &Path) -> u64 {
        std::fs::metadata(path).map_or(0, |file| file.len())
    }

    #[test]
    fn the_log_stays_short_while_commits_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut writer = open(&path);
        writer.execute_batch("CREATE TABLE page (content BLOB)").unwrap();
        let checkpointer = Checkpointer::start(open(&path), &mut writer).unwrap();
        let started = Instant::now();
        while len(&path) < 40 << 20 {
            assert!(started.elapsed() < Duration::from_secs(60), "pages do not reach the database");
            for _ in 0..100 {
                writer.execute("INSERT INTO page VALUES (randomblob(16000))", []).unwrap();
            }
        }
        let log = len(&folder.path().join("a.db-wal"));
        assert!(log < 20 << 20, "the log has {log} bytes");
        drop(checkpointer);
    }
}
