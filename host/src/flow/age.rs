//! Dropping what is older than its owner wants it kept.

use crate::store::{Change, StoreError};

use super::switchboard::{Switchboard, now};

/// Few enough that a commit beside it does not wait long.
const AT_ONCE: usize = 500;

/// Drops it, a little at a time. How many records.
///
/// # Errors
/// Where the store fails.
pub async fn prune(board: &Switchboard) -> Result<usize, StoreError> {
    let keep = u64::try_from(board.limits.keep.as_millis()).unwrap_or(u64::MAX);
    let before = now().saturating_sub(keep);
    let mut count = 0;
    loop {
        let dropped = board.store.commit(vec![Change::Prune { before, most: AT_ONCE }]).await?.pruned;
        count += dropped;
        if dropped == 0 {
            return Ok(count);
        }
    }
}
