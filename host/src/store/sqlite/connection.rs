//! Connections to the file, one that writes and several that read.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, Result};
use super::schema;

/// How long to wait for another process that holds the file, a backup for instance.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than there are different statements.
const STATEMENTS: usize = 64;

/// Opens the file for the one that writes, and brings it up to date.
pub(super) fn writing(database: &Path) -> Result<Connection> {
    let mut connection = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        let why = "data-dir is on a file system without shared memory, where readers cannot run beside the one that \
                   writes: put it on a local disk";
        return Err(Fault::Refused(why.to_owned()));
    }
    // Every commit reaches the disk before it is answered: 2xx survives a loss of power. `fullfsync` is what that
    // takes on macOS, and nothing elsewhere.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A token that is forgotten is overwritten too.
    connection.pragma_update(None, "secure_delete", true)?;
    // After a burst the log gives its space back.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Opens the file for reading, beside whoever writes.
pub(super) fn reading(database: &Path) -> Result<Connection> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::check_current(&connection)?;
    Ok(connection)
}

fn open(database: &Path, access: OpenFlags) -> Result<Connection> {
    // Each connection is used by one thread at a time, so SQLite's own locks would be for nothing.
    let connection = Connection::open_with_flags(database, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
