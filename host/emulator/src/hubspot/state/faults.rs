//! What shall go wrong, for those who want to see how that is taken.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::lock;

/// A way in which something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// A request of the API is answered 429 and not carried out.
    RateLimited,
    /// A request of the API is answered 500 and not carried out.
    ServerError,
    /// A request of the API is carried out and answered three seconds later.
    Slow,
    /// A webhook is signed with another secret.
    WrongSignature,
    /// A webhook is sent twice, byte for byte; the first answer counts.
    Replay,
}

impl FaultKind {
    /// What befalls requests of the API.
    pub const API: [Self; 3] = [Self::RateLimited, Self::ServerError, Self::Slow];
}

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// How.
    pub kind: FaultKind,
    /// How often; none until it is changed.
    pub times: Option<u32>,
}

/// What is still to go wrong, in its order.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// All that is still to go wrong.
    pub fn all(&self) -> Vec<Fault> {
        lock(&self.0).clone()
    }

    /// Replaces all.
    pub fn set(&self, faults: Vec<Fault>) {
        *lock(&self.0) = faults;
    }

    /// The first fault of these kinds, used up by one.
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
    fn a_fault_happens_as_often_as_it_was_said() {
        let faults = Faults::default();
        let replay = Fault { kind: FaultKind::Replay, times: None };
        faults.set(vec![Fault { kind: FaultKind::Slow, times: Some(2) }, replay]);
        let taken: Vec<_> = (0..3).map(|_| faults.take(&FaultKind::API)).collect();
        assert_eq!(taken, [Some(FaultKind::Slow), Some(FaultKind::Slow), None]);
        assert_eq!(faults.take(&[FaultKind::Replay]), Some(FaultKind::Replay));
        assert_eq!(faults.all(), [replay]);
    }
}
