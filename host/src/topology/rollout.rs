//! A candidate beside the live generation of a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::Generation;

/// Hundredths of a percent.
const WHOLE: u64 = 10_000;

/// How a candidate is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It serves a share of the conferences, in hundredths of a percent: always the same ones.
    Canary(u16),
    /// It is asked for all that the live one is asked for, and nothing that it wants is done.
    Shadow,
}

/// A candidate under rollout.
#[derive(Debug)]
pub struct Rollout {
    /// The candidate.
    pub generation: Arc<Generation>,
    /// How it is tried.
    pub mode: Mode,
    /// What was seen of it.
    pub shadow_stats: ShadowStats,
}

/// How often a candidate in the shadow did as the live generation, since the host started.
#[derive(Debug, Default)]
pub struct ShadowStats {
    same: AtomicU64,
    different: AtomicU64,
    skipped: AtomicU64,
}

/// What came of one comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShadowOutcome {
    /// It did the same.
    Same,
    /// It did something else.
    Different,
    /// It was not asked, since too much was being compared.
    Skipped,
}

impl ShadowStats {
    /// Takes note; how many times that has been seen.
    pub fn record(&self, outcome: ShadowOutcome) -> u64 {
        self.counter(outcome).fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// How many times it was seen.
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
    /// Whether the candidate serves what goes by this key.
    pub fn serves<K: AsRef<str>>(&self, key: impl FnOnce() -> K) -> bool {
        match self.mode {
            Mode::Canary(share) => position(key().as_ref()) < u64::from(share),
            Mode::Shadow => false,
        }
    }
}

/// Where a key stands among all, from 0 to below [`WHOLE`]; the same on every host and at every start.
fn position(key: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first)) % WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_as_large_as_it_is_said_to_be() {
        for share in [0_u64, 100, 1_000, 5_000, 10_000] {
            let serving = (0..20_000).filter(|number| position(&format!("conference {number}")) < share).count() as u64;
            assert!(serving.abs_diff(share * 2) <= 400, "{share}: {serving}");
        }
    }

    #[test]
    fn what_was_seen_is_counted() {
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
