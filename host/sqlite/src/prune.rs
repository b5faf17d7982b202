//! Prunes records older than the retention period.

use rusqlite::{Connection, Row, params};

use super::column::{OfAccount, Ordered};
use super::fault::Result;
use super::operations;
use super::usage::{Usage, of};

/// The maximum number of bytes removed of each kind at a time. Removed data is overwritten, while other commits wait.
const MAX_BYTES: usize = 4 << 20;

const DIFFERENCES: &str = "DELETE FROM difference WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, seen_at FROM difference ORDER BY sequence LIMIT ?2) WHERE seen_at < ?1)";

/// The statement that deletes aliases of ids that no remaining conference has.
fn aliases() -> String {
    format!(
        "DELETE FROM alias WHERE (account, connection, original) IN (
             SELECT account, connection, provider_id FROM conference_name AS name WHERE conference IN ({GONE})
                 AND NOT EXISTS (SELECT 1 FROM conference_name AS other
                     WHERE other.account = name.account AND other.connection = name.connection
                         AND other.provider_id = name.provider_id AND other.conference NOT IN ({GONE})))
         RETURNING account, {}",
        of::ALIAS
    )
}

const GONE: &str = "SELECT id FROM conference WHERE deleted_at < ?1 ORDER BY deleted_at LIMIT ?2";

/// The statement that deletes the oldest rows of a table, up to the limit of bytes. Rows are numbered in order of
/// arrival, so the oldest are found without a scan.
fn oldest(table: &str, bytes: &str) -> String {
    format!(
        "DELETE FROM {table} WHERE sequence IN (
             SELECT sequence FROM (
                 SELECT sequence, received_at, SUM(bytes) OVER (ORDER BY sequence) - bytes AS before
                 FROM (SELECT sequence, received_at, {bytes} AS bytes FROM {table} ORDER BY sequence LIMIT ?2)
             ) WHERE received_at < ?1 AND before < {MAX_BYTES})
         RETURNING account, {bytes}"
    )
}

/// The query for the operations that ended first, up to the limit of bytes including their effects. Operations that the
/// operator has yet to acknowledge stay, however old.
fn over() -> String {
    format!(
        "SELECT id FROM (
             SELECT id, SUM(bytes) OVER (ORDER BY finished_at, sequence) - bytes AS before FROM (
                 SELECT id, finished_at, sequence, {operation} + (
                     SELECT COALESCE(SUM({effect}), 0) FROM effect WHERE effect.operation = operation.id
                 ) AS bytes
                 FROM operation
                 WHERE finished_at < ?1 AND (leftover IS NULL OR acknowledged_at IS NOT NULL)
                     AND (acknowledged_at IS NOT NULL OR NOT EXISTS (
                         SELECT 1 FROM conference WHERE conference.id = operation.conference AND {unacknowledged_create}))
                 ORDER BY finished_at, sequence LIMIT ?2
             )
         ) WHERE before < {MAX_BYTES}",
        operation = of::OPERATION,
        unacknowledged_create = operations::unacknowledged_rule(),
        effect = of::EFFECT,
    )
}

/// Prunes records of all kinds. Returns how many it deleted.
pub(super) fn prune(connection: &Connection, before: u64, max: usize, usage: &mut Usage) -> Result<usize> {
    let bounds = params![Ordered(before), i64::try_from(max).unwrap_or(i64::MAX)];
    let drop = |statement: &str| -> Result<usize> { Ok(connection.prepare_cached(statement)?.execute(bounds)?) };
    let drop_counted = |statement: &str, usage: &mut Usage| -> Result<usize> {
        let counted = |row: &Row<'_>| Ok((row.get::<_, OfAccount>(0)?, row.get::<_, i64>(1)?));
        let mut statement = connection.prepare_cached(statement)?;
        let mut dropped = 0;
        for row in statement.query_map(bounds, counted)? {
            let (OfAccount(account), bytes) = row?;
            usage.add_to(account.as_ref(), -bytes);
            dropped += 1;
        }
        Ok(dropped)
    };
    let mut dropped = drop_counted(&oldest("delivery", of::DELIVERY), usage)?;
    dropped += drop_counted(&oldest("event", of::EVENT), usage)?;
    dropped += drop(DIFFERENCES)?;
    let ended: Vec<String> =
        connection.prepare_cached(&over())?.query_map(bounds, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for operation in ended {
        dropped += operations::forget(connection, &operation, usage)?;
    }
    dropped += drop_counted(&aliases(), usage)?;
    drop(&format!("DELETE FROM conference_name WHERE conference IN ({GONE})"))?;
    let gone = format!("DELETE FROM conference WHERE id IN ({GONE}) RETURNING account, {}", of::CONFERENCE);
    dropped += drop_counted(&gone, usage)?;
    Ok(dropped)
}
