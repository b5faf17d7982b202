//! Prunes records older than the retention period.

use rusqlite::{Connection, params};

use super::column::{OptionalAccount, Ordered};
use super::fault::Result;
use super::operations;
use super::query;
use super::usage::{Usage, size};

/// The maximum number of bytes removed of each kind at a time. Removed data is overwritten, while other commits wait.
const MAX_BYTES: usize = 4 << 20;

const DIFFERENCES: &str = "DELETE FROM difference WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, seen_at FROM difference ORDER BY sequence LIMIT ?2) WHERE seen_at < ?1)";

/// The statement that deletes aliases of ids that no remaining conference has.
fn aliases() -> String {
    format!(
        "DELETE FROM alias WHERE (account, connection, original) IN (
             SELECT account, connection, provider_id FROM conference_name AS name WHERE conference IN ({DELETED_CONFERENCES})
                 AND NOT EXISTS (SELECT 1 FROM conference_name AS other
                     WHERE other.account = name.account AND other.connection = name.connection
                         AND other.provider_id = name.provider_id AND other.conference NOT IN ({DELETED_CONFERENCES})))
         RETURNING account, {}",
        size::ALIAS
    )
}

const DELETED_CONFERENCES: &str = "SELECT id FROM conference WHERE deleted_at < ?1 ORDER BY deleted_at LIMIT ?2";

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
fn finished_operations() -> String {
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
        operation = size::OPERATION,
        unacknowledged_create = operations::unacknowledged_rule(),
        effect = size::EFFECT,
    )
}

/// Prunes records of all kinds. Returns how many it deleted.
pub(super) fn prune(connection: &Connection, before: u64, max: usize, usage: &mut Usage) -> Result<usize> {
    let bounds = params![Ordered(before), i64::try_from(max).unwrap_or(i64::MAX)];
    let delete = |statement: &str| query::execute(connection, statement, bounds);
    let delete_counted = |statement: &str, usage: &mut Usage| -> Result<usize> {
        let deleted = query::rows(connection, statement, bounds, operations::account_and_bytes)?;
        for (OptionalAccount(account), bytes) in &deleted {
            usage.add_to(account.as_ref(), -bytes);
        }
        Ok(deleted.len())
    };
    let mut deleted = delete_counted(&oldest("delivery", size::DELIVERY), usage)?;
    deleted += delete_counted(&oldest("event", size::EVENT), usage)?;
    deleted += delete(DIFFERENCES)?;
    let finished: Vec<String> = query::rows(connection, &finished_operations(), bounds, |row| row.get(0))?;
    for operation in finished {
        deleted += operations::delete(connection, &operation, usage)?;
    }
    deleted += delete_counted(&aliases(), usage)?;
    delete(&format!("DELETE FROM conference_name WHERE conference IN ({DELETED_CONFERENCES})"))?;
    let conferences =
        format!("DELETE FROM conference WHERE id IN ({DELETED_CONFERENCES}) RETURNING account, {}", size::CONFERENCE);
    deleted += delete_counted(&conferences, usage)?;
    Ok(deleted)
}
