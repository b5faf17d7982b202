//! Runs queries.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::fault::Result;

/// Returns the only row of a query, if there is one.
pub(super) fn row<T>(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    Ok(connection.prepare_cached(query)?.query_one(parameters, read).optional()?)
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
