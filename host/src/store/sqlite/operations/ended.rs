//! Endings: for repeats of a request.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::column::{Number, Ordered, Word, count};
use super::super::conferences;
use super::super::fault::{Result, readable};
use crate::store::{Conference, Finished};

/// The newest success that answered a request. What a deletion has overtaken counts no more, save the deletion itself;
/// failures never count, since a sender that repeats wants another try.
pub(in super::super) fn finished_request(connection: &Connection, request: &str) -> Result<Option<Finished>> {
    finished(
        connection,
        "operation.request = ?1 AND operation.succeeded = 1
         AND (operation.kind = 'delete' OR conference.deleted_at IS NULL)",
        request,
    )
}

/// The newest conference of a likeness of which the CRM may not know.
pub(in super::super) fn unclaimed_like(connection: &Connection, likeness: &str) -> Result<Option<Finished>> {
    finished(connection, &format!("operation.likeness = ?1 AND {UNCLAIMED}"), likeness)
}

/// Conferences of an account of which the CRM may not know, and that were made before `before`; oldest first.
pub(in super::super) fn unclaimed(
    connection: &Connection,
    account: u64,
    before: u64,
    limit: usize,
) -> Result<Vec<Conference>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} {OPERATIONS} WHERE operation.account = ?1 AND operation.finished_at < ?2 AND {UNCLAIMED}
             AND operation.acknowledged_at IS NULL
         ORDER BY operation.finished_at, operation.sequence LIMIT ?3",
        conferences::COLUMNS
    ))?;
    let bounds = params![Number(account), Ordered(before), count(limit)];
    let found = statement.query_map(bounds, |row| conferences::read_if_any(row, 0))?;
    readable("conference", found.filter_map(rusqlite::Result::transpose))
}

pub(in super::super) const OPERATIONS: &str =
    "FROM operation LEFT JOIN conference ON conference.id = operation.conference";

/// Whoever changed a conference since had its id from the answer.
pub(in super::super) const UNCLAIMED: &str = "operation.kind = 'create' AND operation.succeeded = 1 AND operation.answered = 0 \
     AND conference.deleted_at IS NULL AND NOT EXISTS ( \
         SELECT 1 FROM operation AS later WHERE later.conference = operation.conference AND later.kind = 'update')";

fn finished(connection: &Connection, condition: &str, digest: &str) -> Result<Option<Finished>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT operation.id, operation.kind, unseal('operation.outcome', operation.outcome, operation.id), {}
             {OPERATIONS} WHERE {condition} ORDER BY operation.finished_at DESC, operation.sequence DESC LIMIT 1",
            conferences::COLUMNS
        ))?
        .query_row([digest], |row| {
            Ok(Finished {
                id: row.get(0)?,
                kind: row.get::<_, Word<_>>(1)?.0,
                outcome: row.get(2)?,
                conference: conferences::read_if_any(row, 3)?,
            })
        })
        .optional()?)
}
