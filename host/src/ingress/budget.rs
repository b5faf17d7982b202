//! Bytes of request bodies that are in flight: how many there are at a time, for all, and for one account.
//!
//! Bodies come from senders that have proved nothing yet. The CRM's routes and those of providers have a budget each, so
//! that neither side starves the other; an account, known by the secret part of its address, has a share of the
//! providers' budget.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::flow::ApiError;

/// For the CRM's routes: the default limit of a body for each of the default connections.
const MAX_CRM_BYTES: usize = 64 << 20;
/// For all providers.
const MAX_PROVIDER_BYTES: usize = 32 << 20;
/// For the providers of one account: no less than the largest body that can be allowed.
const MAX_ACCOUNT_BYTES: usize = 8 << 20;
/// Until a body that finds no room is refused.
const WAIT_TIMEOUT: Duration = Duration::from_secs(1);

/// The bytes of bodies that may be in flight.
pub(super) struct BodyBudget {
    crm: Arc<Semaphore>,
    providers: Arc<Semaphore>,
    // Only accounts that are configured get here, so it stays as small as the configuration.
    accounts: Mutex<HashMap<u64, Arc<Semaphore>>>,
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
    /// For a request of the CRM.
    pub fn crm(&self) -> BudgetHandle {
        BudgetHandle { accounts: None, all: Arc::clone(&self.crm) }
    }

    /// For a request of a provider of this account.
    pub fn provider(&self, account: u64) -> BudgetHandle {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let own = accounts.entry(account).or_insert_with(|| Arc::new(Semaphore::new(MAX_ACCOUNT_BYTES)));
        BudgetHandle { accounts: Some(Arc::clone(own)), all: Arc::clone(&self.providers) }
    }
}

/// What one body is paid from.
pub(super) struct BudgetHandle {
    accounts: Option<Arc<Semaphore>>,
    all: Arc<Semaphore>,
}

/// Bytes that a body may have in flight, until this is dropped.
#[derive(Debug)]
pub(super) struct Reservation {
    accounts: Option<OwnedSemaphorePermit>,
    all: OwnedSemaphorePermit,
}

impl BudgetHandle {
    /// Reserves so many bytes. Waits a moment for room.
    ///
    /// # Errors
    /// 503 where there is none in time.
    pub async fn reserve(&self, bytes: usize) -> Result<Reservation, ApiError> {
        let until = Instant::now() + WAIT_TIMEOUT;
        // The account's share first: what waits for it holds nothing that others wait for.
        let accounts = match &self.accounts {
            Some(share) => Some(acquire(share, bytes, until).await?),
            None => None,
        };
        Ok(Reservation { accounts, all: acquire(&self.all, bytes, until).await? })
    }

    /// Reserves so many bytes more.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve). All that grow may wait for each other: none waits for long.
    pub async fn grow(&self, reservation: &mut Reservation, bytes: usize) -> Result<(), ApiError> {
        let Reservation { accounts, all } = self.reserve(bytes).await?;
        if let (Some(held), Some(more)) = (&mut reservation.accounts, accounts) {
            held.merge(more);
        }
        reservation.all.merge(all);
        Ok(())
    }
}

async fn acquire(from: &Arc<Semaphore>, bytes: usize, until: Instant) -> Result<OwnedSemaphorePermit, ApiError> {
    let full = || ApiError::Unavailable("too many bytes of request bodies are in flight".to_owned());
    let bytes = u32::try_from(bytes).map_err(|_| full())?;
    let acquired = timeout_at(until, Arc::clone(from).acquire_many_owned(bytes)).await;
    acquired.map_err(|_| full())?.map_err(|_| full())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_not_there_is_waited_for_and_then_refused() {
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
    async fn an_account_leaves_room_for_others_and_providers_for_the_crm() {
        let budget = BodyBudget::default();
        let _first = budget.provider(1).reserve(MAX_ACCOUNT_BYTES).await.unwrap();
        assert!(budget.provider(1).reserve(1).await.is_err());
        let _others: Vec<_> = {
            let mut held = Vec::new();
            for account in 2..=(MAX_PROVIDER_BYTES / MAX_ACCOUNT_BYTES) as u64 {
                held.push(budget.provider(account).reserve(MAX_ACCOUNT_BYTES).await.unwrap());
            }
            held
        };
        assert!(budget.provider(100).reserve(1).await.is_err());
        assert!(budget.crm().reserve(MAX_CRM_BYTES).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn two_that_grow_into_each_other_do_not_wait_for_ever() {
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
