//! Work that is done once for all who ask for it at a time, and goes on when they have gone.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::topology::{InFlightGuard, while_waiting};

use super::bulkhead::{Bulkhead, Permit};

/// How much may be under way: work goes on when its caller hangs up, so connections do not bound it.
const MAX_IN_FLIGHT: usize = 4096;
/// Of one account: a provider that never answers holds up its own.
const MAX_IN_FLIGHT_PER_ACCOUNT: usize = 512;

/// Work under way, by what it is about.
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
    /// The result of `work` for a request, or of what is under way by the same key. It goes on when the caller is gone,
    /// and then takes the request's place among what is under way. None where it broke off, or where too much is.
    pub async fn join(
        self: &Arc<Self>,
        request: InFlightGuard,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let activity = request.limiter().activity().clone();
        let work = async move { activity.run(work).await };
        let mut result = self.spawn(request.account(), Some(request.clone()), key, work)?;
        while_waiting(async move { result.wait_for(Option::is_some).await.ok()?.clone() }).await
    }

    /// Starts `work` for an account that nobody asked for, unless some is under way by the same key. None where too
    /// much is.
    pub fn start(
        self: &Arc<Self>,
        account: u64,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<watch::Receiver<Option<T>>> {
        self.spawn(account, None, key, work)
    }

    fn spawn(
        self: &Arc<Self>,
        account: u64,
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
        tokio::spawn(async move {
            let result = work.await;
            // Before anybody is answered, who may then ask again at once.
            drop(request);
            // Whoever joined hears of it even though the flight is over the moment the key is free again.
            let _ = sender.send(Some(result));
            drop(guard);
        });
        Some(receiver)
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Frees the key, also where the work panics.
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
