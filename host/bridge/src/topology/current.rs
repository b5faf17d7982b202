//! The topology that serves new requests.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Topology;

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

    /// Replaces the topology. Requests in progress keep theirs.
    pub(crate) fn publish(&self, topology: Topology) {
        self.0.store(Arc::new(topology));
    }
}
