//! Whether the CRM has received an operation's answer.

use rusqlite::{Connection, params};

use super::super::column::Ordered;
use super::super::fault::Result;
use super::super::query;

/// The maximum number of further requests that are recorded for a create.
const MAX_REPEATS: u32 = 64;

/// Records that the CRM has acknowledged the answer. An operation that retention has removed needs no mark.
pub(in super::super) fn acknowledge_answer(connection: &Connection, operation: &str) -> Result<()> {
    let update = "UPDATE operation SET answered = 1, answer_lost_at = NULL WHERE id = ?1";
    query::execute(connection, update, [operation]).map(drop)
}

/// Withdraws the lost mark, since the CRM may receive the answer from now on.
pub(in super::super) fn reopen_answer(connection: &Connection, operation: &str) -> Result<()> {
    query::execute(connection, "UPDATE operation SET answer_lost_at = NULL WHERE id = ?1", [operation]).map(drop)
}

/// Records that a further request is answered with the conference of a create. At most [`MAX_REPEATS`] are recorded.
pub(in super::super) fn repeat_answer(connection: &Connection, operation: &str, request: &str) -> Result<()> {
    let insert = "INSERT INTO repeat (operation, request)
         SELECT id, ?2 FROM operation WHERE id = ?1 AND (SELECT count(*) FROM repeat WHERE operation = ?1) < ?3
         ON CONFLICT (operation, request) DO NOTHING";
    query::execute(connection, insert, params![operation, request, MAX_REPEATS]).map(drop)
}

/// Records that the answer to a successful create reached nobody, unless it has been acknowledged.
pub(in super::super) fn lose_answer(connection: &Connection, operation: &str, at: u64) -> Result<()> {
    let update = "UPDATE operation SET answer_lost_at = ?2
         WHERE id = ?1 AND kind = 'create' AND succeeded = 1 AND answered = 0";
    query::execute(connection, update, params![operation, Ordered(at)]).map(drop)
}
