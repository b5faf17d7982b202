//! Connections to the file, one that writes and several that read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::encryption::{self, Key};
use super::fault::{Fault, Result};
use super::schema;
use crate::vault::Vault;

/// How long to wait for another process that holds the file, a backup for instance.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More than there are different statements.
const STATEMENTS: usize = 64;

/// Opens the file for the one that writes, with the key of its directory, and brings it up to date.
pub(super) fn writing(database: &Path, data_dir: &Path) -> Result<(Connection, Key)> {
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
    // A token that is forgotten is overwritten too.
    connection.pragma_update(None, "secure_delete", true)?;
    // After a burst the log gives its space back.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // Another key in place of one that is missing would read nothing.
    let vault = if schema::is_encrypted(&connection)? { Vault::existing(data_dir) } else { Vault::open(data_dir) };
    let key = Ok(Arc::new(vault.map_err(|error| Fault::Refused(error.0))?));
    encryption::attach(&connection, &key)?;
    if schema::migrate(&mut connection)? {
        // What stood there in plain text is overwritten in the file too, not only in its log. A reader beside it may keep
        // the log as it is until the last of us closes it.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    if !encryption::fits(&connection)? {
        return Err(Fault::Refused(encryption::foreign().0));
    }
    Ok((connection, key))
}

/// Opens the file for reading, beside whoever writes. Without the file's own key, what is not sealed can be read.
pub(super) fn reading(database: &Path, key: &Key) -> Result<Connection> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::check_current(&connection)?;
    encryption::attach(&connection, key)?;
    if key.is_ok() && !encryption::fits(&connection)? {
        encryption::attach(&connection, &Err(encryption::foreign()))?;
    }
    Ok(connection)
}

fn open(database: &Path, access: OpenFlags) -> Result<Connection> {
    // Each connection is used by one thread at a time, so SQLite's own locks would be for nothing.
    let connection = Connection::open_with_flags(database, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // What is sealed in the file must not stand in plain text in a temporary one, where much is sorted.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
