//! Dropping what is older than its owner wants it kept.

use rusqlite::{Connection, params};

use super::column::Ordered;
use super::fault::Result;

/// Rows are numbered as they come, so the oldest are found without looking through the rest.
const DELIVERIES: &str = "DELETE FROM delivery WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, received_at FROM delivery ORDER BY sequence LIMIT ?2)
    WHERE received_at < ?1)";
const EVENTS: &str = "DELETE FROM event WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, received_at FROM event ORDER BY sequence LIMIT ?2)
    WHERE received_at < ?1)";
const DIFFERENCES: &str = "DELETE FROM difference WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, seen_at FROM difference ORDER BY sequence LIMIT ?2) WHERE seen_at < ?1)";
/// What the operator has yet to acknowledge stays, however old.
const OVER: &str = "SELECT id FROM operation
    WHERE finished_at < ?1 AND (leftover IS NULL OR acknowledged_at IS NOT NULL)
        AND (acknowledged_at IS NOT NULL OR NOT (kind = 'create' AND succeeded = 1 AND answered = 0))
    ORDER BY finished_at LIMIT ?2";
const GONE: &str = "SELECT id FROM conference WHERE deleted_at < ?1 ORDER BY deleted_at LIMIT ?2";

/// How many records it dropped.
pub(super) fn prune(connection: &Connection, before: u64, most: usize) -> Result<usize> {
    let bounds = params![Ordered(before), i64::try_from(most).unwrap_or(i64::MAX)];
    let drop = |statement: &str| -> Result<usize> { Ok(connection.prepare_cached(statement)?.execute(bounds)?) };
    let mut dropped = drop(DELIVERIES)? + drop(EVENTS)? + drop(DIFFERENCES)?;
    drop(&format!("DELETE FROM effect WHERE operation IN ({OVER})"))?;
    dropped += drop(&format!("DELETE FROM operation WHERE id IN ({OVER})"))?;
    drop(&format!("DELETE FROM conference_name WHERE conference IN ({GONE})"))?;
    dropped += drop(&format!("DELETE FROM conference WHERE id IN ({GONE})"))?;
    Ok(dropped)
}
