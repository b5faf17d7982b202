//! The retention state, and the time of the newest record.

use cordboard_store::RetentionState;
use rusqlite::{Connection, params};

use super::column::Ordered;
use super::fault::Result;
use super::query;

/// Looks at the last row of each table. Rows are numbered in order of arrival, so no table is scanned for its maximum.
const NEWEST: &str = "SELECT max(at) FROM (
    SELECT * FROM (SELECT received_at AS at FROM delivery ORDER BY sequence DESC LIMIT 1) UNION ALL
    SELECT * FROM (SELECT received_at FROM event ORDER BY sequence DESC LIMIT 1) UNION ALL
    SELECT * FROM (SELECT max(started_at, COALESCE(finished_at, 0)) FROM operation ORDER BY sequence DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT created_at FROM conference ORDER BY sequence DESC LIMIT 1) UNION ALL
    SELECT max(deleted_at) FROM conference WHERE deleted_at IS NOT NULL UNION ALL
    SELECT * FROM (SELECT at FROM audit ORDER BY sequence DESC LIMIT 1) UNION ALL
    SELECT * FROM (SELECT seen_at FROM difference ORDER BY sequence DESC LIMIT 1) UNION ALL
    SELECT max(made_at) FROM generation)";

/// Returns the time of the newest record.
pub(super) fn newest_record(connection: &Connection) -> Result<Option<u64>> {
    let newest: Option<Ordered> = query::one(connection, NEWEST, [], |row| row.get(0))?;
    Ok(newest.map(|Ordered(at)| at))
}

/// Returns the retention state.
pub(super) fn retention(connection: &Connection) -> Result<Option<RetentionState>> {
    query::row(connection, "SELECT plausible_at, newest_at, paused_at FROM retention", [], |row| {
        let time = |column| row.get::<_, Option<Ordered>>(column).map(|time| time.map(|Ordered(at)| at));
        let Ordered(plausible_at) = row.get(0)?;
        Ok(RetentionState { plausible_at, newest_at: time(1)?, paused_at: time(2)? })
    })
}

/// Replaces the retention state.
pub(super) fn put(connection: &Connection, state: &RetentionState) -> Result<()> {
    let upsert = "INSERT OR REPLACE INTO retention (id, plausible_at, newest_at, paused_at) VALUES (1, ?1, ?2, ?3)";
    let values = params![Ordered(state.plausible_at), state.newest_at.map(Ordered), state.paused_at.map(Ordered)];
    query::execute(connection, upsert, values).map(drop)
}
