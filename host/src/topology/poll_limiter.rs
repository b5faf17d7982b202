//! Limits how many tasks of one account run at a time. The runtime's queue then holds few tasks of each account, so
//! that tasks of other accounts are polled soon.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tokio::sync::Semaphore;
use tokio_util::sync::PollSemaphore;

use super::slow_call_limiter::processors;

/// Permits for the concurrent polls of one account. A task holds a permit only while it is polled, not while it waits
/// for a provider or the store.
#[derive(Clone)]
pub struct PollLimiter(Arc<Semaphore>);

/// Has one permit more than slow calls may use, so that quick calls never wait for slow ones.
impl Default for PollLimiter {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(processors().div_ceil(2) + 1)))
    }
}

impl PollLimiter {
    /// Wraps `work` so that each poll waits for a permit. Permits are granted in order of arrival.
    pub fn limit<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        Limited { permits: PollSemaphore::new(Arc::clone(&self.0)), work }
    }
}

impl fmt::Debug for PollLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PollLimiter").field("available", &self.0.available_permits()).finish()
    }
}

pin_project! {
    struct Limited<F> {
        permits: PollSemaphore,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Limited<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _permit = ready!(this.permits.poll_acquire(context));
        this.work.poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// The runtime has one thread, so a task of another account that becomes ready waits for what is queued before it.
    #[tokio::test]
    async fn another_account_waits_for_few_polls() {
        let (polls, limiter) = (Arc::new(AtomicUsize::new(0)), PollLimiter::default());
        let work = || {
            let polls = Arc::clone(&polls);
            async move {
                for _ in 0..100 {
                    polls.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            }
        };
        let tasks: Vec<_> = (0..100).map(|_| tokio::spawn(limiter.limit(work()))).collect();
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        let before = polls.load(Ordering::Relaxed);
        assert!(before > 0);
        tokio::spawn(async {}).await.unwrap();
        let between = polls.load(Ordering::Relaxed) - before;
        assert!(between <= 3 * (processors().div_ceil(2) + 1), "{between} polls before another account's");
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(polls.load(Ordering::Relaxed), 100 * 100);
    }

    #[tokio::test]
    async fn a_task_that_is_dropped_or_waits_holds_no_permit() {
        let limiter = PollLimiter::default();
        let waiting: Vec<_> = (0..16).map(|_| tokio::spawn(limiter.limit(std::future::pending::<()>()))).collect();
        tokio::task::yield_now().await;
        limiter.limit(async {}).await;
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        limiter.limit(async {}).await;
        assert_eq!(limiter.0.available_permits(), processors().div_ceil(2) + 1);
    }
}
