//! Opens connections to the database: one that writes, one for checkpoints, and several that read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cordboard_store::StoreError;
use cordboard_vault::{Vault, VaultError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::encryption::{self, Key};
use super::fault::Result;
use super::schema;

/// How long to wait for another process that locks the file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Larger than the number of distinct statements.
const STATEMENTS: usize = 64;

/// Opens the writing connection with the directory's key, and migrates the database.
pub(super) fn writing(database: &Path, data_dir: &Path) -> Result<(Connection, Key)> {
    let mut connection = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        let why = "data-dir is on a file system without shared memory, which concurrent readers need: \
                   put it on a local disk";
        return Err(StoreError::rejected(why).into());
    }
    sync_commits(&connection)?;
    // Overwrite deleted tokens.
    connection.pragma_update(None, "secure_delete", true)?;
    // Shrink the log after a burst.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // A new key in place of a missing one could not decrypt anything.
    let is_encrypted = schema::is_encrypted(&connection)?;
    let vault = if is_encrypted { Vault::existing(data_dir) } else { Vault::open(data_dir) };
    let key = Ok(Arc::new(vault?));
    encryption::attach(&connection, &key)?;
    // Before the migration, which encrypts some values again.
    if is_encrypted && !encryption::fits(&connection)? {
        return Err(VaultError::WrongKey.into());
    }
    if schema::migrate(&mut connection)? {
        // Overwrite former plain text in the file too, not only in its log. A concurrent reader may keep the log in
        // place until the last connection closes it.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok((connection, key))
}

/// Opens another connection to a migrated database, for checkpoints.
pub(super) fn checkpointing(database: &Path) -> Result<Connection> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    sync_commits(&connection)?;
    Ok(connection)
}

/// A commit must be on disk before it is acknowledged, so that a 2xx survives a power failure. On macOS that takes
/// `fullfsync`, which has no effect elsewhere.
fn sync_commits(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(())
}

/// Opens a reading connection. Without the file's own key, only unencrypted values can be read.
pub(super) fn reading(database: &Path, key: &Key) -> Result<Connection> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::check_current(&connection)?;
    encryption::attach(&connection, key)?;
    if key.is_ok() && !encryption::fits(&connection)? {
        encryption::attach(&connection, &Err(VaultError::WrongKey))?;
    }
    Ok(connection)
}

fn open(database: &Path, access: OpenFlags) -> Result<Connection> {
    // Each connection is used by one thread at a time, so SQLite's own mutexes are unnecessary.
    let connection = Connection::open_with_flags(database, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Large sorts must not spill decrypted values to a temporary file.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite prepares a cached statement again whenever a changed parameter could affect its plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}
