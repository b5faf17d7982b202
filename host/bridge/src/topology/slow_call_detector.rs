//! Detects plugs whose calls are too slow for the runtime's threads.
//!
//! Plug calls are synchronous and usually take microseconds, so they run inline. A slow call would delay every other
//! task on its thread. So a plug that is new, or that was slow, is called for a while on a thread of lower priority,
//! and only a few such calls of one account run at a time ([`super::SlowCallLimiter`]).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cordboard_threads::{run_low_priority, thread_time};

use crate::rate_limiter::{RateLimiter, now};

use super::slow_call_limiter::CallPermit;

/// The processor time of a slow call: a hundred times that of a usual one.
const SLOW_CALL: Duration = Duration::from_millis(2);

/// How many quick calls in a row end the probation of a slow plug.
const PROBATION_OF_SLOW: u32 = 1024;

/// How many quick calls end the probation of a new plug.
const PROBATION_OF_NEW: u32 = 4;

/// A plug counts as slow if it uses more than one part in this many of a processor: many quick calls delay other tasks
/// as much as a long one.
const SHARE: u32 = 4;

/// The processor time that a plug may use beyond its share.
const BURST: Duration = Duration::from_millis(100);

/// Detects whether a plug's calls are slow.
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
    /// Returns whether the next call must run in the background.
    pub fn is_slow(&self) -> bool {
        self.is_slow_at(now())
    }

    /// Runs a call, in the background if its permit says so, and records the processor time that it uses.
    pub fn run<T: Send>(&self, permit: CallPermit<'_>, call: impl FnOnce() -> T + Send) -> T {
        // Processor time instead of elapsed time, because a busy machine must not make a quick plug look slow.
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
        // The level is capped, so that a plug that has used a whole processor can recover.
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
            assert!(detector.is_slow(), "the plug is new");
            call(&detector, &limiter, || ()).await;
        }
        assert!(!detector.is_slow());
        detector
    }

    /// Runs more calls at a time than the runtime has threads. None of the calls yields its thread.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn slow_calls_do_not_delay_other_tasks() {
        let (detector, limiter) = (Arc::new(SlowCallDetector::default()), Arc::new(SlowCallLimiter::default()));
        let (running, max) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let calls: Vec<_> = (0..16)
            .map(|_| {
                let (detector, limiter) = (Arc::clone(&detector), Arc::clone(&limiter));
                let (running, max) = (Arc::clone(&running), Arc::clone(&max));
                tokio::spawn(async move {
                    let slow = || {
                        max.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        spin(SLOW_CALL);
                        std::thread::sleep(Duration::from_millis(80));
                        running.fetch_sub(1, Ordering::SeqCst);
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
        assert!(began.elapsed() < Duration::from_millis(700), "the other tasks waited {:?}", began.elapsed());
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
    fn many_quick_calls_are_as_slow_as_a_long_one() {
        let (detector, ms) =
            (SlowCallDetector { probation: AtomicU32::new(0), ..SlowCallDetector::default() }, Duration::from_millis);
        // A fifth of a processor is within the share, however long it lasts.
        for call in 0..1_000 {
            detector.record(ms(1), false, ms(call * 5));
            assert!(!detector.is_slow_at(ms(call * 5)), "at call {call}");
        }
        // A whole processor is not.
        let calls = (0..1_000).take_while(|call| {
            detector.record(ms(1), false, ms(30_000 + call));
            !detector.is_slow_at(ms(30_000 + call))
        });
        let (calls, beyond) = (calls.count() as u64, BURST.as_millis() as u64);
        assert!((beyond..beyond * 2).contains(&calls), "{calls} calls");
        assert!(!detector.is_slow_at(ms(32_000)), "the level has drained");
    }

    #[tokio::test]
    async fn a_plug_that_waits_for_the_processor_is_not_slow() {
        let (detector, limiter) = (known().await, SlowCallLimiter::default());
        call(&detector, &limiter, || std::thread::sleep(SLOW_CALL * 2)).await;
        assert!(!detector.is_slow());
    }
}
