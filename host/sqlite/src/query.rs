//! Runs statements.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::fault::{Result, is_unreadable};

/// Returns the only row of a query, if there is one.
pub(super) fn row<T>(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    Ok(connection.prepare_cached(query)?.query_one(parameters, read).optional()?)
}

/// Returns the only row of a query that always has one.
pub(super) fn one<T>(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<T> {
    Ok(connection.prepare_cached(query)?.query_one(parameters, read)?)
}

/// Returns all rows of a query.
pub(super) fn rows<T>(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(query)?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns all readable rows of a query. Logs and skips a record that cannot be read, so that it does not hide the others.
pub(super) fn readable_rows<T>(
    connection: &Connection,
    table: &str,
    query: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(query)?;
    let mut records = Vec::new();
    for record in statement.query_map(parameters, read)? {
        match record {
            Ok(record) => records.push(record),
            Err(error) if is_unreadable(&error) => tracing::error!(table, "record cannot be read; skipping it"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(records)
}

/// Returns whether a query has a row.
pub(super) fn exists(connection: &Connection, query: &str, parameters: impl Params) -> Result<bool> {
    Ok(connection.prepare_cached(query)?.exists(parameters)?)
}

/// Executes a statement, and returns the number of rows that it changed.
pub(super) fn execute(connection: &Connection, statement: &str, parameters: impl Params) -> Result<usize> {
    Ok(connection.prepare_cached(statement)?.execute(parameters)?)
}
