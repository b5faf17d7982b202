//! The tables, and how files of earlier versions come to have them.

use rusqlite::{Connection, TransactionBehavior};

use super::fault::{Fault, Result};

/// Each leads from the version that is its index to the next. What was released is never changed: add to the end.
const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql"), include_str!("migrations/2.sql")];

/// Brings a file up to date, wholly or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(from) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len().cast_signed())?;
    Ok(transaction.commit()?)
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
    use super::*;

    #[test]
    fn a_migrated_file_is_current_and_stays_so() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert!(check_current(&connection).is_err());
        migrate(&mut connection).unwrap();
        connection.execute("INSERT INTO verified_user VALUES (1, 'rooms', 'u')", []).unwrap();
        migrate(&mut connection).unwrap();
        check_current(&connection).unwrap();
        let kept: i64 = connection.query_row("SELECT count(*) FROM verified_user", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 1);
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
