//! A rate limiter: a leaky bucket, implemented as GCRA (the generic cell rate algorithm).

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A leaky bucket whose level is the time that it takes to drain. The state is one atomic number, so there is no lock.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    // When the bucket is empty, in nanoseconds of `now`.
    empty_at: AtomicU64,
}

impl RateLimiter {
    /// Adds `amount` if the level then is at most `burst`.
    ///
    /// # Errors
    /// Returns the time until there is room for `amount`; then nothing is added.
    pub fn try_acquire(&self, now: Duration, amount: Duration, burst: Duration) -> Result<(), Duration> {
        let (now, amount, burst) = (nanoseconds(now), nanoseconds(amount), nanoseconds(burst));
        let updated = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |empty_at| {
            let then = empty_at.max(now).saturating_add(amount);
            (then - now <= burst).then_some(then)
        });
        updated.map(|_| ()).map_err(|empty_at| {
            let then = empty_at.max(now).saturating_add(amount);
            Duration::from_nanos((then - now).saturating_sub(burst))
        })
    }

    /// Adds `amount` up to a level of `burst`, and discards the rest.
    pub fn charge(&self, now: Duration, amount: Duration, burst: Duration) {
        let (now, amount, burst) = (nanoseconds(now), nanoseconds(amount), nanoseconds(burst));
        let charged = |empty_at: u64| {
            let full_at = empty_at.max(now.saturating_add(burst));
            Some(empty_at.max(now).saturating_add(amount).min(full_at))
        };
        let _ = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charged);
    }

    /// Returns the current level.
    pub fn level(&self, now: Duration) -> Duration {
        Duration::from_nanos(self.empty_at.load(Ordering::Relaxed).saturating_sub(nanoseconds(now)))
    }
}

/// Returns the time of a monotonic clock of this process.
pub(crate) fn now() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_burst_is_admitted_and_then_the_steady_rate() {
        let limiter = RateLimiter::default();
        // Ten a second, three of them at once.
        let acquire = |now| limiter.try_acquire(ms(now), ms(100), ms(300));
        assert_eq!([acquire(5_000), acquire(5_000), acquire(5_000)], [Ok(()); 3]);
        assert_eq!([acquire(5_000), acquire(5_040)], [Err(ms(100)), Err(ms(60))]);
        assert_eq!([acquire(5_100), acquire(5_100)], [Ok(()), Err(ms(100))]);
        // A refusal adds nothing, so a caller that keeps asking is served as soon as one that waits.
        assert_eq!(acquire(5_200), Ok(()));
        // After a long idle time there is no more room than at first.
        assert_eq!(
            [acquire(60_000), acquire(60_000), acquire(60_000), acquire(60_000)],
            [Ok(()), Ok(()), Ok(()), Err(ms(100))]
        );
    }

    #[test]
    fn over_time_no_more_is_admitted_than_drains() {
        let limiter = RateLimiter::default();
        let taken = (0..10_000).filter(|now| limiter.try_acquire(ms(*now), ms(20), ms(100)).is_ok()).count();
        assert_eq!(taken, 5 + 9_999 / 20);
    }

    #[test]
    fn a_charge_beyond_the_burst_is_discarded() {
        let limiter = RateLimiter::default();
        limiter.charge(ms(10), ms(70), ms(100));
        assert_eq!((limiter.level(ms(10)), limiter.level(ms(50))), (ms(70), ms(30)));
        limiter.charge(ms(50), ms(500), ms(100));
        assert_eq!((limiter.level(ms(50)), limiter.level(ms(200))), (ms(100), ms(0)));
    }

    #[test]
    fn concurrent_callers_do_not_exceed_the_burst() {
        let limiter = RateLimiter::default();
        let taken: usize = std::thread::scope(|scope| {
            let acquire_many = || (0..1_000).filter(|_| limiter.try_acquire(ms(1), ms(1), ms(500)).is_ok()).count();
            let callers = [scope.spawn(acquire_many), scope.spawn(acquire_many)];
            callers.map(|caller| caller.join().unwrap()).iter().sum()
        });
        assert_eq!(taken, 500);
    }
}
