//! Limits the memory for request bodies in flight.
//!
//! Senders are not authenticated yet when their bodies are read. The CRM and the providers have separate budgets, so
//! that neither can starve the other. Each account, identified by the ingest key in the URL, may use a share of the
//! providers' budget.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cordboard_core::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use cordboard_bridge::flow::ApiError;

/// Budget of the CRM, in bytes: the default body limit times the default number of connections.
const MAX_CRM_BYTES: usize = 64 << 20;
/// Budget of all providers, in bytes.
const MAX_PROVIDER_BYTES: usize = 32 << 20;
/// Share of one account in the providers' budget, in bytes: at least the largest body limit that can be configured.
const MAX_ACCOUNT_BYTES: usize = 8 << 20;
/// How long a body waits for room before it is refused.
const WAIT_TIMEOUT: Duration = Duration::from_secs(1);

/// The budgets of the CRM, the providers and each account.
pub(crate) struct BodyBudget {
    crm: Arc<Semaphore>,
    providers: Arc<Semaphore>,
    // Bounded, because only configured accounts get here.
    accounts: Mutex<HashMap<AccountId, Arc<Semaphore>>>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self {
            crm: Arc::new(Semaphore::new(MAX_CRM_BYTES)),
            providers: Arc::new(Semaphore::new(MAX_PROVIDER_BYTES)),
            accounts: Mutex::default(),
        }
    }
}

impl BodyBudget {
    /// Returns the budget for a CRM request.
    pub fn crm(&self) -> BudgetHandle {
        BudgetHandle { share: None, all: Arc::clone(&self.crm) }
    }

    /// Returns the budget for a provider's request to this account.
    pub fn provider(&self, account: &AccountId) -> BudgetHandle {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let own = accounts.entry(account.clone()).or_insert_with(|| Arc::new(Semaphore::new(MAX_ACCOUNT_BYTES)));
        BudgetHandle { share: Some(Arc::clone(own)), all: Arc::clone(&self.providers) }
    }
}

/// The budget that one body draws from.
pub(crate) struct BudgetHandle {
    /// The share of the account.
    share: Option<Arc<Semaphore>>,
    all: Arc<Semaphore>,
}

/// Bytes reserved for a body. Dropping it releases them.
#[derive(Debug)]
pub(super) struct Reservation {
    share: Option<OwnedSemaphorePermit>,
    all: OwnedSemaphorePermit,
}

impl BudgetHandle {
    /// Reserves bytes, waiting briefly for room.
    ///
    /// # Errors
    /// Fails with 503 if there is no room in time.
    pub(super) async fn reserve(&self, bytes: usize) -> Result<Reservation, ApiError> {
        let until = Instant::now() + WAIT_TIMEOUT;
        // Acquire the account's share first, so that waiting for it blocks no other account.
        let share = match &self.share {
            Some(share) => Some(acquire(share, bytes, until).await?),
            None => None,
        };
        Ok(Reservation { share, all: acquire(&self.all, bytes, until).await? })
    }

    /// Reserves additional bytes. Growing bodies may wait for each other, but only until the timeout.
    ///
    /// # Errors
    /// Fails with 503 if there is no room in time.
    pub(super) async fn grow(&self, reservation: &mut Reservation, bytes: usize) -> Result<(), ApiError> {
        let Reservation { share, all } = self.reserve(bytes).await?;
        if let (Some(held), Some(more)) = (&mut reservation.share, share) {
            held.merge(more);
        }
        reservation.all.merge(all);
        Ok(())
    }
}

async fn acquire(from: &Arc<Semaphore>, bytes: usize, until: Instant) -> Result<OwnedSemaphorePermit, ApiError> {
    let full = || ApiError::Unavailable("too many request bodies are in flight".to_owned());
    let bytes = u32::try_from(bytes).map_err(|_| full())?;
    let acquired = timeout_at(until, Arc::clone(from).acquire_many_owned(bytes)).await;
    acquired.map_err(|_| full())?.map_err(|_| full())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reservation_waits_for_room_and_then_fails() {
        let budget = BodyBudget::default();
        let held = budget.crm().reserve(MAX_CRM_BYTES).await.unwrap();
        assert_eq!(budget.crm().reserve(1).await.unwrap_err().status(), 503);
        let waiting = tokio::spawn({
            let handle = budget.crm();
            async move { handle.reserve(1).await }
        });
        tokio::time::sleep(WAIT_TIMEOUT / 2).await;
        drop(held);
        assert!(waiting.await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_and_providers_cannot_starve_others() {
        let budget = BodyBudget::default();
        let _first = budget.provider(&1.into()).reserve(MAX_ACCOUNT_BYTES).await.unwrap();
        assert!(budget.provider(&1.into()).reserve(1).await.is_err());
        let _others: Vec<_> = {
            let mut held = Vec::new();
            for account in 2..=(MAX_PROVIDER_BYTES / MAX_ACCOUNT_BYTES) as u64 {
                held.push(budget.provider(&account.into()).reserve(MAX_ACCOUNT_BYTES).await.unwrap());
            }
            held
        };
        assert!(budget.provider(&100.into()).reserve(1).await.is_err());
        assert!(budget.crm().reserve(MAX_CRM_BYTES).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn growing_reservations_do_not_deadlock() {
        let budget = BodyBudget::default();
        let mut held = budget.crm().reserve(MAX_CRM_BYTES / 2).await.unwrap();
        let mut other = budget.crm().reserve(MAX_CRM_BYTES / 2).await.unwrap();
        let (handle, others) = (budget.crm(), budget.crm());
        let (first, second) = tokio::join!(handle.grow(&mut held, 1), others.grow(&mut other, 1));
        assert!(first.is_err() && second.is_err());
        drop(other);
        handle.grow(&mut held, MAX_CRM_BYTES / 2).await.unwrap();
        drop(held);
        assert_eq!(budget.crm.available_permits(), MAX_CRM_BYTES);
    }
}
