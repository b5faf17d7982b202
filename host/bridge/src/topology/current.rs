//! The topology that serves new requests.

use std::sync::Arc;

use arc_swap::ArcSwap;
use cordboard_core::AccountId;

use super::{AccountLimiter, Topology};

/// Holds the current topology, which [`lifecycle`](crate::lifecycle) replaces.
pub struct CurrentTopology(ArcSwap<Topology>);

impl CurrentTopology {
    /// Creates the holder with its first topology.
    pub fn new(topology: Topology) -> Self {
        Self(ArcSwap::from_pointee(topology))
    }

    /// Returns the current topology. A request keeps the topology that it started with.
    pub fn load(&self) -> Arc<Topology> {
        self.0.load_full()
    }

    /// Returns the limiter of an account, or a new one if the account is no longer configured.
    pub(crate) fn limiter(&self, account: &AccountId) -> Arc<AccountLimiter> {
        self.0.load().limiter(account)
    }

    /// Replaces the topology. Requests in progress keep theirs.
    pub(crate) fn publish(&self, topology: Topology) {
        self.0.store(Arc::new(topology));
    }
}
