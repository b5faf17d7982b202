//! Conferences whose asker never had the answer, taken back where their owner wants that.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::contract::crm::Outcome;
use crate::store::{Conference, StoreError};

use super::delete;
use super::switchboard::{Switchboard, now};

const BATCH: usize = 100;

/// Takes them back. How many.
///
/// # Errors
/// Where the store fails.
pub async fn undo_unclaimed(board: &Arc<Switchboard>) -> Result<usize, StoreError> {
    let world = board.world();
    let grace = u64::try_from(board.limits.unclaimed.as_millis()).unwrap_or(u64::MAX);
    let before = now().saturating_sub(grace);
    // Each account on its own: a provider that never answers holds up its own.
    let mut accounts = JoinSet::new();
    for account in world.accounts().filter(|account| account.undo_unclaimed) {
        let conferences = board.store.unclaimed(account.id, before, BATCH).await?;
        let of_app = conferences.into_iter().filter(|conference| conference.app == account.app).collect();
        accounts.spawn(take_back(Arc::clone(board), of_app));
    }
    Ok(accounts.join_all().await.into_iter().sum())
}

async fn take_back(board: Arc<Switchboard>, conferences: Vec<Conference>) -> usize {
    let mut count = 0;
    for Conference { id, app, connection, .. } in conferences {
        let taken_back = delete::delete(&board, &board.world(), app, id.clone(), 0).await;
        if taken_back.is_ok_and(|landed| landed.outcome == Outcome::Deleted) {
            count += 1;
        } else {
            tracing::warn!(%connection, conference = id, "an unclaimed conference is not taken back: tried again later");
        }
    }
    count
}
