//! Plug state.

use cordboard_store::{Scope, StateEntry};
use rusqlite::{Connection, params};

use super::column::Ordered;
use super::fault::Result;
use super::query;

/// Sets an entry, replacing one with the same key. Also deletes the scope's expired entries.
pub(super) fn set(connection: &Connection, scope: &Scope, entry: &StateEntry) -> Result<()> {
    let delete = "DELETE FROM memo WHERE scope = ?1 AND expires_at < unixepoch('subsec') * 1000";
    query::execute(connection, delete, [name(scope)])?;
    let upsert = "INSERT OR REPLACE INTO memo (scope, key, value, sealed, expires_at)
         VALUES (?1, ?2, seal('memo.value', ?3, ?1, ?2), ?4, ?5)";
    let values = params![name(scope), entry.key, entry.value, entry.captured, entry.expires_at.map(Ordered)];
    query::execute(connection, upsert, values).map(drop)
}

/// Deletes entries; missing keys are ignored.
pub(super) fn delete(connection: &Connection, scope: &Scope, keys: &[String]) -> Result<()> {
    let scope = name(scope);
    for key in keys {
        query::execute(connection, "DELETE FROM memo WHERE scope = ?1 AND key = ?2", [&scope, key])?;
    }
    Ok(())
}

/// Deletes all entries of a scope.
pub(super) fn clear(connection: &Connection, scope: &Scope) -> Result<()> {
    query::execute(connection, "DELETE FROM memo WHERE scope = ?1", [name(scope)]).map(drop)
}

/// Returns the entries that have not expired at `now`, by key.
pub(super) fn entries(connection: &Connection, scope: &Scope, now: u64) -> Result<Vec<StateEntry>> {
    let query = "SELECT key, unseal('memo.value', value, scope, key), sealed, expires_at FROM memo
         WHERE scope = ?1 AND (expires_at IS NULL OR expires_at >= ?2) ORDER BY key";
    query::readable_rows(connection, "memo", query, params![name(scope), Ordered(now)], |row| {
        let expires_at = row.get::<_, Option<Ordered>>(3)?.map(|Ordered(time)| time);
        Ok(StateEntry { key: row.get(0)?, value: row.get(1)?, captured: row.get(2)?, expires_at })
    })
}

/// Formats a scope as text. A connection's name may be any text, so it comes last to keep scopes distinct.
fn name(scope: &Scope) -> String {
    match scope {
        Scope::Connection(id) => format!("connection/{id}"),
        Scope::App { app, account } => format!("app/{app}/{account}"),
        Scope::Operation(id) => format!("operation/{id}"),
    }
}
