//! Ingest keys and verified users of connections.

use cordboard_store::ConnectionId;
use rusqlite::{Connection, params};

use super::fault::Result;
use super::query;
use super::usage::{Usage, size};

/// Stores an encrypted ingest key unless the connection has one. Fails if another connection has the same key.
pub(super) fn put_ingest_key(connection: &Connection, id: &ConnectionId, fresh: &str) -> Result<()> {
    let insert = "INSERT INTO ingest_key (account, connection, key, fingerprint)
         VALUES (?1, ?2, seal('ingest_key.key', ?3, ?1, ?2), fingerprint('ingest_key.key', ?3))
         ON CONFLICT (account, connection) DO NOTHING";
    let inserted = query::execute(connection, insert, params![id.account.as_str(), id.name, fresh]);
    inserted.map(drop).map_err(|fault| fault.of_insert("the ingest key"))
}

/// Returns the stored ingest key.
pub(super) fn ingest_key(connection: &Connection, id: &ConnectionId) -> Result<Option<String>> {
    let query = "SELECT unseal('ingest_key.key', key, account, connection) FROM ingest_key
         WHERE account = ?1 AND connection = ?2";
    query::row(connection, query, params![id.account.as_str(), id.name], |row| row.get(0))
}

/// Records the id of a verified user.
pub(super) fn verified_user(connection: &Connection, id: &ConnectionId, user: &str, usage: &mut Usage) -> Result<()> {
    let insert = format!("INSERT OR IGNORE INTO verified_user VALUES (?1, ?2, ?3) RETURNING {}", size::VERIFIED_USER);
    let key = params![id.account.as_str(), id.name, user];
    let stored: Option<i64> = query::row(connection, &insert, key, |row| row.get(0))?;
    usage.add(&id.account, stored.unwrap_or_default());
    Ok(())
}

/// Returns whether the id of a user is recorded.
pub(super) fn is_verified_user(connection: &Connection, id: &ConnectionId, user: &str) -> Result<bool> {
    let query = "SELECT 1 FROM verified_user WHERE account = ?1 AND connection = ?2 AND id = ?3";
    query::exists(connection, query, params![id.account.as_str(), id.name, user])
}
