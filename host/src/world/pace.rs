//! Room for plugs that take long, so that nobody else waits for them.
//!
//! Calls of plugs are synchronous and mostly done in microseconds: they run where they are asked for. One that takes long
//! would hold up whatever else waits for the same thread. So a plug that was slow is run beside these threads for a
//! while, and only a few calls of one connection at a time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::aside::aside;

/// What is slow: a thousand times what a call takes.
const SLOW: Duration = Duration::from_millis(20);

/// How many quick calls in a row make up for a slow one.
const QUICK: u32 = 1024;

/// How a connection's plug has been doing.
#[derive(Debug)]
pub struct Pace {
    wary: AtomicU32,
    turns: Semaphore,
}

impl Default for Pace {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self { wary: AtomicU32::new(0), turns: Semaphore::new(processors.div_ceil(2)) }
    }
}

/// Leave to call a plug.
pub struct Turn<'a>(Option<SemaphorePermit<'a>>);

impl Pace {
    /// Waits for leave to call the plug until `deadline`: at once, unless it has been slow. None where the time is up.
    pub async fn turn(&self, deadline: Instant) -> Option<Turn<'_>> {
        if self.wary.load(Ordering::Relaxed) == 0 {
            return Some(Turn(None));
        }
        let turn = tokio::time::timeout_at(deadline.into(), self.turns.acquire()).await;
        Some(Turn(Some(turn.ok()?.ok()?)))
    }

    /// Calls the plug where nobody has to wait for it.
    pub fn run<T>(&self, turn: Turn<'_>, call: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = if turn.0.is_some() { aside(call) } else { call() };
        if began.elapsed() >= SLOW {
            self.wary.store(QUICK, Ordering::Relaxed);
        } else if turn.0.is_some() {
            let _ = self.wary.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread::sleep;

    use super::*;

    /// More calls at a time than the runtime has threads, each of which never gives its thread back by itself.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_waits_for_nothing_does_not_wait_for_slow_calls() {
        let pace = Arc::new(Pace::default());
        let most = Arc::new(AtomicUsize::new(0));
        let at_work = Arc::new(AtomicUsize::new(0));
        let slow = |pace: Arc<Pace>, most: Arc<AtomicUsize>, at_work: Arc<AtomicUsize>| async move {
            let turn = pace.turn(Instant::now() + Duration::from_secs(60)).await.unwrap();
            pace.run(turn, || {
                most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                sleep(Duration::from_millis(100));
                at_work.fetch_sub(1, Ordering::SeqCst);
            });
        };
        slow(Arc::clone(&pace), Arc::clone(&most), Arc::clone(&at_work)).await;
        let calls: Vec<_> =
            (0..16).map(|_| tokio::spawn(slow(Arc::clone(&pace), Arc::clone(&most), Arc::clone(&at_work)))).collect();
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
        let pace = Pace::default();
        let soon = Instant::now() + Duration::from_secs(60);
        let turn = pace.turn(soon).await.unwrap();
        pace.run(turn, || sleep(SLOW));
        assert!(pace.turn(soon).await.unwrap().0.is_some());
        for _ in 0..QUICK {
            let turn = pace.turn(soon).await.unwrap();
            pace.run(turn, || ());
        }
        assert!(pace.turn(soon).await.unwrap().0.is_none());
    }

    #[tokio::test]
    async fn nobody_waits_for_a_turn_for_ever() {
        let pace = Pace::default();
        pace.wary.store(QUICK, Ordering::Relaxed);
        let _all = pace.turns.acquire_many(u32::try_from(pace.turns.available_permits()).unwrap()).await.unwrap();
        assert!(pace.turn(Instant::now() + Duration::from_millis(10)).await.is_none());
    }
}
