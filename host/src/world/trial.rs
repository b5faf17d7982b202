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

/// A candidate on trial.
#[derive(Debug)]
pub struct Trial {
    /// The candidate.
    pub generation: Arc<Generation>,
    /// How it is tried.
    pub mode: Mode,
    /// What was seen of it.
    pub seen: Seen,
}

/// How often a candidate in the shadow did as the live generation, since the host started.
#[derive(Debug, Default)]
pub struct Seen {
    same: AtomicU64,
    different: AtomicU64,
    skipped: AtomicU64,
}

/// What came of one comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It did the same.
    Same,
    /// It did something else.
    Different,
    /// It was not asked, since too much was being compared.
    Skipped,
}

impl Seen {
    /// Takes note; how many times that has been seen.
    pub fn note(&self, sight: Sight) -> u64 {
        self.counter(sight).fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// How many times it was seen.
    pub fn count(&self, sight: Sight) -> u64 {
        self.counter(sight).load(Ordering::Relaxed)
    }

    fn counter(&self, sight: Sight) -> &AtomicU64 {
        match sight {
            Sight::Same => &self.same,
            Sight::Different => &self.different,
            Sight::Skipped => &self.skipped,
        }
    }
}

impl Trial {
    /// Whether the candidate serves what goes by this key.
    pub fn takes<K: AsRef<str>>(&self, key: impl FnOnce() -> K) -> bool {
        match self.mode {
            Mode::Canary(share) => place(key().as_ref()) < u64::from(share),
            Mode::Shadow => false,
        }
    }
}

/// Where a key stands among all, from 0 to below [`WHOLE`]; the same on every host and at every start.
fn place(key: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first)) % WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_as_large_as_it_is_said_to_be() {
        for share in [0_u64, 100, 1_000, 5_000, 10_000] {
            let taken = (0..20_000).filter(|number| place(&format!("conference {number}")) < share).count() as u64;
            assert!(taken.abs_diff(share * 2) <= 400, "{share}: {taken}");
        }
    }

    #[test]
    fn what_was_seen_is_counted() {
        let seen = Seen::default();
        assert_eq!((seen.note(Sight::Same), seen.note(Sight::Same), seen.note(Sight::Different)), (1, 2, 1));
        assert_eq!([Sight::Same, Sight::Different, Sight::Skipped].map(|sight| seen.count(sight)), [2, 1, 0]);
    }
}
