//! Endings: for repeats of a request, and for the owner.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::super::column::{Number, Ordered, Word, count};
use super::super::conferences;
use super::super::fault::{Result, is_unreadable, readable};
use crate::store::{Conference, ConnectionId, Finished, Leftover};

/// The newest success that answered a request. What a deletion has overtaken counts no more, save the deletion itself;
/// failures never count, since a sender that repeats wants another try. With `unchanged`, it must have begun then, and
/// nobody may have changed or deleted its conference since, or tried to.
pub(in super::super) fn finished_request(
    connection: &Connection,
    request: &str,
    unchanged: Option<RangeInclusive<u64>>,
) -> Result<Option<Finished>> {
    const ANSWERED: &str = "operation.request = ?1 AND operation.succeeded = 1
         AND (operation.kind = 'delete' OR conference.deleted_at IS NULL)";
    let Some(began) = unchanged else { return finished(connection, ANSWERED, [request]) };
    let condition = format!("{ANSWERED} AND operation.started_at BETWEEN ?2 AND ?3 AND {NO_UPDATE} AND {NO_DELETE}");
    finished(connection, &condition, params![request, Ordered(*began.start()), Ordered(*began.end())])
}

/// The newest conference of a likeness of which the CRM may not know.
pub(in super::super) fn unclaimed_like(connection: &Connection, likeness: &str) -> Result<Option<Finished>> {
    finished(connection, &format!("operation.likeness = ?1 AND {}", unclaimed_rule()), [likeness])
}

/// What may need its owner's hand, newest first.
pub(in super::super) fn leftovers(connection: &Connection, limit: usize) -> Result<Vec<Leftover>> {
    let columns = format!(
        "operation.finished_at, operation.sequence, operation.id, operation.kind, operation.account,
         operation.connection, operation.answer_lost_at IS NOT NULL, {}",
        conferences::COLUMNS
    );
    let unclaimed = unclaimed_rule();
    let leftovers = connection
        .prepare_cached(&format!(
            "SELECT unseal('operation.leftover', operation.leftover, operation.id), {columns} {OPERATIONS}
                 WHERE operation.leftover IS NOT NULL
             UNION ALL
             SELECT NULL, {columns} {OPERATIONS} WHERE {unclaimed}
             ORDER BY 2 DESC, 3 DESC LIMIT ?1"
        ))?
        .query_map([count(limit)], read_leftover)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(leftovers)
}

/// Conferences of an account whose answer reached nobody, as was known before `before`; oldest first.
pub(in super::super) fn unclaimed(
    connection: &Connection,
    account: u64,
    before: u64,
    limit: usize,
) -> Result<Vec<Conference>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} {OPERATIONS} WHERE operation.account = ?1 AND operation.answer_lost_at < ?2 AND {}
         ORDER BY operation.answer_lost_at, operation.sequence LIMIT ?3",
        conferences::COLUMNS,
        unclaimed_rule()
    ))?;
    let bounds = params![Number(account), Ordered(before), count(limit)];
    let found = statement.query_map(bounds, |row| conferences::read_if_any(row, 0))?;
    readable("conference", found.filter_map(rusqlite::Result::transpose))
}

/// Whether a conference is one of those.
pub(in super::super) fn is_unclaimed(
    connection: &Connection,
    account: u64,
    conference: &str,
    before: u64,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT 1 {OPERATIONS} WHERE operation.account = ?1 AND operation.answer_lost_at < ?2
             AND operation.conference = ?3 AND {}",
        unclaimed_rule()
    ))?;
    Ok(statement.exists(params![Number(account), Ordered(before), conference])?)
}

const OPERATIONS: &str = "FROM operation LEFT JOIN conference ON conference.id = operation.conference";

const NO_UPDATE: &str = "NOT EXISTS (SELECT 1 FROM operation AS later
     WHERE later.conference = operation.conference AND later.kind = 'update')";
const NO_DELETE: &str = "NOT EXISTS (SELECT 1 FROM operation AS later
     WHERE later.conference = operation.conference AND later.kind = 'delete')";

/// A conference of which the CRM may not know. Whoever changed one since had its id from the answer.
fn unclaimed_rule() -> String {
    format!(
        "operation.kind = 'create' AND operation.succeeded = 1 AND operation.answered = 0
         AND conference.id IS NOT NULL AND conference.deleted_at IS NULL AND {NO_UPDATE}"
    )
}

fn finished(connection: &Connection, condition: &str, parameters: impl Params) -> Result<Option<Finished>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT operation.id, operation.kind, unseal('operation.outcome', operation.outcome, operation.id),
                 operation.answered, operation.answer_lost_at IS NOT NULL, {}
             {OPERATIONS} WHERE {condition} ORDER BY operation.finished_at DESC, operation.sequence DESC LIMIT 1",
            conferences::COLUMNS
        ))?
        .query_row(parameters, |row| {
            Ok(Finished {
                id: row.get(0)?,
                kind: row.get::<_, Word<_>>(1)?.0,
                outcome: row.get(2)?,
                acknowledged: row.get(3)?,
                answer_lost: row.get(4)?,
                conference: conferences::read_if_any(row, 5)?,
            })
        })
        .optional()?)
}

const LOST: &str = "it was made, and nobody had the answer: take it back where no meeting has it";
const IN_DOUBT: &str = "it was made, and it is not recorded whether the CRM had the answer, as after a crash: take it back \
     at the provider where no meeting has it, for nothing else does";
const UNREADABLE: &str =
    "what is kept of it cannot be read back (was the file changed by hand?): look at its provider what is left there";

fn read_leftover(row: &Row<'_>) -> rusqlite::Result<Leftover> {
    // What its owner has to see to is shown even where it cannot be read.
    let (leftover, conference) = match (row.get(0), conferences::read_if_any(row, 8)) {
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
        why: match leftover {
            Some(leftover) => leftover,
            None if row.get(7)? => LOST.to_owned(),
            None => IN_DOUBT.to_owned(),
        },
        at: row.get::<_, Ordered>(1)?.0,
    })
}
