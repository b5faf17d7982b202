//! Rollouts: candidates tried beside the live generation of a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::Generation;

/// Hundredths of a percent.
const WHOLE: u64 = 10_000;

/// How a candidate is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It serves a share of the conferences, in hundredths of a percent; always the same ones.
    Canary(u16),
    /// It replays everything that the live generation does; its effects are never performed.
    Shadow,
}

impl Mode {
    /// Returns the share of a canary, or `None` for a shadow.
    pub fn canary(self) -> Option<u16> {
        match self {
            Self::Canary(share) => Some(share),
            Self::Shadow => None,
        }
    }
}

/// A candidate under rollout.
#[derive(Debug)]
pub struct Rollout {
    /// The candidate.
    pub generation: Arc<Generation>,
    /// How it is tried.
    pub mode: Mode,
    /// How it compares with the live generation, in shadow mode.
    pub shadow_stats: ShadowStats,
}

/// How often a shadow candidate did the same as the live generation, since the host started.
#[derive(Debug, Default)]
pub struct ShadowStats {
    same: AtomicU64,
    different: AtomicU64,
    skipped: AtomicU64,
}

/// The outcome of one comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShadowOutcome {
    /// The candidate did the same.
    Same,
    /// The candidate did something else.
    Different,
    /// The operation was not compared, because too many comparisons were running.
    Skipped,
}

impl ShadowStats {
    /// Counts an outcome, and returns how often it has been counted.
    pub fn record(&self, outcome: ShadowOutcome) -> u64 {
        self.counter(outcome).fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// Returns how often an outcome has been counted.
    pub fn count(&self, outcome: ShadowOutcome) -> u64 {
        self.counter(outcome).load(Ordering::Relaxed)
    }

    fn counter(&self, outcome: ShadowOutcome) -> &AtomicU64 {
        match outcome {
            ShadowOutcome::Same => &self.same,
            ShadowOutcome::Different => &self.different,
            ShadowOutcome::Skipped => &self.skipped,
        }
    }
}

impl Rollout {
    /// Begins the rollout of a candidate.
    pub fn new(generation: Arc<Generation>, mode: Mode) -> Self {
        Self { generation, mode, shadow_stats: ShadowStats::default() }
    }

    /// Returns whether the candidate serves this key.
    pub fn serves<K: AsRef<str>>(&self, key: impl FnOnce() -> K) -> bool {
        self.mode.canary().is_some_and(|share| position(key().as_ref()) < u64::from(share))
    }
}

/// Returns the position of a key, from 0 to below [`WHOLE`]. It is the same on every host and after every start.
fn position(key: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first)) % WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_serves_about_its_share() {
        for share in [0_u64, 100, 1_000, 5_000, 10_000] {
            let serving = (0..20_000).filter(|number| position(&format!("conference {number}")) < share).count() as u64;
            assert!(serving.abs_diff(share * 2) <= 400, "{share}: {serving}");
        }
    }

    #[test]
    fn outcomes_are_counted() {
        let shadow_stats = ShadowStats::default();
        assert_eq!(
            (
                shadow_stats.record(ShadowOutcome::Same),
                shadow_stats.record(ShadowOutcome::Same),
                shadow_stats.record(ShadowOutcome::Different)
            ),
            (1, 2, 1)
        );
        assert_eq!(
            [ShadowOutcome::Same, ShadowOutcome::Different, ShadowOutcome::Skipped]
                .map(|outcome| shadow_stats.count(outcome)),
            [2, 1, 0]
        );
    }
}
