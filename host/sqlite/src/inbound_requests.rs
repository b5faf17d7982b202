//! Raw inbound requests.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cordboard_store::{ConnectionId, InboundRequest};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, Error, Row, params};

use super::column::{Json, Ordered, UnitVariant, count, owner, owner_columns};
use super::fault::Result;
use super::query;
use super::usage::{Usage, size};

const COLUMNS: &str =
    "id, account, connection, route, method, query, headers, received_at, verdict, detail, plug, body";

/// The index of the headers in [`COLUMNS`].
const HEADERS: usize = 6;

/// Stores an inbound request, replacing one with the same id.
pub(super) fn put(connection: &Connection, inbound_request: &InboundRequest, usage: &mut Usage) -> Result<()> {
    let query = format!("SELECT {} FROM delivery WHERE id = ?1", size::DELIVERY);
    let before: i64 = query::row(connection, &query, [&inbound_request.id], |row| row.get(0))?.unwrap_or_default();
    let (account, name) = owner_columns(&inbound_request.owner);
    let upsert = format!(
        "INSERT INTO delivery ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO UPDATE SET account = excluded.account, connection = excluded.connection,
             route = excluded.route, method = excluded.method, query = excluded.query, headers = excluded.headers,
             received_at = excluded.received_at, verdict = excluded.verdict, detail = excluded.detail,
             plug = excluded.plug, body = excluded.body
         RETURNING {}",
        size::DELIVERY
    );
    let values = params![
        inbound_request.id,
        account,
        name,
        inbound_request.route,
        inbound_request.method,
        inbound_request.query,
        encoded(&inbound_request.headers),
        Ordered(inbound_request.received_at),
        UnitVariant(inbound_request.verdict),
        inbound_request.detail,
        inbound_request.plug,
        inbound_request.body,
    ];
    let bytes: i64 = query::one(connection, &upsert, values, |row| row.get(0))?;
    usage.add_to(inbound_request.owner.account(), bytes - before);
    Ok(())
}

/// Returns an inbound request by its id.
pub(super) fn inbound_request(connection: &Connection, id: &str) -> Result<Option<InboundRequest>> {
    query::row(connection, &format!("SELECT {COLUMNS} FROM delivery WHERE id = ?1"), [id], read)
}

/// Returns inbound requests of a connection, newest first.
pub(super) fn inbound_requests(
    connection: &Connection,
    id: &ConnectionId,
    limit: usize,
) -> Result<Vec<InboundRequest>> {
    let query = format!(
        "SELECT {COLUMNS} FROM delivery WHERE account = ?1 AND connection = ?2 ORDER BY sequence DESC LIMIT ?3"
    );
    query::rows(connection, &query, params![id.account.as_str(), id.name, count(limit)], read)
}

/// Returns inbound requests that a different plug could not process, oldest first.
pub(super) fn unprocessed(
    connection: &Connection,
    id: &ConnectionId,
    plug: &str,
    limit: usize,
) -> Result<Vec<InboundRequest>> {
    let query = format!(
        "SELECT {COLUMNS} FROM delivery
         WHERE account = ?1 AND connection = ?2 AND verdict IN ('unsupported', 'quarantined') AND plug <> ?3
         ORDER BY received_at, sequence LIMIT ?4"
    );
    query::rows(connection, &query, params![id.account.as_str(), id.name, plug, count(limit)], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<InboundRequest> {
    Ok(InboundRequest {
        id: row.get(0)?,
        owner: owner(row, 1)?,
        route: row.get(3)?,
        method: row.get(4)?,
        query: row.get(5)?,
        headers: decoded(row.get::<_, Json<_>>(HEADERS)?.0)?,
        received_at: row.get::<_, Ordered>(7)?.0,
        verdict: row.get::<_, UnitVariant<_>>(8)?.0,
        detail: row.get(9)?,
        plug: row.get(10)?,
        body: row.get(11)?,
    })
}

/// Encodes header values as base64, since they need not be text.
fn encoded(headers: &[(String, Vec<u8>)]) -> Json<Vec<(&str, String)>> {
    Json(headers.iter().map(|(name, value)| (name.as_str(), BASE64_STANDARD.encode(value))).collect())
}

fn decoded(headers: Vec<(String, String)>) -> rusqlite::Result<Vec<(String, Vec<u8>)>> {
    let decode = |(name, value): (String, String)| BASE64_STANDARD.decode(value).map(|value| (name, value));
    headers
        .into_iter()
        .map(decode)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| Error::FromSqlConversionFailure(HEADERS, Type::Text, FromSqlError::Other(error.into()).into()))
}
