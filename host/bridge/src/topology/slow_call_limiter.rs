//! Limits concurrent slow plug calls, which run on blocking threads.

use std::thread::available_parallelism;
use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::while_waiting;

/// The maximum number of permits of one limiter: half of the instances for roomy plugs.
const MAX_PERMITS: usize = 8;

/// Permits for slow calls. Each account has its own limiter, so that its plugs together, however many are slow, use
/// neither all instances nor all processors.
#[derive(Debug)]
pub struct SlowCallLimiter(Semaphore);

/// Creates the limiter of an account, with permits for half of the processors.
impl Default for SlowCallLimiter {
    fn default() -> Self {
        Self::with(processors().div_ceil(2))
    }
}

/// Permission to make a call.
pub struct CallPermit<'a>(Option<SemaphorePermit<'a>>);

impl SlowCallLimiter {
    /// Creates a limiter for plugs that serve all accounts, with as many permits as there are processors.
    pub fn shared() -> Self {
        Self::with(processors())
    }

    fn with(permits: usize) -> Self {
        Self(Semaphore::new(permits.min(MAX_PERMITS)))
    }

    /// Returns a permit at once for a quick call, and waits for one for a slow call. Returns `None` after `deadline`.
    pub async fn acquire(&self, slow: bool, deadline: Instant) -> Option<CallPermit<'_>> {
        if !slow {
            return Some(CallPermit(None));
        }
        let permit = while_waiting(tokio::time::timeout_at(deadline.into(), self.0.acquire())).await;
        Some(CallPermit(Some(permit.ok()?.ok()?)))
    }
}

impl CallPermit<'_> {
    /// Returns whether the call runs in the background, on a thread of lower priority.
    pub(super) fn runs_in_background(&self) -> bool {
        self.0.is_some()
    }
}

fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn waiting_for_a_permit_ends_at_the_deadline() {
        let limiter = SlowCallLimiter::default();
        let _all = limiter.0.acquire_many(u32::try_from(limiter.0.available_permits()).unwrap()).await.unwrap();
        let soon = || Instant::now() + Duration::from_millis(10);
        assert!(limiter.acquire(true, soon()).await.is_none());
        assert!(limiter.acquire(false, soon()).await.is_some(), "a quick call needs no permit");
    }

    #[test]
    fn no_limiter_takes_all_instances() {
        let roomy = cordboard_runtime::Options::default().roomy.slots;
        assert_eq!(SlowCallLimiter::with(1000).0.available_permits(), usize::try_from(roomy).unwrap() / 2);
    }
}
