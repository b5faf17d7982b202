//! Endings: for repeats of a request, and for the owner.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::column::{Number, Ordered, Word, count};
use super::super::conferences;
use super::super::fault::{Result, is_unreadable, readable};
use crate::store::{Conference, ConnectionId, Finished, Leftover};

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

/// What may need its owner's hand, newest first.
pub(in super::super) fn leftovers(connection: &Connection, limit: usize) -> Result<Vec<Leftover>> {
    let columns = format!(
        "operation.finished_at, operation.sequence, operation.id, operation.kind, operation.account,
         operation.connection, {}",
        conferences::COLUMNS
    );
    let leftovers = connection
        .prepare_cached(&format!(
            "SELECT unseal('operation.leftover', operation.leftover, operation.id), {columns} {OPERATIONS}
                 WHERE operation.leftover IS NOT NULL
             UNION ALL
             SELECT NULL, {columns} {OPERATIONS} WHERE {UNCLAIMED}
             ORDER BY 2 DESC, 3 DESC LIMIT ?1"
        ))?
        .query_map([count(limit)], read_leftover)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(leftovers)
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
         ORDER BY operation.finished_at, operation.sequence LIMIT ?3",
        conferences::COLUMNS
    ))?;
    let bounds = params![Number(account), Ordered(before), count(limit)];
    let found = statement.query_map(bounds, |row| conferences::read_if_any(row, 0))?;
    readable("conference", found.filter_map(rusqlite::Result::transpose))
}

const OPERATIONS: &str = "FROM operation LEFT JOIN conference ON conference.id = operation.conference";

/// Whoever changed a conference since had its id from the answer.
const UNCLAIMED: &str = "operation.kind = 'create' AND operation.succeeded = 1 AND operation.answered = 0 \
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

const UNREADABLE: &str =
    "what is kept of it cannot be read back (was the file changed by hand?): look at its provider what is left there";

fn read_leftover(row: &Row<'_>) -> rusqlite::Result<Leftover> {
    // What its owner has to see to is shown even where it cannot be read.
    let (leftover, conference) = match (row.get(0), conferences::read_if_any(row, 7)) {
        (Ok(leftover), Ok(conference)) => (leftover, conference),
        (Err(error), _) | (_, Err(error)) if is_unreadable(&error) => (Some(UNREADABLE.to_owned()), None),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    Ok(Leftover {
        operation: row.get(3)?,
        kind: row.get::<_, Word<_>>(4)?.0,
        connection: ConnectionId { account: row.get::<_, Number>(5)?.0, name: row.get(6)? },
        conference,
        unclaimed: leftover.is_none(),
        why: leftover.unwrap_or_else(|| {
            "it was made, and the CRM is not known to have the answer: take it back where no meeting has it".to_owned()
        }),
        at: row.get::<_, Ordered>(1)?.0,
    })
}
