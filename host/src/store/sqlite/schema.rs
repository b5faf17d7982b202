//! The tables, and how files of earlier versions come to have them.

use rusqlite::{Connection, TransactionBehavior};

use super::fault::{Fault, Result};

/// Each leads from the version that is its index to the next. What was released is never changed: add to the end.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
];

/// The version from which on a file has values that are sealed.
const ENCRYPTED: usize = 3;

/// Brings a file up to date, wholly or not at all; true where there was something to do. What earlier versions kept in
/// plain text is sealed within the statements of the migration: of all ways this is the smallest, it needs no more memory
/// than a row, and leaves no file that is sealed in part.
pub(super) fn migrate(connection: &mut Connection) -> Result<bool> {
    // Tables that others refer to may be made anew.
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

/// Whether a file has values that are sealed, so that it belongs to a key.
pub(super) fn is_encrypted(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? >= ENCRYPTED)
}

/// Refuses a file that would have to be brought up to date first.
pub(super) fn check_current(connection: &Connection) -> Result<()> {
    if version(connection)? < MIGRATIONS.len() {
        let why = "cordboard.db is of an earlier version: start `cordboard serve` once, which brings it up to date";
        return Err(Fault::Refused(why.to_owned()));
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(version),
        _ => Err(Fault::Refused(format!(
            "cordboard.db is of version {version}, this program knows {} and earlier: run the newer program",
            MIGRATIONS.len()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::encryption;
    use super::*;
    use crate::vault::Vault;

    #[test]
    fn a_migrated_file_is_current_and_stays_so() {
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
    fn a_file_of_a_newer_program_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 1000).unwrap();
        let Err(Fault::Refused(why)) = migrate(&mut connection) else { panic!("migrated") };
        assert!(why.contains("version 1000"), "{why}");
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }
}
