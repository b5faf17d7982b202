//! Whether commits succeed: by the newest one, or by a probe where that says nothing.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::store::{Result, StoreError};

/// How long a commit or a probe speaks for those that follow. There is at most one probe in this time.
const FRESH: Duration = Duration::from_secs(1);
/// A commit that takes longer is a failure to whoever waits for it.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// What became of commits lately.
pub(super) struct Pulse {
    state: Mutex<State>,
    // Whoever asks while a probe is under way waits for it.
    probing: Semaphore,
}

#[derive(Default)]
struct State {
    succeeded: Option<Instant>,
    // A refusal of the change itself is among them: the probe tells.
    failed: Option<Instant>,
    probe: Option<Probe>,
}

struct Probe {
    began: Instant,
    /// None while it is under way, and where nobody waited for its end.
    error: Option<StoreError>,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), probing: Semaphore::new(1) }
    }

    /// Records what became of a commit.
    pub(super) fn record<T>(&self, outcome: &Result<T>) {
        let mut state = self.state();
        let at = Some(Instant::now());
        match outcome {
            Ok(_) => state.succeeded = at,
            Err(_) => state.failed = at,
        }
    }

    /// Fails where commits fail or take long; `probe` makes one.
    pub(super) async fn check<F>(&self, probe: impl FnOnce() -> F) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        let checked = timeout(PROBE_TIMEOUT, async {
            let _permit = self.probing.acquire().await;
            if let Some(known) = self.known() {
                return known;
            }
            self.state().probe = Some(Probe { began: Instant::now(), error: None });
            let outcome = probe().await;
            self.record(&outcome);
            if let (Some(probe), Err(error)) = (&mut self.state().probe, &outcome) {
                probe.error = Some(error.clone());
            }
            outcome
        });
        checked.await.unwrap_or_else(|_| Err(slow()))
    }

    /// What is known without another probe.
    fn known(&self) -> Option<Result<()>> {
        let state = self.state();
        let fresh = |at: &Instant| at.elapsed() < FRESH;
        let succeeded = state.succeeded.filter(fresh);
        if succeeded.is_some() && succeeded > state.failed {
            return Some(Ok(()));
        }
        let probe = state.probe.as_ref().filter(|probe| fresh(&probe.began))?;
        match &probe.error {
            // It succeeded, and what failed since then failed for a reason of its own.
            None if succeeded >= Some(probe.began) => Some(Ok(())),
            None => Some(Err(slow())),
            Some(error) => Some(Err(error.clone())),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn slow() -> StoreError {
    let seconds = PROBE_TIMEOUT.as_secs();
    StoreError(format!("a commit takes longer than {seconds} s: see what holds cordboard.db, and how fast its disk is"))
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn failure() -> Result<()> {
        Err(StoreError("it is full".to_owned()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_speaks_for_a_second_and_a_commit_that_succeeds_ends_it() {
        let pulse = Pulse::new();
        assert!(pulse.check(|| ready(failure())).await.is_err());
        let unasked = || async { panic!("a second probe within a second") };
        assert!(pulse.check(unasked).await.unwrap_err().to_string().contains("it is full"));
        tokio::time::advance(Duration::from_millis(1)).await;
        pulse.record(&Ok(()));
        pulse.check(unasked).await.unwrap();
        // What fails then may have failed for a reason of its own.
        tokio::time::advance(FRESH).await;
        pulse.record(&failure());
        pulse.check(|| ready(Ok(()))).await.unwrap();
        pulse.record(&failure());
        pulse.check(unasked).await.unwrap();
        tokio::time::advance(FRESH).await;
        assert!(pulse.check(|| ready(failure())).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_hangs_is_given_up() {
        let pulse = Pulse::new();
        let began = Instant::now();
        let (one, other) = tokio::join!(pulse.check(pending), pulse.check(pending));
        assert!(one.is_err() && other.is_err());
        assert_eq!(began.elapsed(), PROBE_TIMEOUT);
    }
}
