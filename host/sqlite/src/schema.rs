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
    include_str!("migrations/7.sql"),
    include_str!("migrations/8.sql"),
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

    use super::super::{encryption, operations};
    use super::*;

    #[test]
    fn a_migrated_file_is_current_and_keeps_its_rows() {
        let mut connection = Connection::open_in_memory().unwrap();
        encryption::attach(&connection, &Ok(Arc::new(Vault::ephemeral().unwrap()))).unwrap();
        assert!(check_current(&connection).is_err());
        migrate(&mut connection).unwrap();
        connection.execute("INSERT INTO verified_user VALUES ('1', 'rooms', 'u')", []).unwrap();
        migrate(&mut connection).unwrap();
        check_current(&connection).unwrap();
        let stored: i64 = connection.query_row("SELECT count(*) FROM verified_user", [], |row| row.get(0)).unwrap();
        assert_eq!(stored, 1);
    }

    #[test]
    fn repeats_of_earlier_operations_can_be_recorded() {
        let mut connection = Connection::open_in_memory().unwrap();
        encryption::attach(&connection, &Ok(Arc::new(Vault::ephemeral().unwrap()))).unwrap();
        for migration in &MIGRATIONS[..7] {
            connection.execute_batch(migration).unwrap();
        }
        connection.pragma_update(None, "user_version", 7).unwrap();
        connection
            .execute(
                "INSERT INTO operation (id, kind, account, connection, plug, input, started_at)
                 VALUES ('o', 'create', '1', 'rooms', 'p', x'', 1)",
                [],
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        operations::repeat_answer(&connection, "o", "r").unwrap();
        let stored: i64 = connection.query_row("SELECT count(*) FROM repeat", [], |row| row.get(0)).unwrap();
        assert_eq!(stored, 1);
    }

    #[test]
    fn ids_that_were_numbers_become_text() {
        let mut connection = Connection::open_in_memory().unwrap();
        encryption::attach(&connection, &Ok(Arc::new(Vault::ephemeral().unwrap()))).unwrap();
        for migration in &MIGRATIONS[..6] {
            connection.execute_batch(migration).unwrap();
        }
        connection.pragma_update(None, "user_version", 6).unwrap();
        connection
            .execute_batch(
                "INSERT INTO conference VALUES
                     (5, 'c', 'l', 54321, 123, 'rooms', 'p', x'', x'', -1, x'', x'', 0, -1, 1, NULL);
                 INSERT INTO serving VALUES (0, '54321', 1, NULL, 'p', 'c', 0), (123, 'rooms', 1, NULL, 'p', 'c', 0);
                 INSERT INTO ingest_key VALUES
                     (123, 'rooms', seal('ingest_key.key', 'key', 123, 'rooms'), x'01'), (124, 'rooms', x'ff', x'02');
                 INSERT INTO difference VALUES (1, 123, 'rooms', 2, 'o', 'create', 0,
                     seal('difference.live', 'live', 123, 'rooms', 2, 'o'),
                     seal('difference.other', 'other', 123, 'rooms', 2, 'o'), 9);
                 INSERT INTO event (delivery, account, connection, route, dedupe_key, received_at, event)
                     VALUES ('d', 123, 'rooms', 'r', '1', 1, '{}'), ('d', 123, 'rooms', 'r', '2', 1, '{}');
                 DELETE FROM event WHERE sequence = 2;
                 INSERT INTO audit (at, who, what, account, target, \"from\", \"to\")
                     VALUES (1, '', '', NULL, '', '', ''), (1, '', '', 123, '', '', '');",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let all = |query: &str| -> Vec<String> {
            let mut statement = connection.prepare(query).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>();
            rows.unwrap()
        };
        let ids = all("SELECT app || ' ' || account || ' ' || user_id || ' ' || ends_at FROM conference");
        assert_eq!(ids, ["54321 123 18446744073709551615 -1"]);
        assert_eq!(all("SELECT account || '/' || connection FROM serving"), ["/54321", "123/rooms"]);
        let keys = "SELECT CAST(unseal('ingest_key.key', key, account, connection) AS TEXT) FROM ingest_key";
        assert_eq!(all(keys), ["key", "0"], "what cannot be read stays so");
        let difference = "unseal('difference.live', live, account, connection, candidate, operation) || ' ' ||
             unseal('difference.other', other, account, connection, candidate, operation)";
        assert_eq!(all(&format!("SELECT {difference} FROM difference")), ["live other"]);
        assert_eq!(all("SELECT COALESCE(account, 'all') FROM audit"), ["all", "123"]);
        connection
            .execute(
                "INSERT INTO event (delivery, account, connection, route, dedupe_key, received_at, event)
                 VALUES ('d', 'a', 'rooms', 'r', '3', 1, '{}')",
                [],
            )
            .unwrap();
        assert_eq!(all("SELECT CAST(max(sequence) AS TEXT) FROM event"), ["3"], "numbers of events are not reused");
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
