//! Deletes conferences whose answer was lost, in accounts with `delete-unacknowledged`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use cordboard_runtime::contract::crm::Outcome;
use cordboard_store::{Conference, StoreError};

use crate::clock::now;
use crate::flow::command::{Caller, Commands, delete};

/// The longest time between two attempts to delete a conference.
const MAX_RETRY_INTERVAL_MS: u64 = 24 * 60 * 60 * 1000;

const BATCH: usize = 100;

/// How long an account's attempts may take before the rest waits for the next round, so that a provider that never
/// answers does not delay the rounds of other accounts.
const ROUND_TIMEOUT: Duration = Duration::from_secs(30);

impl Commands {
    /// Deletes the conferences whose answer was lost before the grace period, and returns their number.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn delete_unacknowledged(self: &Arc<Self>) -> Result<usize, StoreError> {
        let topology = self.topology.load();
        let grace = u64::try_from(self.executor.limits.unacknowledged_grace.as_millis()).unwrap_or(u64::MAX);
        let before = now().saturating_sub(grace);
        // Accounts run in parallel, so that a provider that never answers only delays its own account.
        let mut accounts = JoinSet::new();
        for account in topology.accounts().filter(|account| account.delete_unacknowledged) {
            let conferences = self.store.unacknowledged_creates(&account.id, &account.app, before, BATCH).await?;
            accounts.spawn(delete_all(Arc::clone(self), conferences, before));
        }
        Ok(accounts.join_all().await.into_iter().sum())
    }
}

async fn delete_all(commands: Arc<Commands>, conferences: Vec<(String, Conference)>, before: u64) -> usize {
    let mut count = 0;
    let started = Instant::now();
    for (operation, Conference { id, app, connection, created_at, .. }) in conferences {
        if started.elapsed() > ROUND_TIMEOUT {
            break;
        }
        let caller = Caller { commands: &commands, topology: &commands.topology.load(), app: &app, body: 0 };
        // An operation takes longer than its time limit only while the store fails.
        let limit = commands.executor.limits.operation * 2;
        let deleting = delete(&caller, id.clone(), Some(before));
        let Ok(deleted) = tokio::time::timeout(limit, deleting).await else { break };
        if deleted.is_ok_and(|result| result.outcome == Outcome::Deleted) {
            count += 1;
        } else if commands.store.is_unacknowledged(&connection.account, &id, before).await.unwrap_or(true) {
            tracing::warn!(%connection, conference = id, "unacknowledged conference not deleted; retrying later");
            let at = retry_at(now(), created_at, before);
            if let Err(error) = commands.answers.record_lost(&connection.account, &operation, &id, at).await {
                tracing::warn!(%connection, conference = id, %error, "could not postpone the next attempt");
            }
        }
    }
    count
}

/// Returns the time of loss with which a conference that could not be deleted is tried again: after the grace period that
/// ends at `before`, or after the age of the conference if that is longer, up to a day. Each attempt may leave a line in
/// `cordboard status`.
fn retry_at(now: u64, created_at: u64, before: u64) -> u64 {
    let (age, grace) = (now.saturating_sub(created_at), now.saturating_sub(before));
    now.saturating_add(age.min(MAX_RETRY_INTERVAL_MS).saturating_sub(grace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_become_rarer() {
        const MINUTE: u64 = 60_000;
        let retry_after = |age: u64| retry_at(2_000 * MINUTE, (2_000 - age) * MINUTE, 1_985 * MINUTE) + 15 * MINUTE;
        assert_eq!([5, 60, 1_999].map(|age| (retry_after(age) - 2_000 * MINUTE) / MINUTE), [15, 60, 1_440]);
    }
}
