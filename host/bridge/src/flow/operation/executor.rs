//! What running an operation depends on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::flow::Limits;
use crate::flow::comparison::Shadows;
use crate::flow::concurrency::Bulkhead;
use crate::topology::{CurrentTopology, while_waiting};
use cordboard_egress::Egress;
use cordboard_store::Store;

/// The maximum number of operations that are in progress after their deadline, in total and in one account.
const MAX_OVERDUE: usize = 1024;
const MAX_OVERDUE_PER_ACCOUNT: usize = 128;

/// Runs plug operations: journals their effects in the store, and performs them.
pub struct Executor {
    pub(in crate::flow) store: Arc<dyn Store>,
    pub(super) egress: Egress,
    pub(in crate::flow) limits: Limits,
    /// The scheme, host and path of our links, without a trailing slash.
    pub(in crate::flow) public_url: String,
    pub(super) shadows: Shadows,
    pub(in crate::flow) topology: Arc<CurrentTopology>,
    /// Limits how many operations are in progress after their deadline, until their outcome is recorded.
    pub(super) overdue: Arc<Bulkhead>,
    stopped: watch::Sender<bool>,
}

impl Executor {
    /// Creates the executor from its parts.
    pub fn new(
        store: Arc<dyn Store>,
        egress: Egress,
        limits: Limits,
        public_url: String,
        topology: Arc<CurrentTopology>,
    ) -> Self {
        Self {
            shadows: Shadows::new(Arc::clone(&store)),
            store,
            egress,
            limits,
            public_url,
            topology,
            overdue: Arc::new(Bulkhead::new(MAX_OVERDUE, MAX_OVERDUE_PER_ACCOUNT)),
            stopped: watch::Sender::new(false),
        }
    }

    /// Registers an address that this process listens on, which no plug may call from then on.
    pub fn listens_on(&self, address: SocketAddr) {
        self.egress.refuse_own(address);
    }

    /// Stops recording the outcomes of operations that are past their deadline. The next start resumes these operations.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Waits before another attempt at a commit. Returns false if the executor is stopped.
    pub(super) async fn wait(&self, time: Duration) -> bool {
        let mut stopped = self.stopped.subscribe();
        let stop = async move { stopped.wait_for(|stopped| *stopped).await.is_ok() };
        while_waiting(tokio::time::timeout(time, stop)).await.is_err()
    }
}
