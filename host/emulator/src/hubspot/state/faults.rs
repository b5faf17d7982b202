//! Injected faults, for testing how the app handles them.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::lock;

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// An API request gets 429 and has no effect.
    RateLimited,
    /// An API request gets 500 and has no effect.
    ServerError,
    /// An API request takes effect and is answered three seconds later.
    Slow,
    /// A webhook is signed with another secret.
    WrongSignature,
    /// A webhook is sent twice, byte for byte; the first answer counts.
    Replay,
}

impl FaultKind {
    /// The kinds that apply to API requests.
    pub const API: [Self; 3] = [Self::RateLimited, Self::ServerError, Self::Slow];
}

/// A fault to inject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The kind.
    pub kind: FaultKind,
    /// How many times it applies; `None` for no limit.
    pub times: Option<u32>,
}

/// The remaining faults, in order.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Returns the remaining faults.
    pub fn all(&self) -> Vec<Fault> {
        lock(&self.0).clone()
    }

    /// Replaces all faults.
    pub fn set(&self, faults: Vec<Fault>) {
        *lock(&self.0) = faults;
    }

    /// Takes one occurrence of the first fault of these kinds.
    pub fn take(&self, kinds: &[FaultKind]) -> Option<FaultKind> {
        let mut faults = lock(&self.0);
        let fault = faults.iter_mut().find(|fault| kinds.contains(&fault.kind) && fault.times != Some(0))?;
        let kind = fault.kind;
        fault.times = fault.times.map(|times| times - 1);
        faults.retain(|fault| fault.times != Some(0));
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_applies_as_many_times_as_set() {
        let faults = Faults::default();
        let replay = Fault { kind: FaultKind::Replay, times: None };
        faults.set(vec![Fault { kind: FaultKind::Slow, times: Some(2) }, replay]);
        let taken: Vec<_> = (0..3).map(|_| faults.take(&FaultKind::API)).collect();
        assert_eq!(taken, [Some(FaultKind::Slow), Some(FaultKind::Slow), None]);
        assert_eq!(faults.take(&[FaultKind::Replay]), Some(FaultKind::Replay));
        assert_eq!(faults.all(), [replay]);
    }
}
