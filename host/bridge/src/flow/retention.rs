//! Prunes records older than the retention period, as long as the clock is plausible.
//!
//! A clock that is far ahead makes everything look old. So the clock is compared with its last plausible time: at start
//! with the newest record or the time that the previous process recorded, and while the process runs with the time that
//! has elapsed. If it is too far ahead, pruning pauses until the operator sets the clock back or confirms it. The pause
//! is stored before anything else, because the next record would make the gap look small.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cordboard_core::event::rfc3339;
use tokio::sync::Notify;

use cordboard_store::{Change, RetentionState, Store, StoreError};

use crate::clock::now;

/// The number of records pruned in one commit, small enough that other commits do not wait long.
const BATCH: usize = 500;
/// A gap of up to this is always plausible.
const MIN_TOLERANCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Prunes old records, given what this process knows about the clock.
pub struct Retention {
    store: Arc<dyn Store>,
    retention_period: u64,
    observed: Mutex<Observation>,
    confirmed: Notify,
}

#[derive(Clone, Copy)]
struct Observation {
    state: RetentionState,
    /// The time of the clock at [`Observation::at`].
    clock: u64,
    at: Instant,
}

impl Retention {
    /// Compares the clock with the store. Must be called before the process writes anything else.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn start(store: Arc<dyn Store>, retention_period: Duration) -> Result<Self, StoreError> {
        let retention_period = millis(retention_period);
        let (stored, newest) = (store.retention().await?, store.newest_record().await?);
        let state = at_start(stored, newest, now(), tolerance(retention_period));
        if state.paused_at != stored.and_then(|stored| stored.paused_at) {
            store.commit(vec![Change::PutRetention(state)]).await?;
        }
        let observed = Observation { state, clock: state.paused_at.unwrap_or(state.plausible_at), at: Instant::now() };
        let retention = Self { store, retention_period, observed: Mutex::new(observed), confirmed: Notify::new() };
        retention.warn_if_paused();
        Ok(retention)
    }

    /// Returns when the clock was last plausible, and whether pruning is paused.
    pub fn state(&self) -> RetentionState {
        self.observed().state
    }

    /// Confirms that the clock is right, which resumes pruning. Returns whether it was paused; if so, `audit` is stored
    /// in the same commit.
    ///
    /// # Errors
    /// Returns an error if the store fails; then nothing has changed.
    pub async fn confirm(&self, audit: Change) -> Result<bool, StoreError> {
        if self.state().paused_at.is_none() {
            return Ok(false);
        }
        self.put(now(), vec![audit]).await?;
        self.confirmed.notify_one();
        Ok(true)
    }

    /// Returns how long records are kept.
    pub fn period(&self) -> Duration {
        Duration::from_millis(self.retention_period)
    }

    /// Prunes old records in batches, unless pruning is paused, and returns how many were pruned.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn prune(&self) -> Result<usize, StoreError> {
        let Some(before) = self.check().await? else { return Ok(0) };
        let mut count = 0;
        loop {
            let dropped = self.store.commit(vec![Change::Prune { before, max: BATCH }]).await?.pruned;
            count += dropped;
            if dropped == 0 {
                break;
            }
        }
        self.record_plausible().await?;
        Ok(count)
    }

    /// Waits until the operator confirms the clock.
    pub async fn confirmed(&self) {
        self.confirmed.notified().await;
    }

    /// Checks the clock. Returns the time before which records are pruned, or `None` while pruning is paused.
    async fn check(&self) -> Result<Option<u64>, StoreError> {
        let (observed, now, tolerance) = (*self.observed(), now(), tolerance(self.retention_period));
        let expected = observed.clock.saturating_add(millis(observed.at.elapsed()));
        if observed.state.paused_at.is_some() {
            if now > observed.state.plausible_at.saturating_add(tolerance) {
                self.warn_if_paused();
                return Ok(None);
            }
            tracing::info!("clock set back; pruning resumed");
            self.put(now, Vec::new()).await?;
        } else if now.saturating_sub(expected) > tolerance {
            let state = RetentionState { plausible_at: expected, paused_at: Some(now), ..observed.state };
            // Set first: even if the store fails, this process prunes nothing.
            self.set(state, now);
            self.warn_if_paused();
            self.store.commit(vec![Change::PutRetention(state)]).await?;
            return Ok(None);
        }
        Ok(Some(now.saturating_sub(self.retention_period)))
    }

    /// Stores the clock as plausible, and these changes in the same commit.
    async fn put(&self, clock: u64, mut changes: Vec<Change>) -> Result<(), StoreError> {
        let newest_at = self.store.newest_record().await?;
        let state = RetentionState { plausible_at: clock, newest_at, paused_at: None };
        changes.push(Change::PutRetention(state));
        self.store.commit(changes).await?;
        self.set(state, clock);
        Ok(())
    }

    /// Records that the clock is still plausible. A clock that is behind, as before its first synchronization, is not
    /// recorded: the right time would then look far ahead.
    async fn record_plausible(&self) -> Result<(), StoreError> {
        let observed = *self.observed();
        let expected = observed.clock.saturating_add(millis(observed.at.elapsed()));
        if observed.state.paused_at.is_some() { Ok(()) } else { self.put(now().max(expected), Vec::new()).await }
    }

    fn set(&self, state: RetentionState, clock: u64) {
        *self.observed() = Observation { state, clock, at: Instant::now() };
    }

    fn warn_if_paused(&self) {
        let RetentionState { plausible_at, paused_at, .. } = self.state();
        if let Some(paused_at) = paused_at {
            let days = paused_at.saturating_sub(plausible_at) / millis(MIN_TOLERANCE);
            let [plausible_at, paused_at] = [plausible_at, paused_at].map(|at| rfc3339(at).unwrap_or_default());
            tracing::warn!(
                days,
                plausible_at,
                paused_at,
                "the clock is far ahead of the newest record; pruning is paused: set the clock, or if it is right, run \
                 `cordboard retention confirm`"
            );
        }
    }

    fn observed(&self) -> MutexGuard<'_, Observation> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns how far ahead the clock may be. Even if it is wrong by that much, records are kept for at least two thirds
/// of the retention period.
fn tolerance(retention_period: u64) -> u64 {
    (retention_period / 3).max(millis(MIN_TOLERANCE))
}

/// Returns the state at start, given the stored state, the time of the newest record and the clock.
fn at_start(stored: Option<RetentionState>, newest: Option<u64>, now: u64, tolerance: u64) -> RetentionState {
    let is_ahead = |of: u64| now.saturating_sub(of) > tolerance;
    if let Some(stored) = stored.filter(|stored| stored.paused_at.is_some() && is_ahead(stored.plausible_at)) {
        return stored;
    }
    // The time that the previous process recorded counts only together with the records of that time. It shows that a
    // store without recent records does not mean a wrong clock.
    let observed = stored.filter(|stored| newest >= stored.newest_at).map(|stored| stored.plausible_at);
    match observed.or(newest) {
        Some(plausible_at) if is_ahead(plausible_at) => {
            RetentionState { plausible_at, newest_at: newest, paused_at: Some(now) }
        }
        plausible_at => {
            RetentionState { plausible_at: plausible_at.unwrap_or(now).max(now), newest_at: newest, paused_at: None }
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;
    const RETENTION_PERIOD: u64 = 90 * DAY;
    const NOW: u64 = 20_000 * DAY;

    fn stored(plausible_at: u64, newest_at: u64, paused_at: Option<u64>) -> Option<RetentionState> {
        Some(RetentionState { plausible_at, newest_at: Some(newest_at), paused_at })
    }

    fn paused(stored: Option<RetentionState>, newest: Option<u64>, now: u64) -> Option<u64> {
        at_start(stored, newest, now, tolerance(RETENTION_PERIOD)).paused_at
    }

    #[test]
    fn a_gap_of_more_than_a_third_of_the_retention_period_pauses_pruning() {
        assert_eq!(paused(None, None, NOW), None, "an empty store");
        assert_eq!(paused(None, Some(NOW - 30 * DAY), NOW), None);
        assert_eq!(paused(None, Some(NOW - 30 * DAY - 1), NOW), Some(NOW));
        assert_eq!(paused(None, Some(NOW + 100 * DAY), NOW), None, "a clock that is behind prunes less");
        assert_eq!(tolerance(DAY), DAY, "a host that was off for a night has a plausible clock");
    }

    #[test]
    fn the_last_plausible_time_counts_only_with_the_records_of_that_time() {
        let (idle_since, observed) = (NOW - 80 * DAY, NOW - DAY);
        assert_eq!(paused(stored(observed, idle_since, None), Some(idle_since), NOW), None);
        assert_eq!(paused(stored(observed, idle_since, None), Some(idle_since), NOW + 30 * DAY), Some(NOW + 30 * DAY));
        // An older store was restored.
        assert_eq!(paused(stored(observed, idle_since, None), Some(idle_since - 1), NOW), Some(NOW));
        assert_eq!(paused(stored(observed, idle_since, None), None, NOW), None, "everything was pruned");
    }

    #[test]
    fn a_pause_lasts_until_the_clock_is_plausible_again() {
        let pause = stored(NOW, NOW, Some(NOW + 100 * DAY));
        // Records written during the pause change nothing.
        let at_start = |now| at_start(pause, Some(NOW + 100 * DAY), now, tolerance(RETENTION_PERIOD));
        assert_eq!(Some(at_start(NOW + 101 * DAY)), pause);
        assert_eq!(at_start(NOW + 30 * DAY).paused_at, None);
        assert_eq!(at_start(NOW + 30 * DAY).plausible_at, NOW + 30 * DAY);
    }

    #[test]
    fn a_clock_that_is_behind_does_not_make_the_right_time_look_ahead() {
        // A machine without a battery-backed clock starts in 1970 and then synchronizes.
        let state = at_start(stored(NOW, NOW, None), Some(NOW), 5, tolerance(RETENTION_PERIOD));
        assert_eq!((state.plausible_at, state.paused_at), (NOW, None));
    }
}
