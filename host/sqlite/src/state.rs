//! Plug state.

use cordboard_store::{Scope, StateEntry};
use rusqlite::{Connection, params};

use super::column::Ordered;
use super::fault::{Result, readable};

/// Sets an entry, replacing one with the same key. Also deletes the scope's expired entries.
pub(super) fn set(connection: &Connection, scope: &Scope, entry: &StateEntry) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM memo WHERE scope = ?1 AND expires_at < unixepoch('subsec') * 1000")?
        .execute([name(scope)])?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO memo (scope, key, value, sealed, expires_at)
             VALUES (?1, ?2, seal('memo.value', ?3, ?1, ?2), ?4, ?5)",
        )?
        .execute(params![name(scope), entry.key, entry.value, entry.captured, entry.expires_at.map(Ordered)])?;
    Ok(())
}

/// Deletes entries; missing keys are ignored.
pub(super) fn delete(connection: &Connection, scope: &Scope, keys: &[String]) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM memo WHERE scope = ?1 AND key = ?2")?;
    let scope = name(scope);
    for key in keys {
        statement.execute(params![scope, key])?;
    }
    Ok(())
}

/// Deletes all entries of a scope.
pub(super) fn clear(connection: &Connection, scope: &Scope) -> Result<()> {
    connection.prepare_cached("DELETE FROM memo WHERE scope = ?1")?.execute([name(scope)])?;
    Ok(())
}

/// Returns the entries that have not expired at `now`, by key.
pub(super) fn entries(connection: &Connection, scope: &Scope, now: u64) -> Result<Vec<StateEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT key, unseal('memo.value', value, scope, key), sealed, expires_at FROM memo
         WHERE scope = ?1 AND (expires_at IS NULL OR expires_at >= ?2) ORDER BY key",
    )?;
    let entries = statement.query_map(params![name(scope), Ordered(now)], |row| {
        let expires_at = row.get::<_, Option<Ordered>>(3)?.map(|Ordered(time)| time);
        Ok(StateEntry { key: row.get(0)?, value: row.get(1)?, captured: row.get(2)?, expires_at })
    })?;
    readable("memo", entries)
}

/// Formats a scope as text. A connection's name may be any text, so it comes last to keep scopes distinct.
fn name(scope: &Scope) -> String {
    match scope {
        Scope::Connection(id) => format!("connection/{id}"),
        Scope::App { app, account } => format!("app/{app}/{account}"),
        Scope::Operation(id) => format!("operation/{id}"),
    }
}
