//! The journal of an operation: its beginning, its effects with their results, and its end.

use cordboard_core::AppId;
use cordboard_core::types::effect::{Exchange, OutboundFailure};
use cordboard_store::{Ending, JournaledEffect, Operation, Scope, StoreError};
use rusqlite::{Connection, Row, params};

use super::super::column::{Json, OptionalAccount, Ordered, UnitVariant, count};
use super::super::fault::Result;
use super::super::usage::{Usage, size};
use super::super::{query, state};

/// The account of an effect, in a statement on the table `effect`.
const ACCOUNT: &str = "(SELECT account FROM operation WHERE operation.id = effect.operation)";

/// Reads an account and the bytes that a statement has stored for it.
pub(in super::super) fn account_and_bytes(row: &Row<'_>) -> rusqlite::Result<(OptionalAccount, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// Stores an operation as it begins.
pub(in super::super) fn begin(connection: &Connection, operation: &Operation, usage: &mut Usage) -> Result<()> {
    let insert = format!(
        "INSERT INTO operation (id, kind, app, account, connection, plug, conference, request, likeness, input, context,
             started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, seal('operation.input', ?10, ?1),
             seal('operation.context', NULLIF(?11, ''), ?1), ?12)
         RETURNING {}",
        size::OPERATION
    );
    let values = params![
        operation.id,
        UnitVariant(operation.kind),
        operation.app.as_ref().map(AppId::as_str),
        operation.connection.account.as_str(),
        operation.connection.name,
        operation.plug,
        operation.conference,
        operation.request,
        operation.fingerprint,
        operation.input,
        operation.context,
        Ordered(operation.started_at),
    ];
    let bytes = query::one(connection, &insert, values, |row| row.get(0))
        .map_err(|fault| fault.of_insert(&format!("operation {}", operation.id)))?;
    usage.add(&operation.connection.account, bytes);
    Ok(())
}

/// Journals an effect before it is performed, or its refusal in place of the effect.
pub(in super::super) fn record_effect(
    connection: &Connection,
    operation: &str,
    number: usize,
    effect: &JournaledEffect,
    usage: &mut Usage,
) -> Result<()> {
    let (exchange, replace) = match effect {
        JournaledEffect::Whole(_) => (None, ""),
        JournaledEffect::Refused { .. } => (
            Some(Json(Exchange::Failed(OutboundFailure::RefusedByPolicy))),
            "ON CONFLICT (operation, number) DO UPDATE SET effect = excluded.effect, exchange = excluded.exchange",
        ),
    };
    let stored = format!("SELECT {} FROM effect WHERE operation = ?1 AND number = ?2", size::EFFECT);
    let key = params![operation, count(number)];
    let before: i64 = query::row(connection, &stored, key, |row| row.get(0))?.unwrap_or_default();
    let insert = format!(
        "INSERT INTO effect (operation, number, effect, exchange)
         VALUES (?1, ?2, seal('effect.effect', ?3, ?1, ?2), seal('effect.exchange', ?4, ?1, ?2))
         {replace} RETURNING {ACCOUNT}, {}",
        size::EFFECT
    );
    let values = params![operation, count(number), Json(effect), exchange];
    let (OptionalAccount(account), bytes) = query::one(connection, &insert, values, account_and_bytes)
        .map_err(|fault| fault.of_insert(&format!("effect {number} of operation {operation}")))?;
    usage.add_to(account.as_ref(), bytes - before);
    Ok(())
}

/// Journals the result of an effect.
pub(in super::super) fn record_exchange(
    connection: &Connection,
    operation: &str,
    number: usize,
    exchange: Exchange,
    usage: &mut Usage,
) -> Result<()> {
    let (exchange, body) = without_body(exchange);
    let update = format!(
        "UPDATE effect SET exchange = seal('effect.exchange', ?3, ?1, ?2), body = seal('effect.body', ?4, ?1, ?2)
         WHERE operation = ?1 AND number = ?2 AND exchange IS NULL
         RETURNING {ACCOUNT}, octet_length(exchange) + COALESCE(octet_length(body), 0)"
    );
    let values = params![operation, count(number), Json(exchange), body];
    let changed = query::row(connection, &update, values, account_and_bytes)?;
    let Some((OptionalAccount(account), bytes)) = changed else {
        let why = format!("effect {number} of operation {operation} was not journaled, or already has a result");
        return Err(StoreError::conflict(why).into());
    };
    usage.add_to(account.as_ref(), bytes);
    Ok(())
}

/// Stores how an operation ended, and deletes its state. Fails if it has already ended.
pub(in super::super) fn finish(
    connection: &Connection,
    operation: &str,
    ending: &Ending,
    usage: &mut Usage,
) -> Result<()> {
    let update = "UPDATE operation SET outcome = seal('operation.outcome', ?2, ?1), succeeded = ?3,
             leftover = seal('operation.leftover', ?4, ?1), finished_at = ?5
         WHERE id = ?1 AND finished_at IS NULL
         RETURNING account, COALESCE(octet_length(outcome), 0) + COALESCE(octet_length(leftover), 0)";
    let values = params![operation, ending.outcome, ending.succeeded, ending.leftover, Ordered(ending.finished_at)];
    let changed = query::row(connection, update, values, account_and_bytes)?;
    let Some((OptionalAccount(account), bytes)) = changed else {
        return Err(StoreError::conflict(format!("operation {operation} has not begun, or has already ended")).into());
    };
    usage.add_to(account.as_ref(), bytes);
    state::clear(connection, &Scope::Operation(operation.to_owned()))?;
    if ending.leftover.is_some() {
        let acknowledge = "UPDATE operation SET acknowledged_at = ?2
             WHERE kind = 'delete' AND id <> ?1 AND leftover IS NOT NULL AND acknowledged_at IS NULL AND conference = (
                 SELECT conference FROM operation WHERE id = ?1 AND kind = 'delete')";
        query::execute(connection, acknowledge, params![operation, Ordered(ending.finished_at)])?;
    }
    Ok(())
}

/// Deletes an operation with its effects. Returns the number of operations deleted.
pub(in super::super) fn delete(connection: &Connection, operation: &str, usage: &mut Usage) -> Result<usize> {
    let sum = format!("SELECT COALESCE(SUM({}), 0) FROM effect WHERE operation = ?1", size::EFFECT);
    let effects: i64 = query::one(connection, &sum, [operation], |row| row.get(0))?;
    for dependent in ["DELETE FROM effect WHERE operation = ?1", "DELETE FROM repeat WHERE operation = ?1"] {
        query::execute(connection, dependent, [operation])?;
    }
    let delete = format!("DELETE FROM operation WHERE id = ?1 RETURNING account, {}", size::OPERATION);
    let deleted = query::row(connection, &delete, [operation], account_and_bytes)?;
    let Some((OptionalAccount(account), bytes)) = deleted else { return Ok(0) };
    usage.add_to(account.as_ref(), -(bytes + effects));
    Ok(1)
}

/// Takes the body out of an exchange. It is stored as bytes, since JSON would turn it into a list of numbers.
fn without_body(mut exchange: Exchange) -> (Exchange, Option<Vec<u8>>) {
    let body = match &mut exchange {
        Exchange::Answered(response) => Some(std::mem::take(&mut response.body)),
        Exchange::Failed(_) | Exchange::Done => None,
    };
    (exchange, body)
}

/// Puts the body back into an exchange.
pub(super) fn with_body(mut exchange: Exchange, body: Option<Vec<u8>>) -> Exchange {
    if let Exchange::Answered(response) = &mut exchange {
        response.body = body.unwrap_or_default();
    }
    exchange
}
