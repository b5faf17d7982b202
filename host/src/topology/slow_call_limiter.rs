//! Where calls that take long take turns, beside the threads that everybody waits for.

use std::thread::available_parallelism;
use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::while_waiting;

/// The most permits at a time of one limiter: half of the instances that there are for roomy plugs.
const MAX_PERMITS: usize = 8;

/// Turns, of which so many are taken at a time. Each account has its own, so that its plugs together, however many are
/// slow, take neither all instances nor all processors.
#[derive(Debug)]
pub struct SlowCallLimiter(Semaphore);

/// As an account has it: for half of the processors.
impl Default for SlowCallLimiter {
    fn default() -> Self {
        Self::with(processors().div_ceil(2))
    }
}

/// Leave to make a call.
pub struct CallPermit<'a>(Option<SemaphorePermit<'a>>);

impl SlowCallLimiter {
    /// For what serves all accounts: as many at a time as there are processors.
    pub fn shared() -> Self {
        Self::with(processors())
    }

    fn with(permits: usize) -> Self {
        Self(Semaphore::new(permits.min(MAX_PERMITS)))
    }

    /// Waits for leave to make a call until `deadline`: at once, unless it is a slow one. None where the time is up.
    pub async fn acquire(&self, slow: bool, deadline: Instant) -> Option<CallPermit<'_>> {
        if !slow {
            return Some(CallPermit(None));
        }
        let permit = while_waiting(tokio::time::timeout_at(deadline.into(), self.0.acquire())).await;
        Some(CallPermit(Some(permit.ok()?.ok()?)))
    }
}

impl CallPermit<'_> {
    /// Whether the call is made in the background, where nobody waits for it.
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
    async fn nobody_waits_for_a_turn_for_ever() {
        let limiter = SlowCallLimiter::default();
        let _all = limiter.0.acquire_many(u32::try_from(limiter.0.available_permits()).unwrap()).await.unwrap();
        let soon = || Instant::now() + Duration::from_millis(10);
        assert!(limiter.acquire(true, soon()).await.is_none());
        assert!(limiter.acquire(false, soon()).await.is_some(), "a quick call needs no turn");
    }

    #[test]
    fn no_limiter_takes_all_instances() {
        let roomy = crate::plug::Options::default().roomy.slots;
        assert_eq!(SlowCallLimiter::with(1000).0.available_permits(), usize::try_from(roomy).unwrap() / 2);
    }
}
