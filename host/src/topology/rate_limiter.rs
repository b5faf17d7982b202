//! A leaky bucket: what goes in leaks out with time, and no more goes in than there is room for. Known as GCRA, the
//! generic cell rate algorithm.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is in it, as the time that it takes to leak out. Its state is one number, so nobody waits for a lock.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    // Nanoseconds of `now` at which it is empty.
    empty_at: AtomicU64,
}

impl RateLimiter {
    /// Puts `amount` into it where it then holds `burst` at most. Otherwise it stays as it is, and the error is for how
    /// long there is no room.
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

    /// For how long there is no room for `amount`; nothing is put in.
    pub fn wait_for(&self, now: Duration, amount: Duration, burst: Duration) -> Duration {
        self.level(now).saturating_add(amount).saturating_sub(burst)
    }

    /// Puts `amount` into it; what there is no `burst` for is lost.
    pub fn charge(&self, now: Duration, amount: Duration, burst: Duration) {
        let (now, amount, burst) = (nanoseconds(now), nanoseconds(amount), nanoseconds(burst));
        let charged = |empty_at: u64| {
            let full_at = empty_at.max(now.saturating_add(burst));
            Some(empty_at.max(now).saturating_add(amount).min(full_at))
        };
        let _ = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charged);
    }

    /// What is in it.
    pub fn level(&self, now: Duration) -> Duration {
        Duration::from_nanos(self.empty_at.load(Ordering::Relaxed).saturating_sub(nanoseconds(now)))
    }
}

/// The time on a clock of this process that only goes on.
pub(super) fn now() -> Duration {
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
    fn so_much_goes_in_at_once_and_then_as_it_leaks() {
        let limiter = RateLimiter::default();
        // Ten a second, three of them at one moment.
        let acquire = |now| limiter.try_acquire(ms(now), ms(100), ms(300));
        assert_eq!([acquire(5_000), acquire(5_000), acquire(5_000)], [Ok(()); 3]);
        assert_eq!([acquire(5_000), acquire(5_040)], [Err(ms(100)), Err(ms(60))]);
        assert_eq!([acquire(5_100), acquire(5_100)], [Ok(()), Err(ms(100))]);
        // What is refused takes nothing: whoever goes on asking is served as soon as who waits.
        assert_eq!(acquire(5_200), Ok(()));
        // Long unused it has no more room than at first.
        assert_eq!(
            [acquire(60_000), acquire(60_000), acquire(60_000), acquire(60_000)],
            [Ok(()), Ok(()), Ok(()), Err(ms(100))]
        );
    }

    #[test]
    fn over_time_no_more_goes_in_than_leaks_out() {
        let limiter = RateLimiter::default();
        let taken = (0..10_000).filter(|now| limiter.try_acquire(ms(*now), ms(20), ms(100)).is_ok()).count();
        assert_eq!(taken, 5 + 9_999 / 20);
    }

    #[test]
    fn what_is_poured_beyond_its_room_is_lost() {
        let limiter = RateLimiter::default();
        limiter.charge(ms(10), ms(70), ms(100));
        assert_eq!((limiter.level(ms(10)), limiter.level(ms(50))), (ms(70), ms(30)));
        limiter.charge(ms(50), ms(500), ms(100));
        assert_eq!((limiter.level(ms(50)), limiter.level(ms(200))), (ms(100), ms(0)));
    }

    #[test]
    fn two_who_ask_at_one_moment_do_not_share_one_place() {
        let limiter = RateLimiter::default();
        let taken: usize = std::thread::scope(|scope| {
            let acquire_many = || (0..1_000).filter(|_| limiter.try_acquire(ms(1), ms(1), ms(500)).is_ok()).count();
            let callers = [scope.spawn(acquire_many), scope.spawn(acquire_many)];
            callers.map(|caller| caller.join().unwrap()).iter().sum()
        });
        assert_eq!(taken, 500);
    }
}
