//! A leaky bucket: what goes in leaks out with time, and no more goes in than there is room for. Known as GCRA, the
//! generic cell rate algorithm.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is in it, as the time that it takes to leak out. Its state is one number, so nobody waits for a lock.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    // Nanoseconds of `now` at which it is empty.
    empty_at: AtomicU64,
}

impl Bucket {
    /// Puts `amount` into it where it then holds `room` at most. Otherwise it stays as it is, and the error is for how
    /// long there is no room.
    pub fn put(&self, now: Duration, amount: Duration, room: Duration) -> Result<(), Duration> {
        let (now, amount, room) = (nanoseconds(now), nanoseconds(amount), nanoseconds(room));
        let put = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |empty_at| {
            let then = empty_at.max(now).saturating_add(amount);
            (then - now <= room).then_some(then)
        });
        put.map(|_| ()).map_err(|empty_at| {
            let then = empty_at.max(now).saturating_add(amount);
            Duration::from_nanos((then - now).saturating_sub(room))
        })
    }

    /// For how long there is no room for `amount`; nothing is put in.
    pub fn wait_for(&self, now: Duration, amount: Duration, room: Duration) -> Duration {
        self.level(now).saturating_add(amount).saturating_sub(room)
    }

    /// Puts `amount` into it; what there is no `room` for is lost.
    pub fn pour(&self, now: Duration, amount: Duration, room: Duration) {
        let (now, amount, room) = (nanoseconds(now), nanoseconds(amount), nanoseconds(room));
        let poured = |empty_at: u64| {
            let full_at = empty_at.max(now.saturating_add(room));
            Some(empty_at.max(now).saturating_add(amount).min(full_at))
        };
        let _ = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, poured);
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
        let bucket = Bucket::default();
        // Ten a second, three of them at one moment.
        let put = |now| bucket.put(ms(now), ms(100), ms(300));
        assert_eq!([put(5_000), put(5_000), put(5_000)], [Ok(()); 3]);
        assert_eq!([put(5_000), put(5_040)], [Err(ms(100)), Err(ms(60))]);
        assert_eq!([put(5_100), put(5_100)], [Ok(()), Err(ms(100))]);
        // What is refused takes nothing: whoever goes on asking is served as soon as who waits.
        assert_eq!(put(5_200), Ok(()));
        // Long unused it has no more room than at first.
        assert_eq!([put(60_000), put(60_000), put(60_000), put(60_000)], [Ok(()), Ok(()), Ok(()), Err(ms(100))]);
    }

    #[test]
    fn over_time_no_more_goes_in_than_leaks_out() {
        let bucket = Bucket::default();
        let taken = (0..10_000).filter(|now| bucket.put(ms(*now), ms(20), ms(100)).is_ok()).count();
        assert_eq!(taken, 5 + 9_999 / 20);
    }

    #[test]
    fn what_is_poured_beyond_its_room_is_lost() {
        let bucket = Bucket::default();
        bucket.pour(ms(10), ms(70), ms(100));
        assert_eq!((bucket.level(ms(10)), bucket.level(ms(50))), (ms(70), ms(30)));
        bucket.pour(ms(50), ms(500), ms(100));
        assert_eq!((bucket.level(ms(50)), bucket.level(ms(200))), (ms(100), ms(0)));
    }

    #[test]
    fn two_who_ask_at_one_moment_do_not_share_one_place() {
        let bucket = Bucket::default();
        let taken: usize = std::thread::scope(|scope| {
            let ask = || (0..1_000).filter(|_| bucket.put(ms(1), ms(1), ms(500)).is_ok()).count();
            let askers = [scope.spawn(ask), scope.spawn(ask)];
            askers.map(|asker| asker.join().unwrap()).iter().sum()
        });
        assert_eq!(taken, 500);
    }
}
