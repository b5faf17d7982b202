//! Tells whether commits succeed, from the latest commit or, if that is inconclusive, from a probe.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use cordboard_store::{Result, StoreError};

/// How long the result of a commit or probe stays valid, and the minimum interval between probes.
const RESULT_TTL: Duration = Duration::from_secs(1);
/// How long a check waits before the store counts as failing.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The recent results of commits.
pub(super) struct WriteHealth {
    state: Mutex<State>,
    // Checks that arrive during a probe wait for it.
    probing: Semaphore,
}

#[derive(Default)]
struct State {
    succeeded: Option<Instant>,
    // Includes commits that failed because of the change itself, which is why a probe decides.
    failed: Option<Instant>,
    probe: Option<Probe>,
}

struct Probe {
    began: Instant,
    /// None while the probe is running, if nobody waited for it to end, and if it succeeded.
    error: Option<StoreError>,
}

impl WriteHealth {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), probing: Semaphore::new(1) }
    }

    /// Records the result of a commit.
    pub(super) fn record<T>(&self, outcome: &Result<T>) {
        let mut state = self.state();
        let at = Some(Instant::now());
        match outcome {
            Ok(_) => state.succeeded = at,
            Err(_) => state.failed = at,
        }
    }

    /// Fails if commits fail or are slow. Calls `probe`, which attempts a commit, if recent results do not tell.
    pub(super) async fn check<F>(&self, probe: impl FnOnce() -> F) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        let checked = timeout(PROBE_TIMEOUT, async {
            let _permit = self.probing.acquire().await;
            if let Some(recent) = self.recent() {
                return recent;
            }
            self.state().probe = Some(Probe { began: Instant::now(), error: None });
            let outcome = probe().await;
            self.record(&outcome);
            if let (Some(probe), Err(error)) = (&mut self.state().probe, &outcome) {
                probe.error = Some(error.clone());
            }
            outcome
        });
        checked.await.unwrap_or_else(|_| Err(too_slow()))
    }

    /// Returns the result that is known without another probe.
    fn recent(&self) -> Option<Result<()>> {
        let state = self.state();
        let is_recent = |at: &Instant| at.elapsed() < RESULT_TTL;
        let succeeded = state.succeeded.filter(is_recent);
        if succeeded.is_some() && succeeded > state.failed {
            return Some(Ok(()));
        }
        let probe = state.probe.as_ref().filter(|probe| is_recent(&probe.began))?;
        match &probe.error {
            // The probe succeeded, so a later failure was due to the change itself.
            None if succeeded >= Some(probe.began) => Some(Ok(())),
            None => Some(Err(too_slow())),
            Some(error) => Some(Err(error.clone())),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_slow() -> StoreError {
    let seconds = PROBE_TIMEOUT.as_secs();
    StoreError::unavailable(format!(
        "commits take longer than {seconds} s: check what locks cordboard.db and how fast its disk is"
    ))
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn failure() -> Result<()> {
        Err(StoreError::unavailable("the disk is full"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_result_holds_for_a_second_or_until_a_commit_succeeds() {
        let health = WriteHealth::new();
        assert!(health.check(|| ready(failure())).await.is_err());
        let unexpected = || async { panic!("a second probe within a second") };
        assert!(health.check(unexpected).await.unwrap_err().to_string().contains("the disk is full"));
        tokio::time::advance(Duration::from_millis(1)).await;
        health.record(&Ok(()));
        health.check(unexpected).await.unwrap();
        // A later failure may be due to the change itself.
        tokio::time::advance(RESULT_TTL).await;
        health.record(&failure());
        health.check(|| ready(Ok(()))).await.unwrap();
        health.record(&failure());
        health.check(unexpected).await.unwrap();
        tokio::time::advance(RESULT_TTL).await;
        assert!(health.check(|| ready(failure())).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_hanging_probe_times_out() {
        let health = WriteHealth::new();
        let began = Instant::now();
        let (one, other) = tokio::join!(health.check(pending), health.check(pending));
        assert!(one.is_err() && other.is_err());
        assert_eq!(began.elapsed(), PROBE_TIMEOUT);
    }
}
