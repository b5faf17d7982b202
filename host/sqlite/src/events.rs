//! Meeting events.

use cordboard_core::AccountId;
use cordboard_store::{EventFilter, NewEvent, StoredEvent};
use rusqlite::{Connection, Row, params};

use super::column::{Json, Ordered, connection_id, count};
use super::conferences;
use super::fault::Result;
use super::query;
use super::usage::{Usage, size};

/// Appends an event, linked to its conference if that is known. Returns false if the event is a duplicate.
pub(super) fn append(connection: &Connection, event: &NewEvent, usage: &mut Usage) -> Result<bool> {
    if is_duplicate(connection, event)? {
        return Ok(false);
    }
    let provider_id = event.event.conference.as_ref().map(|conference| conference.id.as_str());
    let conference = match provider_id {
        Some(provider_id) => conferences::resolve(connection, &event.connection, provider_id)?.map(|(id, _)| id),
        None => None,
    };
    let insert = format!(
        "INSERT INTO event (delivery, account, connection, route, dedupe_key, dedupe_within, received_at, provider_id,
             conference, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         RETURNING {}",
        size::EVENT
    );
    let values = params![
        event.inbound_request,
        event.connection.account.as_str(),
        event.connection.name,
        event.route,
        event.dedupe_key,
        event.dedupe_within.map(Ordered),
        Ordered(event.received_at),
        provider_id,
        conference,
        Json(&event.event),
    ];
    let bytes: i64 = query::one(connection, &insert, values, |row| row.get(0))?;
    usage.add(&event.connection.account, bytes);
    Ok(true)
}

/// Returns whether an event with this key exists within the period on either side: a request may be reprocessed later.
fn is_duplicate(connection: &Connection, event: &NewEvent) -> Result<bool> {
    let (earliest, latest) = match event.dedupe_within {
        Some(within) => (event.received_at.saturating_sub(within), event.received_at.saturating_add(within)),
        None => (0, u64::MAX),
    };
    let query = "SELECT 1 FROM event WHERE account = ?1 AND connection = ?2 AND route = ?3 AND dedupe_key = ?4
         AND received_at BETWEEN ?5 AND ?6";
    let NewEvent { connection: id, route, dedupe_key, .. } = event;
    let bounds = params![id.account.as_str(), id.name, route, dedupe_key, Ordered(earliest), Ordered(latest)];
    query::exists(connection, query, bounds)
}

/// Returns the events that match a filter, in ascending order.
pub(super) fn events(connection: &Connection, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
    // Leave unused conditions out of the statement so that SQLite picks the right index.
    let of_account = if filter.account.is_some() { "AND event.account = ?2" } else { "" };
    let of_conference = if filter.conference.is_some() { "AND event.conference = ?3" } else { "" };
    let order = if filter.last { "DESC" } else { "ASC" };
    let query = format!(
        "SELECT event.sequence, event.delivery, event.account, event.connection, event.route, event.dedupe_key,
             event.dedupe_within, event.received_at, event.event, {conference}
         FROM event LEFT JOIN conference ON conference.id = event.conference
         WHERE event.sequence > ?1 {of_account} {of_conference} ORDER BY event.sequence {order} LIMIT ?4",
        conference = conferences::COLUMNS
    );
    let account = filter.account.as_ref().map(AccountId::as_str);
    let bounds = params![Ordered(filter.after), account, filter.conference, count(filter.limit)];
    let mut events = query::rows(connection, &query, bounds, read)?;
    if filter.last {
        events.reverse();
    }
    Ok(events)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        sequence: row.get::<_, Ordered>(0)?.0,
        event: NewEvent {
            inbound_request: row.get(1)?,
            connection: connection_id(row, 2)?,
            route: row.get(4)?,
            dedupe_key: row.get(5)?,
            dedupe_within: row.get::<_, Option<Ordered>>(6)?.map(|Ordered(time)| time),
            received_at: row.get::<_, Ordered>(7)?.0,
            event: row.get::<_, Json<_>>(8)?.0,
        },
        conference: conferences::read_if_any(row, 9)?,
    })
}
