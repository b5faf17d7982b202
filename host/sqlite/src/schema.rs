//! The schema, and the migrations from earlier versions.

use cordboard_store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use super::fault::Result;

/// The migration at index `n` leads from version `n` to the next. Released migrations never change: append new ones.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
];

/// The first version with encrypted values.
const ENCRYPTED: usize = 3;

/// Migrates a file to the current version, atomically. Returns whether there was anything to migrate.
///
/// The migration encrypts plain text of earlier versions within its SQL statements: that needs memory for one row only,
/// and never leaves a partly encrypted file.
pub(super) fn migrate(connection: &mut Connection) -> Result<bool> {
    // Migrations may recreate tables that others reference.
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(from) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len().cast_signed())?;
    transaction.commit()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(from < MIGRATIONS.len())
}

/// Returns whether a file has encrypted values and therefore needs its own key.
pub(super) fn is_encrypted(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? >= ENCRYPTED)
}

/// Fails unless the file has the current version.
pub(super) fn check_current(connection: &Connection) -> Result<()> {
    if version(connection)? < MIGRATIONS.len() {
        let why = "cordboard.db has an older format: run `cordboard serve` once to upgrade it";
        return Err(StoreError::rejected(why).into());
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(version),
        _ => Err(StoreError::rejected(format!(
            "cordboard.db has version {version}, but this program supports versions up to {}: upgrade cordboard",
            MIGRATIONS.len()
        ))
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cordboard_vault::Vault;

    use super::super::encryption;
    use super::*;

    #[test]
    fn a_migrated_file_is_current_and_keeps_its_rows() {
        let mut connection = Connection::open_in_memory().unwrap();
        encryption::attach(&connection, &Ok(Arc::new(Vault::ephemeral().unwrap()))).unwrap();
        assert!(check_current(&connection).is_err());
        migrate(&mut connection).unwrap();
        connection.execute("INSERT INTO verified_user VALUES (1, 'rooms', 'u')", []).unwrap();
        migrate(&mut connection).unwrap();
        check_current(&connection).unwrap();
        let stored: i64 = connection.query_row("SELECT count(*) FROM verified_user", [], |row| row.get(0)).unwrap();
        assert_eq!(stored, 1);
    }

    #[test]
    fn a_file_of_a_newer_version_is_not_touched() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 1000).unwrap();
        let why = migrate(&mut connection).unwrap_err().to_string();
        assert!(why.contains("version 1000"), "{why}");
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }
}
