//! Journals of unfinished operations, to resume them, and of finished ones, to replay them.

use cordboard_store::{ConnectionId, Exchanged, Journal, Operation};
use rusqlite::{Connection, Params, Row, params};

use super::super::column::{Json, Ordered, Text, UnitVariant, connection_id, count};
use super::super::fault::{Fault, Result};
use super::super::query;
use super::journal::with_body;

/// Returns the unfinished operations with their exchanges, oldest first.
pub(in super::super) fn unfinished(connection: &Connection) -> Result<Vec<Journal>> {
    journals(connection, "finished_at IS NULL ORDER BY started_at, sequence", [])
}

/// Returns finished operations of a connection with their exchanges, newest first. Those that ended without running
/// their plug have no context and are left out.
pub(in super::super) fn recorded(connection: &Connection, id: &ConnectionId, limit: usize) -> Result<Vec<Journal>> {
    let which = "account = ?1 AND connection = ?2 AND finished_at IS NOT NULL AND context IS NOT NULL
                 ORDER BY sequence DESC LIMIT ?3";
    journals(connection, which, params![id.account.as_str(), id.name, count(limit)])
}

fn journals(connection: &Connection, which: &str, parameters: impl Params) -> Result<Vec<Journal>> {
    // Read everything in one transaction: an operation may end between two queries.
    let moment = connection.unchecked_transaction()?;
    let query = format!(
        "SELECT id, kind, app, account, connection, plug, conference, request, likeness,
             unseal('operation.input', input, id), unseal('operation.context', context, id), started_at
         FROM operation WHERE {which}"
    );
    let operations = query::rows(&moment, &query, parameters, |row| Ok((row.get::<_, String>(0)?, read(row))))?;
    let mut journals = Vec::with_capacity(operations.len());
    for (id, operation) in operations {
        let journal = operation.map_err(Fault::from).and_then(|operation| {
            let exchanges = exchanges(&moment, &id)?;
            Ok(Journal { operation, exchanges })
        });
        match journal {
            Ok(journal) => journals.push(journal),
            // A journal that cannot be read must not block the others.
            Err(fault) if fault.is_unreadable() => {
                tracing::error!(operation = id, "journal cannot be read; check what is left at the provider");
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(journals)
}

fn exchanges(connection: &Connection, operation: &str) -> Result<Vec<Exchanged>> {
    let query = "SELECT unseal('effect.effect', effect, operation, number),
             unseal('effect.exchange', exchange, operation, number),
             unseal_bytes('effect.body', body, operation, number)
         FROM effect WHERE operation = ?1 ORDER BY number";
    query::rows(connection, query, [operation], |row| {
        let exchange: Option<Json<_>> = row.get(1)?;
        let body = row.get(2)?;
        Ok(Exchanged {
            effect: row.get::<_, Json<_>>(0)?.0,
            exchange: exchange.map(|Json(exchange)| with_body(exchange, body)),
        })
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Operation> {
    Ok(Operation {
        id: row.get(0)?,
        kind: row.get::<_, UnitVariant<_>>(1)?.0,
        app: row.get::<_, Option<Text<_>>>(2)?.map(|Text(app)| app),
        connection: connection_id(row, 3)?,
        plug: row.get(5)?,
        conference: row.get(6)?,
        request: row.get(7)?,
        fingerprint: row.get(8)?,
        input: row.get(9)?,
        context: row.get::<_, Option<String>>(10)?.unwrap_or_default(),
        started_at: row.get::<_, Ordered>(11)?.0,
    })
}
