//! How a plug has been doing: whether its calls may be made where others wait for the thread.
//!
//! Calls of plugs are synchronous and mostly done in microseconds: they are made where they are asked for. One that takes
//! long would hold up whatever else waits for the same thread. So a plug that was slow, or that nobody knows yet, is
//! called beside these threads for a while, with a lower priority, and only a few calls of one account at a time
//! ([`super::Lane`]).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::aside::background;
use crate::thread_time::thread_time;

use super::bucket::{Bucket, now};
use super::lane::Turn;

/// What is slow: a thousand times what a call takes.
const SLOW: Duration = Duration::from_millis(20);

/// How many quick calls in a row make up for a slow one.
const QUICK: u32 = 1024;

/// How many quick calls make a plug known.
const KNOWN: u32 = 4;

/// Of each second that a plug takes, so many pass until it may have another: calls may be many instead of long.
const SHARE: u32 = 4;

/// What a plug may take beyond its share.
const BEYOND: Duration = Duration::from_millis(100);

/// How a plug has been doing.
#[derive(Debug)]
pub struct Pace {
    wary: AtomicU32,
    taken: Bucket,
}

impl Default for Pace {
    fn default() -> Self {
        Self { wary: AtomicU32::new(KNOWN), taken: Bucket::default() }
    }
}

impl Pace {
    /// Whether the next call is to take a turn beside what others wait for.
    pub fn is_slow(&self) -> bool {
        self.is_slow_at(now())
    }

    /// Makes a call where its turn is, and takes note of the time that it takes of a processor.
    pub fn run<T: Send>(&self, turn: Turn<'_>, call: impl FnOnce() -> T + Send) -> T {
        // Not by the clock: a busy machine must not make a slow plug of a quick one.
        let timed = || {
            let before = thread_time();
            let result = call();
            (result, thread_time().saturating_sub(before))
        };
        let (result, took) = if turn.is_aside() { background(timed) } else { timed() };
        self.note(took, turn.is_aside(), now());
        result
    }

    fn is_slow_at(&self, now: Duration) -> bool {
        self.wary.load(Ordering::Relaxed) > 0 || self.taken.level(now) > BEYOND * SHARE
    }

    fn note(&self, took: Duration, aside: bool, now: Duration) {
        // There is an end to what is counted, so that a plug which takes all that it gets is not slow for ever after.
        self.taken.pour(now, took * SHARE, BEYOND * SHARE * 2);
        if took >= SLOW {
            self.wary.store(QUICK, Ordering::Relaxed);
        } else if aside {
            let _ = self.wary.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread::available_parallelism;
    use std::time::Instant;

    use super::super::Lane;
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

    async fn call(pace: &Pace, lane: &Lane, work: impl FnOnce() + Send) {
        let turn = lane.turn(pace.is_slow(), soon()).await.unwrap();
        pace.run(turn, work);
    }

    async fn known() -> Pace {
        let (pace, lane) = (Pace::default(), Lane::default());
        for _ in 0..KNOWN {
            assert!(pace.is_slow(), "nobody knows it yet");
            call(&pace, &lane, || ()).await;
        }
        assert!(!pace.is_slow());
        pace
    }

    /// More calls at a time than the runtime has threads, each of which never gives its thread back by itself.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_waits_for_nothing_does_not_wait_for_slow_calls() {
        let (pace, lane) = (Arc::new(Pace::default()), Arc::new(Lane::default()));
        let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let calls: Vec<_> = (0..16)
            .map(|_| {
                let (pace, lane) = (Arc::clone(&pace), Arc::clone(&lane));
                let (at_work, most) = (Arc::clone(&at_work), Arc::clone(&most));
                tokio::spawn(async move {
                    let slow = || {
                        most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        spin(SLOW);
                        std::thread::sleep(Duration::from_millis(80));
                        at_work.fetch_sub(1, Ordering::SeqCst);
                    };
                    call(&pace, &lane, slow).await;
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
        assert!(most.load(Ordering::SeqCst) <= available_parallelism().map_or(1, usize::from).div_ceil(2));
    }

    #[tokio::test]
    async fn a_plug_that_was_slow_is_trusted_again() {
        let (pace, lane) = (known().await, Lane::default());
        call(&pace, &lane, || spin(SLOW)).await;
        for _ in 0..QUICK {
            assert!(pace.is_slow());
            call(&pace, &lane, || ()).await;
        }
        assert!(!pace.is_slow());
    }

    #[test]
    fn many_calls_are_as_slow_as_a_long_one() {
        let (pace, ms) = (Pace { wary: AtomicU32::new(0), ..Pace::default() }, Duration::from_millis);
        // A fifth of a processor is within its share, however long that goes on.
        for call in 0..1_000 {
            pace.note(ms(5), false, ms(call * 25));
            assert!(!pace.is_slow_at(ms(call * 25)), "at call {call}");
        }
        // All of one is not.
        let calls = (0..1_000).take_while(|call| {
            pace.note(ms(5), false, ms(30_000 + call * 5));
            !pace.is_slow_at(ms(30_000 + call * 5))
        });
        let (calls, beyond) = (calls.count() as u64, BEYOND.as_millis() as u64);
        assert!((beyond / 5..beyond / 2).contains(&calls), "{calls} calls");
        assert!(!pace.is_slow_at(ms(32_000)), "it has given its share back");
    }

    #[tokio::test]
    async fn a_plug_that_waits_for_the_processor_is_not_slow() {
        let (pace, lane) = (known().await, Lane::default());
        call(&pace, &lane, || std::thread::sleep(SLOW * 2)).await;
        assert!(!pace.is_slow());
    }
}
