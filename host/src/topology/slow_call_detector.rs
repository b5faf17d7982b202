//! How a plug has been doing: whether its calls may be made where others wait for the thread.
//!
//! Calls of plugs are synchronous and mostly done in microseconds: they are made where they are asked for. One that takes
//! long would hold up whatever else waits for the same thread. So a plug that was slow, or that nobody knows yet, is
//! called beside these threads for a while, with a lower priority, and only a few calls of one account at a time
//! ([`super::SlowCallLimiter`]).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::blocking::run_low_priority;
use crate::thread_time::thread_time;

use super::rate_limiter::{RateLimiter, now};
use super::slow_call_limiter::CallPermit;

/// What is slow: a thousand times what a call takes.
const SLOW_CALL: Duration = Duration::from_millis(20);

/// How many quick calls in a row make up for a slow one.
const PROBATION_OF_SLOW: u32 = 1024;

/// How many quick calls make a plug known.
const PROBATION_OF_NEW: u32 = 4;

/// Of each second that a plug takes, so many pass until it may have another: calls may be many instead of long.
const SHARE: u32 = 4;

/// What a plug may take beyond its share.
const BURST: Duration = Duration::from_millis(100);

/// How a plug has been doing.
#[derive(Debug)]
pub struct SlowCallDetector {
    probation: AtomicU32,
    used: RateLimiter,
}

impl Default for SlowCallDetector {
    fn default() -> Self {
        Self { probation: AtomicU32::new(PROBATION_OF_NEW), used: RateLimiter::default() }
    }
}

impl SlowCallDetector {
    /// Whether the next call is to take a turn beside what others wait for.
    pub fn is_slow(&self) -> bool {
        self.is_slow_at(now())
    }

    /// Makes a call where its turn is, and takes note of the time that it takes of a processor.
    pub fn run<T: Send>(&self, permit: CallPermit<'_>, call: impl FnOnce() -> T + Send) -> T {
        // Not by the clock: a busy machine must not make a slow plug of a quick one.
        let timed = || {
            let before = thread_time();
            let result = call();
            (result, thread_time().saturating_sub(before))
        };
        let (result, took) = if permit.runs_in_background() { run_low_priority(timed) } else { timed() };
        self.record(took, permit.runs_in_background(), now());
        result
    }

    fn is_slow_at(&self, now: Duration) -> bool {
        self.probation.load(Ordering::Relaxed) > 0 || self.used.level(now) > BURST * SHARE
    }

    fn record(&self, took: Duration, in_background: bool, now: Duration) {
        // There is an end to what is counted, so that a plug which takes all that it gets is not slow for ever after.
        self.used.charge(now, took * SHARE, BURST * SHARE * 2);
        if took >= SLOW_CALL {
            self.probation.store(PROBATION_OF_SLOW, Ordering::Relaxed);
        } else if in_background {
            let _ = self.probation.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread::available_parallelism;
    use std::time::Instant;

    use super::super::SlowCallLimiter;
    use super::*;

    fn spin(time: Duration) {
        let until = thread_time() + time;
        while thread_time() < until {
            std::hint::spin_loop();
        }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    async fn call(detector: &SlowCallDetector, limiter: &SlowCallLimiter, work: impl FnOnce() + Send) {
        let permit = limiter.acquire(detector.is_slow(), soon()).await.unwrap();
        detector.run(permit, work);
    }

    async fn known() -> SlowCallDetector {
        let (detector, limiter) = (SlowCallDetector::default(), SlowCallLimiter::default());
        for _ in 0..PROBATION_OF_NEW {
            assert!(detector.is_slow(), "nobody knows it yet");
            call(&detector, &limiter, || ()).await;
        }
        assert!(!detector.is_slow());
        detector
    }

    /// More calls at a time than the runtime has threads, each of which never gives its thread back by itself.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_waits_for_nothing_does_not_wait_for_slow_calls() {
        let (detector, limiter) = (Arc::new(SlowCallDetector::default()), Arc::new(SlowCallLimiter::default()));
        let (at_work, max) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let calls: Vec<_> = (0..16)
            .map(|_| {
                let (detector, limiter) = (Arc::clone(&detector), Arc::clone(&limiter));
                let (at_work, max) = (Arc::clone(&at_work), Arc::clone(&max));
                tokio::spawn(async move {
                    let slow = || {
                        max.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        spin(SLOW_CALL);
                        std::thread::sleep(Duration::from_millis(80));
                        at_work.fetch_sub(1, Ordering::SeqCst);
                    };
                    call(&detector, &limiter, slow).await;
                })
            })
            .collect();
        let began = Instant::now();
        for _ in 0..20 {
            tokio::task::spawn(async {}).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(began.elapsed() < Duration::from_millis(700), "the others waited {:?}", began.elapsed());
        for call in calls {
            call.await.unwrap();
        }
        assert!(max.load(Ordering::SeqCst) <= available_parallelism().map_or(1, usize::from).div_ceil(2));
    }

    #[tokio::test]
    async fn a_plug_that_was_slow_is_trusted_again() {
        let (detector, limiter) = (known().await, SlowCallLimiter::default());
        call(&detector, &limiter, || spin(SLOW_CALL)).await;
        for _ in 0..PROBATION_OF_SLOW {
            assert!(detector.is_slow());
            call(&detector, &limiter, || ()).await;
        }
        assert!(!detector.is_slow());
    }

    #[test]
    fn many_calls_are_as_slow_as_a_long_one() {
        let (detector, ms) =
            (SlowCallDetector { probation: AtomicU32::new(0), ..SlowCallDetector::default() }, Duration::from_millis);
        // A fifth of a processor is within its share, however long that goes on.
        for call in 0..1_000 {
            detector.record(ms(5), false, ms(call * 25));
            assert!(!detector.is_slow_at(ms(call * 25)), "at call {call}");
        }
        // All of one is not.
        let calls = (0..1_000).take_while(|call| {
            detector.record(ms(5), false, ms(30_000 + call * 5));
            !detector.is_slow_at(ms(30_000 + call * 5))
        });
        let (calls, beyond) = (calls.count() as u64, BURST.as_millis() as u64);
        assert!((beyond / 5..beyond / 2).contains(&calls), "{calls} calls");
        assert!(!detector.is_slow_at(ms(32_000)), "it has given its share back");
    }

    #[tokio::test]
    async fn a_plug_that_waits_for_the_processor_is_not_slow() {
        let (detector, limiter) = (known().await, SlowCallLimiter::default());
        call(&detector, &limiter, || std::thread::sleep(SLOW_CALL * 2)).await;
        assert!(!detector.is_slow());
    }
}
