//! Limits how many operations of one account are worked on at a time, so that another account's operation waits for few
//! of them in the queues of the runtime and the store.
//!
//! An operation that waits for a provider or for another operation is not counted: see [`while_waiting`].

use std::cell::RefCell;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Low enough that another account waits for only a few operations, high enough that they share the store's commits.
const MAX_ACTIVE: usize = 4;

tokio::task_local! {
    /// The permit of the operation that this task runs; none while it waits.
    static PERMIT: RefCell<Option<OwnedSemaphorePermit>>;
}

/// The permits of one account.
#[derive(Clone, Debug)]
pub struct ActivityLimiter(Arc<Semaphore>);

impl Default for ActivityLimiter {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_ACTIVE)))
    }
}

impl ActivityLimiter {
    /// Runs an operation once it has a permit. Permits are granted in order of arrival.
    pub async fn run<T>(&self, operation: impl Future<Output = T>) -> T {
        // The semaphore is never closed.
        let permit = Arc::clone(&self.0).acquire_owned().await.ok();
        PERMIT.scope(RefCell::new(permit), operation).await
    }
}

/// Releases the operation's permit while it waits. Every wait that may take long or depends on another operation of the
/// account must go through this, or operations could wait for each other's permits.
pub async fn while_waiting<T>(wait: impl Future<Output = T>) -> T {
    let permit = PERMIT.try_with(|permit| permit.borrow_mut().take()).ok().flatten();
    let Some(permit) = permit else { return wait.await };
    let permits = Arc::clone(permit.semaphore());
    drop(permit);
    let result = wait.await;
    let permit = permits.acquire_owned().await.ok();
    let _ = PERMIT.try_with(|slot| slot.replace(permit));
    result
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn few_operations_are_worked_on_at_a_time() {
        let (active, most, limiter) = (AtomicUsize::new(0), AtomicUsize::new(0), ActivityLimiter::default());
        let (active, most) = (Arc::new(active), Arc::new(most));
        let operation = || {
            let (active, most) = (Arc::clone(&active), Arc::clone(&most));
            async move {
                most.fetch_max(active.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                active.fetch_sub(1, Ordering::Relaxed);
            }
        };
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let (limiter, operation) = (limiter.clone(), operation());
                tokio::spawn(async move { limiter.run(operation).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(most.load(Ordering::Relaxed), MAX_ACTIVE);
    }

    #[tokio::test]
    async fn an_operation_that_waits_or_is_dropped_holds_no_permit() {
        let limiter = ActivityLimiter::default();
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let limiter = limiter.clone();
                tokio::spawn(async move { limiter.run(while_waiting(pending::<()>())).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(limiter.run(while_waiting(async { 1 })).await, 1);
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        // After the wait the operation holds a permit again.
        let counted = limiter.run(async {
            while_waiting(async {}).await;
            limiter.0.available_permits()
        });
        assert_eq!(counted.await, MAX_ACTIVE - 1);
        assert_eq!(limiter.0.available_permits(), MAX_ACTIVE);
    }
}
