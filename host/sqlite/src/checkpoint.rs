//! Checkpoints the write-ahead log on a thread of its own, so that no commit waits for most of that work.
//!
//! SQLite starts the log over only once all of its pages are in the database, which never happens while the writer
//! appends more. So the thread copies the pages that it finds, and the writer copies the few that were added during
//! that time.

use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use cordboard_store::Result;
use rusqlite::Connection;

use super::fault;
use super::writer::start_thread;

/// The number of pages in the log that starts a checkpoint: SQLite's default.
const MIN_PAGES: i32 = 1000;

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
    Copying,
    /// Only the pages that were added during the checkpoint are left, which the writer copies.
    CatchingUp,
    /// The store was dropped.
    Stopped,
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
        let thread = start_thread("checkpoint", move || of_thread.run(&connection))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Shared {
    /// Records that the log has `pages` pages after a commit. Returns whether the writer must copy the remaining ones.
    fn committed(&self, pages: i32) -> bool {
        let mut stage = self.stage();
        match *stage {
            Stage::Idle if pages >= MIN_PAGES => {
                *stage = Stage::Copying;
                self.changed.notify_one();
                false
            }
            Stage::CatchingUp => {
                *stage = Stage::Idle;
                true
            }
            Stage::Idle | Stage::Copying | Stage::Stopped => false,
        }
    }

    fn run(&self, connection: &Connection) {
        let mut is_failing = false;
        let mut stage = self.stage();
        loop {
            match *stage {
                Stage::Stopped => return,
                Stage::Copying => {
                    drop(stage);
                    let is_busy =
                        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, bool>(0));
                    log_changes(&mut is_failing, &is_busy);
                    stage = self.stage();
                    if *stage == Stage::Copying {
                        // Busy: another process is copying the pages.
                        *stage = if is_busy.is_ok_and(|is_busy| !is_busy) { Stage::CatchingUp } else { Stage::Idle };
                    }
                }
                Stage::Idle | Stage::CatchingUp => {
                    stage = self.changed.wait(stage).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs when checkpoints begin to fail and when they succeed again, but not each failure: the next commit starts another
/// attempt.
fn log_changes(is_failing: &mut bool, result: &rusqlite::Result<bool>) {
    let was_failing = mem::replace(is_failing, result.is_err());
    match result {
        Err(error) if !was_failing => tracing::warn!(%error, "checkpoints fail; retrying after each commit"),
        Ok(_) if was_failing => tracing::info!("checkpoints succeed again"),
        _ => {}
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        *self.shared.stage() = Stage::Stopped;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;

    /// Counts log lines.
    struct LineCounter(Arc<AtomicUsize>);

    impl Subscriber for LineCounter {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

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
    #[test]
    fn only_changes_between_success_and_failure_are_logged() {
        let lines = Arc::new(AtomicUsize::new(0));
        tracing::subscriber::with_default(LineCounter(Arc::clone(&lines)), || {
            let mut is_failing = false;
            let mut logged = |result: rusqlite::Result<bool>| {
                log_changes(&mut is_failing, &result);
                lines.swap(0, Ordering::Relaxed)
            };
            let failed = || Err(rusqlite::Error::InvalidQuery);
            assert_eq!([logged(Ok(false)), logged(failed()), logged(failed()), logged(failed())], [0, 1, 0, 0]);
            assert_eq!([logged(Ok(true)), logged(Ok(false)), logged(failed())], [1, 0, 1]);
        });
    }
}
