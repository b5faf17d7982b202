//! Conferences of which nobody had the answer, taken back where their owner wants that.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::contract::crm::Outcome;
use crate::store::{Change, Conference, StoreError};

use super::delete;
use super::switchboard::{Switchboard, now};

const BATCH: usize = 100;

/// Takes them back. How many.
///
/// # Errors
/// Where the store fails.
pub async fn delete_unacknowledged(board: &Arc<Switchboard>) -> Result<usize, StoreError> {
    let world = board.world();
    let grace = u64::try_from(board.limits.unclaimed.as_millis()).unwrap_or(u64::MAX);
    let before = now().saturating_sub(grace);
    // Each account on its own: a provider that never answers holds up its own.
    let mut accounts = JoinSet::new();
    for account in world.accounts().filter(|account| account.delete_unacknowledged) {
        let conferences = board.store.unclaimed(account.id, account.app, before, BATCH).await?;
        accounts.spawn(take_back(Arc::clone(board), conferences, before));
    }
    Ok(accounts.join_all().await.into_iter().sum())
}

async fn take_back(board: Arc<Switchboard>, conferences: Vec<(String, Conference)>, before: u64) -> usize {
    let mut count = 0;
    for (operation, Conference { id, app, connection, .. }) in conferences {
        let taken_back = delete::undo(&board, app, id.clone(), before).await;
        if taken_back.is_ok_and(|landed| landed.outcome == Outcome::Deleted) {
            count += 1;
        } else if board.store.is_unclaimed(connection.account, &id, before).await.unwrap_or(true) {
            tracing::warn!(%connection, conference = id, "an unclaimed conference is not taken back: tried again later");
            // It is tried again after another grace period, behind those that have not been tried.
            let postponed = Change::AnswerLost { operation, at: now() };
            if let Err(error) = board.store.commit_for(connection.account, vec![postponed]).await {
                tracing::warn!(%connection, conference = id, "its next attempt could not be postponed: {error}");
            }
        }
    }
    count
}
