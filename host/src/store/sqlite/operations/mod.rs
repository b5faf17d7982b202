//! Operations: their course, and questions about those that ended or did not.

mod ended;
mod unfinished;

use rusqlite::{Connection, params};

use super::column::{Json, Number, Ordered, Word, count};
use super::fault::{Fault, Result};
use crate::contract::effect::{Effect, Exchange};
use crate::store::{Ending, Operation};

pub(super) use ended::{OPERATIONS, UNCLAIMED, finished_request, unclaimed, unclaimed_like};
pub(super) use unfinished::{recorded, unfinished};

/// Keeps an operation as it begins.
pub(super) fn begin(connection: &Connection, operation: &Operation) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO operation (id, kind, app, account, connection, plug, conference, request, likeness, input,
                 context, started_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, seal('operation.input', ?10, ?1),
                 seal('operation.context', NULLIF(?11, ''), ?1), ?12)",
        )?
        .execute(params![
            operation.id,
            Word(operation.kind),
            operation.app.map(Number),
            Number(operation.connection.account),
            operation.connection.name,
            operation.plug,
            operation.conference,
            operation.request,
            operation.likeness,
            operation.input,
            operation.context,
            Ordered(operation.started_at),
        ])
        .map_err(|error| Fault::of_insert(error, &format!("operation {}", operation.id)))?;
    Ok(())
}

/// Keeps an effect before it is had.
pub(super) fn ask(connection: &Connection, operation: &str, number: usize, effect: &Effect) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO effect (operation, number, effect) VALUES (?1, ?2, seal('effect.effect', ?3, ?1, ?2))",
        )?
        .execute(params![operation, count(number), Json(effect)])
        .map_err(|error| Fault::of_insert(error, &format!("effect {number} of operation {operation}")))?;
    Ok(())
}

/// Keeps what came of an effect.
pub(super) fn record(connection: &Connection, operation: &str, number: usize, exchange: Exchange) -> Result<()> {
    let (exchange, body) = without_body(exchange);
    let changed = connection
        .prepare_cached(
            "UPDATE effect SET exchange = seal('effect.exchange', ?3, ?1, ?2), body = seal('effect.body', ?4, ?1, ?2)
             WHERE operation = ?1 AND number = ?2 AND exchange IS NULL",
        )?
        .execute(params![operation, count(number), Json(exchange), body])?;
    if changed == 0 {
        return Err(Fault::Refused(format!(
            "effect {number} of operation {operation} was not asked for, or its exchange is there already"
        )));
    }
    Ok(())
}

/// Keeps an operation's ending; it has one only.
pub(super) fn finish(connection: &Connection, operation: &str, ending: &Ending) -> Result<()> {
    let changed = connection
        .prepare_cached(
            "UPDATE operation SET outcome = seal('operation.outcome', ?2, ?1), succeeded = ?3,
                 leftover = seal('operation.leftover', ?4, ?1), finished_at = ?5
             WHERE id = ?1 AND finished_at IS NULL",
        )?
        .execute(params![operation, ending.outcome, ending.succeeded, ending.leftover, Ordered(ending.finished_at),])?;
    if changed == 0 {
        return Err(Fault::Refused(format!("operation {operation} has not begun, or it has ended already")));
    }
    Ok(())
}

/// Keeps that the CRM took the answer.
pub(super) fn answered(connection: &Connection, operation: &str) -> Result<()> {
    let changed = connection.prepare_cached("UPDATE operation SET answered = 1 WHERE id = ?1")?.execute([operation])?;
    if changed == 0 {
        return Err(Fault::Refused(format!("operation {operation} has not begun, so it cannot have been answered")));
    }
    Ok(())
}

/// Takes the body out of an exchange: it is kept as bytes, which in JSON would be a list of numbers.
fn without_body(mut exchange: Exchange) -> (Exchange, Option<Vec<u8>>) {
    let body = match &mut exchange {
        Exchange::Answered(response) => Some(std::mem::take(&mut response.body)),
        Exchange::Failed(_) | Exchange::Done => None,
    };
    (exchange, body)
}

/// Puts it back.
fn with_body(mut exchange: Exchange, body: Option<Vec<u8>>) -> Exchange {
    if let Exchange::Answered(response) = &mut exchange {
        response.body = body.unwrap_or_default();
    }
    exchange
}
