//! Work that is done once for all who ask for it at a time, and goes on when they have gone.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::world::Admitted;

use super::shares::{Share, Shares};

/// How much may be under way: work goes on when its asker hangs up, so connections do not bound it.
const MOST: usize = 4096;
/// Of one account: a provider that never answers holds up its own.
const MOST_OF_ONE: usize = 512;

/// Work under way, by what it is about.
pub struct Flights<T> {
    under_way: Mutex<HashMap<String, watch::Receiver<Option<T>>>>,
    shares: Arc<Shares>,
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self { under_way: Mutex::default(), shares: Arc::new(Shares::new(MOST, MOST_OF_ONE)) }
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// The result of `work` for a request, or of what is under way by the same key. It goes on when the caller is gone,
    /// and then takes the request's place among what is under way. None where it broke off, or where too much is.
    pub async fn join(
        self: &Arc<Self>,
        request: Admitted,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let work = request.meter().polls().limit(work);
        let mut result = self.launch(request.account(), Some(request.clone()), key, work)?;
        let result = result.wait_for(Option::is_some).await.ok()?;
        result.clone()
    }

    /// Starts `work` for an account that nobody asked for, unless some is under way by the same key. None where too
    /// much is.
    pub fn start(
        self: &Arc<Self>,
        account: u64,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<watch::Receiver<Option<T>>> {
        self.launch(account, None, key, work)
    }

    fn launch(
        self: &Arc<Self>,
        account: u64,
        request: Option<Admitted>,
        key: String,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<watch::Receiver<Option<T>>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(result) = under_way.get(&key) {
            return Some(result.clone());
        }
        let share = self.shares.take(account)?;
        let (sender, receiver) = watch::channel(None);
        under_way.insert(key.clone(), receiver.clone());
        let landing = Landing { flights: Arc::clone(self), key, _share: share };
        tokio::spawn(async move {
            let result = work.await;
            // Before anybody is answered, who may then ask again at once.
            drop(request);
            // Whoever joined hears of it even though the flight is over the moment the key is free again.
            let _ = sender.send(Some(result));
            drop(landing);
        });
        Some(receiver)
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Frees the key, also where the work panics.
struct Landing<T> {
    flights: Arc<Flights<T>>,
    key: String,
    _share: Share,
}

impl<T> Drop for Landing<T> {
    fn drop(&mut self) {
        self.flights.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// One at a time, by key.
#[derive(Default)]
pub struct Turns {
    taken: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Turns {
    /// Waits for its turn and keeps it until the guard is dropped.
    pub async fn wait(&self, key: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            // What nobody holds or waits for any more is forgotten on the way.
            if taken.len() > 1024 {
                taken.retain(|_, turn| Arc::strong_count(turn) > 1);
            }
            Arc::clone(taken.entry(key.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}
