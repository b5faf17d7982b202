//! Whether the CRM has received an operation's answer.

use rusqlite::{Connection, params};

use super::super::column::Ordered;
use super::super::fault::Result;

/// Records that the CRM has acknowledged the answer. An operation that retention has removed needs no mark.
pub(in super::super) fn acknowledge_answer(connection: &Connection, operation: &str) -> Result<()> {
    connection
        .prepare_cached("UPDATE operation SET answered = 1, answer_lost_at = NULL WHERE id = ?1")?
        .execute([operation])?;
    Ok(())
}

/// Withdraws the lost mark, since the CRM may receive the answer from now on.
pub(in super::super) fn reopen_answer(connection: &Connection, operation: &str) -> Result<()> {
    connection.prepare_cached("UPDATE operation SET answer_lost_at = NULL WHERE id = ?1")?.execute([operation])?;
    Ok(())
}

/// Records that the answer to a successful create reached nobody, unless it has been acknowledged.
pub(in super::super) fn lose_answer(connection: &Connection, operation: &str, at: u64) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE operation SET answer_lost_at = ?2
             WHERE id = ?1 AND kind = 'create' AND succeeded = 1 AND answered = 0",
        )?
        .execute(params![operation, Ordered(at)])?;
    Ok(())
}
