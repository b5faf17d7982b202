//! A commit that only checks whether commits succeed.

use rusqlite::{Connection, params};

use super::column::count;
use super::fault::Result;
use super::query;

/// More than an ordinary commit writes, so that a successful probe implies room for one.
pub(super) const BYTES: usize = 32 << 10;

/// Rewrites the probe's row.
pub(super) fn write(connection: &Connection) -> Result<()> {
    let upsert = "INSERT OR REPLACE INTO probe (id, filler) VALUES (1, randomblob(?1))";
    query::execute(connection, upsert, params![count(BYTES)]).map(drop)
}
