//! A plug with everything that it runs with.

use cordboard_egress::Grants;
use cordboard_runtime::{Class, Plug};

use super::{ResolvedSettings, SlowCallDetector};

/// A plug with its settings, secrets and grants. Immutable: a change creates another generation.
#[derive(Debug)]
pub struct Generation {
    /// Counts up from 1 for each connection or app.
    pub number: u64,
    /// The plug.
    pub plug: Plug,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// Names of the signatures that the operator accepts; `None` accepts all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// The hosts that it may reach.
    pub grants: Grants,
    /// Detects whether its calls are slow.
    pub slow_call_detector: SlowCallDetector,
}

impl Generation {
    /// Returns whether the plug's next call needs a permit from a [`SlowCallLimiter`](super::SlowCallLimiter). Calls of
    /// roomy plugs always do: their instances are few, and so costly that a permit adds little.
    pub fn needs_permit(&self) -> bool {
        self.plug.class() == Class::Roomy || self.slow_call_detector.is_slow()
    }
}
