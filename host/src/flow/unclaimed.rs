//! Conferences whose asker never had the answer, taken back where their owner wants that.

use std::sync::Arc;

use crate::store::StoreError;

use super::delete;
use super::switchboard::{Switchboard, now};

const BATCH: usize = 100;

/// Takes them back. How many.
///
/// # Errors
/// Where the store fails.
pub async fn undo_unclaimed(board: &Arc<Switchboard>) -> Result<usize, StoreError> {
    let world = board.world();
    if !world.accounts().any(|account| account.undo_unclaimed) {
        return Ok(0);
    }
    let grace = u64::try_from(board.limits.unclaimed.as_millis()).unwrap_or(u64::MAX);
    let mut count = 0;
    for leftover in board.store.leftovers(BATCH).await? {
        let Some(conference) = leftover.conference.filter(|_| leftover.unclaimed) else { continue };
        let wanted = world.account(conference.app, conference.connection.account).is_some_and(|it| it.undo_unclaimed);
        if wanted && leftover.at.saturating_add(grace) < now() {
            match delete::delete(board, conference.app, conference.id).await {
                Ok(_) => count += 1,
                Err(refusal) => tracing::warn!(
                    operation = leftover.operation,
                    reason = refusal.reason(),
                    "an unclaimed conference could not be taken back; tried again later"
                ),
            }
        }
    }
    Ok(count)
}
