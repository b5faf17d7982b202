//! State entries.

use rusqlite::{Connection, params};

use super::column::Ordered;
use super::fault::{Result, readable};
use crate::store::{Scope, StateEntry};

/// Keeps a state entry, in place of the one with its key. What has expired in its scope gives its room back.
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

/// Drops state entries; those that are not there are gone already.
pub(super) fn delete(connection: &Connection, scope: &Scope, keys: &[String]) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM memo WHERE scope = ?1 AND key = ?2")?;
    let scope = name(scope);
    for key in keys {
        statement.execute(params![scope, key])?;
    }
    Ok(())
}

/// The state entries that are there at `now`, by key.
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

/// A scope as text. The name of a connection, which may be any text, stands last, so that no two are alike.
fn name(scope: &Scope) -> String {
    match scope {
        Scope::Connection(id) => format!("connection/{id}"),
        Scope::App { app, account } => format!("app/{app}/{account}"),
    }
}
