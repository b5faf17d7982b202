//! Where calls that take long take turns, beside the threads that everybody waits for.

use std::thread::available_parallelism;
use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};

/// The most turns at a time of one lane: half of the instances that there are for roomy plugs.
const MOST: usize = 8;

/// Turns, of which so many are taken at a time. Each account has its own, so that its plugs together, however many are
/// slow, take neither all instances nor all processors.
#[derive(Debug)]
pub struct Lane(Semaphore);

/// As an account has it: for half of the processors.
impl Default for Lane {
    fn default() -> Self {
        Self::with(processors().div_ceil(2))
    }
}

/// Leave to make a call.
pub struct Turn<'a>(Option<SemaphorePermit<'a>>);

impl Lane {
    /// For what serves all accounts: as many at a time as there are processors.
    pub fn wide() -> Self {
        Self::with(processors())
    }

    fn with(turns: usize) -> Self {
        Self(Semaphore::new(turns.min(MOST)))
    }

    /// Waits for leave to make a call until `deadline`: at once, unless it is a slow one. None where the time is up.
    pub async fn turn(&self, slow: bool, deadline: Instant) -> Option<Turn<'_>> {
        if !slow {
            return Some(Turn(None));
        }
        let turn = tokio::time::timeout_at(deadline.into(), self.0.acquire()).await;
        Some(Turn(Some(turn.ok()?.ok()?)))
    }
}

impl Turn<'_> {
    /// Whether the call is made aside, where nobody waits for it.
    pub(super) fn is_aside(&self) -> bool {
        self.0.is_some()
    }
}

pub(super) fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_a_turn_for_ever() {
        let lane = Lane::default();
        let _all = lane.0.acquire_many(u32::try_from(lane.0.available_permits()).unwrap()).await.unwrap();
        let soon = || Instant::now() + Duration::from_millis(10);
        assert!(lane.turn(true, soon()).await.is_none());
        assert!(lane.turn(false, soon()).await.is_some(), "a quick call needs no turn");
    }

    #[test]
    fn no_lane_takes_all_instances() {
        let roomy = crate::plug::Options::default().roomy.slots;
        assert_eq!(Lane::with(1000).0.available_permits(), usize::try_from(roomy).unwrap() / 2);
    }
}
