//! Deletes conferences whose answer was lost, in accounts with `delete-unacknowledged`.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::contract::crm::Outcome;
use crate::store::{Change, Conference, StoreError};

use super::delete;
use super::state::{BridgeState, now};

const BATCH: usize = 100;

/// Deletes the conferences whose answer was lost before the grace period, and returns their number.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn delete_unacknowledged(state: &Arc<BridgeState>) -> Result<usize, StoreError> {
    let topology = state.topology();
    let grace = u64::try_from(state.limits.unacknowledged_grace.as_millis()).unwrap_or(u64::MAX);
    let before = now().saturating_sub(grace);
    // Accounts run in parallel, so that a provider that never answers only delays its own account.
    let mut accounts = JoinSet::new();
    for account in topology.accounts().filter(|account| account.delete_unacknowledged) {
        let conferences = state.store.unacknowledged_creates(account.id, account.app, before, BATCH).await?;
        accounts.spawn(delete_all(Arc::clone(state), conferences, before));
    }
    Ok(accounts.join_all().await.into_iter().sum())
}

async fn delete_all(state: Arc<BridgeState>, conferences: Vec<(String, Conference)>, before: u64) -> usize {
    let mut count = 0;
    for (operation, Conference { id, app, connection, .. }) in conferences {
        let deleted = delete::delete_if_unacknowledged(&state, app, id.clone(), before).await;
        if deleted.is_ok_and(|result| result.outcome == Outcome::Deleted) {
            count += 1;
        } else if state.store.is_unacknowledged(connection.account, &id, before).await.unwrap_or(true) {
            tracing::warn!(%connection, conference = id, "unacknowledged conference not deleted; retrying later");
            // Retried after another grace period, behind conferences that have not been tried.
            let postponed = Change::AnswerLost { operation, at: now() };
            if let Err(error) = state.store.commit_for(connection.account, vec![postponed]).await {
                tracing::warn!(%connection, conference = id, %error, "could not postpone the next attempt");
            }
        }
    }
    count
}
