//! Leftovers: what is or may be left at providers, and conferences whose creation nobody has acknowledged.

use cordboard_core::AccountId;
use cordboard_store::{ConnectionId, Cursor, Leftover, LeftoverFilter, StoreError};
use rusqlite::{Connection, Row, params};

use super::column::{Ordered, UnitVariant, connection_id, count};
use super::conferences;
use super::fault::{Result, is_unreadable};
use super::operations::{OPERATIONS, unacknowledged_rule};
use super::query;

/// The cursor that all lines follow.
const NEWEST: Cursor = Cursor { at: u64::MAX, sequence: u64::MAX, unacknowledged_create: false };

/// Returns the leftovers that match a filter, newest first.
pub(super) fn leftovers(connection: &Connection, filter: &LeftoverFilter) -> Result<Vec<Leftover>> {
    let Cursor { at, sequence, unacknowledged_create } = filter.before.unwrap_or(NEWEST);
    // Join after the limit, so that only one page is decrypted.
    let query = format!(
        "WITH page AS ({} ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT ?5)
         SELECT CASE page.main WHEN 1 THEN unseal('operation.leftover', operation.leftover, operation.id) END,
             NOT page.main, operation.finished_at, operation.sequence, operation.id, operation.kind,
             operation.account, operation.connection, operation.acknowledged_at, operation.answer_lost_at IS NOT NULL, {}
         FROM page JOIN operation ON operation.sequence = page.sequence
             LEFT JOIN conference ON conference.id = operation.conference
         ORDER BY page.at DESC, page.sequence DESC, page.main DESC",
        lines(filter),
        conferences::COLUMNS
    );
    let account = filter.account.as_ref().map(AccountId::as_str);
    let bounds = params![account, Ordered(at), Ordered(sequence), !unacknowledged_create, count(filter.limit)];
    query::rows(connection, &query, bounds, read)
}

/// Counts the leftovers that match a filter.
pub(super) fn count_leftovers(connection: &Connection, filter: &LeftoverFilter) -> Result<u64> {
    let Cursor { at, sequence, unacknowledged_create } = filter.before.unwrap_or(NEWEST);
    let query = format!("SELECT count(*) FROM ({})", lines(filter));
    let account = filter.account.as_ref().map(AccountId::as_str);
    let bounds = params![account, Ordered(at), Ordered(sequence), !unacknowledged_create];
    query::one(connection, &query, bounds, |row| row.get(0).map(|Ordered(count)| count))
}

/// Finds operations with a leftover by a prefix of their id, at most two.
pub(super) fn find(
    connection: &Connection,
    prefix: &str,
    account: Option<&AccountId>,
) -> Result<Vec<(String, ConnectionId)>> {
    // Ids are hexadecimal digits, which all sort before `g`.
    let bounds = "operation.id >= ?1 AND operation.id < ?1 || 'g' AND (?2 IS NULL OR operation.account = ?2)";
    let query = format!(
        "SELECT operation.id, operation.account, operation.connection FROM operation
             WHERE {bounds} AND operation.leftover IS NOT NULL
         UNION
         SELECT operation.id, operation.account, operation.connection {OPERATIONS} WHERE {bounds} AND {}
         LIMIT 2",
        unacknowledged_rule()
    );
    let account = account.map(AccountId::as_str);
    query::rows(connection, &query, params![prefix, account], |row| Ok((row.get(0)?, connection_id(row, 1)?)))
}

/// Marks operations as acknowledged.
pub(super) fn acknowledge(connection: &Connection, operations: &[String], at: u64) -> Result<()> {
    let update = "UPDATE operation SET acknowledged_at = COALESCE(acknowledged_at, ?2) WHERE id = ?1";
    for operation in operations {
        if query::execute(connection, update, params![operation, Ordered(at)])? == 0 {
            let why = format!("operation {operation} does not exist, so it cannot be acknowledged");
            return Err(StoreError::conflict(why).into());
        }
    }
    Ok(())
}

/// The query for the lines of a filter. Parameter 1 is the account, parameters 2 to 4 are the cursor. If an operation
/// has two lines, the unacknowledged conference comes second.
fn lines(filter: &LeftoverFilter) -> String {
    let unacknowledged = if filter.acknowledged { "" } else { "AND operation.acknowledged_at IS NULL" };
    let bounds = |main: u8| {
        format!(
            "{unacknowledged} AND (?1 IS NULL OR operation.account = ?1)
             AND (operation.finished_at, operation.sequence, {main}) < (?2, ?3, ?4)"
        )
    };
    format!(
        "SELECT operation.finished_at AS at, operation.sequence AS sequence, 1 AS main FROM operation
             WHERE operation.leftover IS NOT NULL {}
         UNION ALL
         SELECT operation.finished_at, operation.sequence, 0 {OPERATIONS} WHERE {} {}",
        bounds(1),
        unacknowledged_rule(),
        bounds(0)
    )
}

const LOST: &str = "it was created, but nobody received the answer: delete it unless a meeting uses it";
const IN_DOUBT: &str = "it was created, but it is not recorded whether the CRM received the answer, as after a crash: \
     delete it at the provider unless a meeting uses it, since Cordboard will not";
const UNREADABLE: &str =
    "its record cannot be read (was the database edited by hand?): check what is left at the provider";

fn read(row: &Row<'_>) -> rusqlite::Result<Leftover> {
    // A line that needs the operator's attention is shown even if it cannot be read.
    let (leftover, conference): (Option<String>, _) = match (row.get(0), conferences::read_if_any(row, 10)) {
        (Ok(leftover), Ok(conference)) => (leftover, conference),
        (Err(error), _) | (_, Err(error)) if is_unreadable(&error) => (Some(UNREADABLE.to_owned()), None),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let unacknowledged_create = row.get(1)?;
    let at = row.get::<_, Ordered>(2)?.0;
    Ok(Leftover {
        operation: row.get(4)?,
        kind: row.get::<_, UnitVariant<_>>(5)?.0,
        connection: connection_id(row, 6)?,
        conference,
        why: match leftover {
            Some(leftover) => leftover,
            None if row.get(9)? => LOST.to_owned(),
            None => IN_DOUBT.to_owned(),
        },
        at,
        unacknowledged_create,
        acknowledged_at: row.get::<_, Option<Ordered>>(8)?.map(|Ordered(at)| at),
        cursor: Cursor { at, sequence: row.get::<_, Ordered>(3)?.0, unacknowledged_create },
    })
}
