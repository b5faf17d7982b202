//! Runs work once for all concurrent callers with the same key, and continues it when they disconnect.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_core::AccountId;
use tokio::sync::watch;

use crate::flow::request_id;
use crate::topology::{ActivityLimiter, InFlightGuard, while_waiting};

use super::bulkhead::{Bulkhead, Permit};

/// The limit for all accounts. Connections do not bound it, because work continues when its caller disconnects.
const MAX_IN_FLIGHT: usize = 4096;
/// The limit for one account, so that a provider that never answers only affects its own account.
const MAX_IN_FLIGHT_PER_ACCOUNT: usize = 512;

/// Work in progress, by key.
pub struct SingleFlight<T> {
    in_flight: Mutex<HashMap<String, watch::Receiver<Option<T>>>>,
    bulkhead: Arc<Bulkhead>,
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            in_flight: Mutex::default(),
            bulkhead: Arc::new(Bulkhead::new(MAX_IN_FLIGHT, MAX_IN_FLIGHT_PER_ACCOUNT)),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// Runs `work` for a request, or joins the work in progress under the same key, and returns the result.
    ///
    /// The work continues if the caller disconnects, and holds `request` until it ends. Returns `None` if the work
    /// panics or too much work is in progress.
    pub async fn join(
        self: &Arc<Self>,
        request: InFlightGuard,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let activity = request.limiter().activity.clone();
        let mut result = self.start(request.account(), activity, Some(request.clone()), key, work)?;
        while_waiting(async move { result.wait_for(Option::is_some).await.ok()?.clone() }).await
    }

    /// Starts `work`, unless work under the same key is in progress. Returns `None` if too much work is in progress.
    ///
    /// The log lines of the work have the id of the request that started it.
    pub fn start(
        self: &Arc<Self>,
        account: &AccountId,
        activity: ActivityLimiter,
        request: Option<InFlightGuard>,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<watch::Receiver<Option<T>>> {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(result) = in_flight.get(&key) {
            return Some(result.clone());
        }
        let permit = self.bulkhead.try_acquire(account)?;
        let (sender, receiver) = watch::channel(None);
        in_flight.insert(key.clone(), receiver.clone());
        let guard = KeyGuard { single_flight: Arc::clone(self), key, _permit: permit };
        request_id::spawn(async move {
            let result = activity.run(work).await;
            // Dropped before the caller is answered, which may send its next request at once.
            drop(request);
            // Sent before the key is freed, so that callers that joined get this result.
            let _ = sender.send(Some(result));
            drop(guard);
        });
        Some(receiver)
    }

    /// Returns the number of keys in progress.
    pub fn len(&self) -> usize {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Frees the key when dropped, even if the work panics.
struct KeyGuard<T> {
    single_flight: Arc<SingleFlight<T>>,
    key: String,
    _permit: Permit,
}

impl<T> Drop for KeyGuard<T> {
    fn drop(&mut self) {
        self.single_flight.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
