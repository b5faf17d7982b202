//! A mutex per key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::topology::while_waiting;

/// A set of mutexes by key.
#[derive(Default)]
pub struct KeyedMutex {
    locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl KeyedMutex {
    /// Waits for the lock of a key, and holds it until the guard is dropped.
    pub async fn lock(&self, key: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let mutex = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            // Removes mutexes that no task holds or waits for.
            if locks.len() > 1024 {
                locks.retain(|_, mutex| Arc::strong_count(mutex) > 1);
            }
            Arc::clone(locks.entry(key.to_owned()).or_default())
        };
        match Arc::clone(&mutex).try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => while_waiting(mutex.lock_owned()).await,
        }
    }
}
