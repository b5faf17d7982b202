//! A plug with all that it works with.

use crate::contract::effect::{Context, StateEntry};
use crate::egress::Grants;
use crate::plug::{Class, Plug};

use super::{ResolvedSettings, SlowCallDetector};

/// A plug with its settings, secrets and grants. Never changed: whoever wants it otherwise makes another.
#[derive(Debug)]
pub struct Generation {
    /// Counts up from 1 for each connection or app.
    pub number: u64,
    /// The plug.
    pub plug: Plug,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// Names of the signatures that the operator takes; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// What it may reach.
    pub grants: Grants,
    /// How it has been doing.
    pub slow_call_detector: SlowCallDetector,
}

impl Generation {
    /// Whether the plug's next call is to take a turn in a [`SlowCallLimiter`](super::SlowCallLimiter). Instances of roomy plugs are few, and
    /// cost so much that a turn is nothing beside them.
    pub fn needs_permit(&self) -> bool {
        self.plug.class() == Class::Roomy || self.slow_call_detector.is_slow()
    }

    /// What its plug may know, before anything has come of what it asks for.
    pub fn context(&self, state: Vec<StateEntry>, now: u64, random: [u8; 16]) -> Context {
        Context {
            settings: self.settings.open().to_vec(),
            secrets: self.settings.secret_keys().cloned().collect(),
            state,
            now,
            random: random.to_vec(),
            exchanges: Vec::new(),
        }
    }
}
