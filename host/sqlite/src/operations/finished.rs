//! Finished operations, as needed to answer repeats of their requests.

use std::ops::RangeInclusive;

use cordboard_core::{AccountId, AppId};
use cordboard_store::{Conference, Finished};
use rusqlite::{Connection, Params, params};

use super::super::column::{Ordered, UnitVariant, count};
use super::super::conferences;
use super::super::fault::Result;
use super::super::query;

/// Returns the newest success that answered a request. Unless it is the deletion itself, it does not count once its
/// conference is deleted. Failures never count, since a sender that repeats the request wants another attempt.
///
/// With `unchanged`, the operation must have started in that range, and nobody may have changed or deleted its conference
/// since, or tried to.
pub(in super::super) fn finished_request(
    connection: &Connection,
    request: &str,
    unchanged: Option<RangeInclusive<u64>>,
) -> Result<Option<Finished>> {
    const ANSWERED: &str = "operation.id IN (
             SELECT id FROM operation AS first WHERE first.request = ?1 AND first.succeeded = 1
             UNION SELECT operation FROM repeat WHERE repeat.request = ?1)
         AND operation.succeeded = 1 AND (operation.kind = 'delete' OR conference.deleted_at IS NULL)";
    match unchanged {
        None => finished(connection, ANSWERED, [request]),
        Some(range) => finished(
            connection,
            &format!("{ANSWERED} AND operation.started_at BETWEEN ?2 AND ?3 AND {NO_UPDATE} AND {NO_DELETE}"),
            params![request, Ordered(*range.start()), Ordered(*range.end())],
        ),
    }
}

/// Returns the newest unacknowledged create with a fingerprint. Its conference may no longer exist once somebody has
/// tried to delete it.
pub(in super::super) fn unacknowledged_create(connection: &Connection, fingerprint: &str) -> Result<Option<Finished>> {
    finished(
        connection,
        &format!(
            "operation.likeness = ?1 AND operation.acknowledged_at IS NULL AND {NO_DELETE} AND {}",
            unacknowledged_rule()
        ),
        [fingerprint],
    )
}

/// Returns conferences of an account and app whose answer was recorded as lost before `before` and that the operator
/// has not acknowledged, each with the operation that created it; the earliest loss first.
pub(in super::super) fn unacknowledged_creates(
    connection: &Connection,
    account: &AccountId,
    app: &AppId,
    before: u64,
    limit: usize,
) -> Result<Vec<(String, Conference)>> {
    let query = format!(
        "SELECT operation.id, {} {OPERATIONS} WHERE operation.account = ?1 AND conference.app = ?2
             AND operation.answer_lost_at < ?3 AND operation.acknowledged_at IS NULL AND {}
         ORDER BY operation.answer_lost_at, operation.sequence LIMIT ?4",
        conferences::COLUMNS,
        unacknowledged_rule()
    );
    let bounds = params![account.as_str(), app.as_str(), Ordered(before), count(limit)];
    // The rule requires that the conference exists.
    query::readable_rows(connection, "conference", &query, bounds, |row| Ok((row.get(0)?, conferences::read(row, 1)?)))
}

/// Returns whether [`unacknowledged_creates`] would list a conference.
pub(in super::super) fn is_unacknowledged(
    connection: &Connection,
    account: &AccountId,
    conference: &str,
    before: u64,
) -> Result<bool> {
    let query = format!(
        "SELECT 1 {OPERATIONS} WHERE operation.account = ?1 AND operation.answer_lost_at < ?2
             AND operation.conference = ?3 AND operation.acknowledged_at IS NULL AND {}",
        unacknowledged_rule()
    );
    query::exists(connection, &query, params![account.as_str(), Ordered(before), conference])
}

pub(in super::super) const OPERATIONS: &str =
    "FROM operation LEFT JOIN conference ON conference.id = operation.conference";

const NO_UPDATE: &str = "NOT EXISTS (SELECT 1 FROM operation AS later
     WHERE later.conference = operation.conference AND later.kind = 'update')";
const NO_DELETE: &str = "NOT EXISTS (SELECT 1 FROM operation AS later
     WHERE later.conference = operation.conference AND later.kind = 'delete')";

/// The condition for a conference that the CRM may not know about. A request that tried to update it had its id, which
/// only the answer gives.
pub(in super::super) fn unacknowledged_rule() -> String {
    format!(
        "operation.kind = 'create' AND operation.succeeded = 1 AND operation.answered = 0
         AND conference.id IS NOT NULL AND conference.deleted_at IS NULL AND {NO_UPDATE}"
    )
}

fn finished(connection: &Connection, condition: &str, parameters: impl Params) -> Result<Option<Finished>> {
    let query = format!(
        "SELECT operation.id, operation.kind, unseal('operation.outcome', operation.outcome, operation.id),
             operation.answered, operation.answer_lost_at IS NOT NULL, {}
         {OPERATIONS} WHERE {condition} ORDER BY operation.finished_at DESC, operation.sequence DESC LIMIT 1",
        conferences::COLUMNS
    );
    query::row(connection, &query, parameters, |row| {
        Ok(Finished {
            id: row.get(0)?,
            kind: row.get::<_, UnitVariant<_>>(1)?.0,
            outcome: row.get(2)?,
            acknowledged: row.get(3)?,
            answer_lost: row.get(4)?,
            conference: conferences::read_if_any(row, 5)?,
        })
    })
}
