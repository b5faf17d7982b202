//! State and limits that both flows share.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use cordboard_core::{AccountId, engine};
use tokio::sync::Semaphore;

use crate::counters::Counters;
use crate::topology::{Demand, InFlightGuard, LimitExceeded, SlowCallLimiter, Topology};
use cordboard_egress::Egress;
use cordboard_store::Store;

use super::ApiError;
use super::answers::Answers;
use super::command_result::CommandResult;
use super::id::random_bytes;
use super::keyed_mutex::KeyedMutex;
use super::retention::Retention;
use super::single_flight::SingleFlight;
use super::update_keys::UpdateKeys;

/// The maximum number of webhook requests in progress. Connections do not bound it, because processing continues when
/// a sender disconnects.
const MAX_INBOUND_REQUESTS: usize = 1024;

/// How long the answer to a rate-limited request is delayed at least. The delay is random, up to about twice as long, so
/// that concurrent senders do not all come back at once.
const HOLD_BACK: Duration = Duration::from_millis(250);
/// The maximum number of delayed answers, which must be lower than the number of connections.
const MAX_HELD_BACK: usize = 256;

/// Limits on time and size.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time limit for answering a request, whatever the provider does.
    pub answer_timeout: Duration,
    /// The time limit of an operation, which continues after its caller was answered.
    pub operation: Duration,
    /// The time limit of one call to a provider.
    pub call: Duration,
    /// The time limit for receiving the body of a request.
    pub body: Duration,
    /// Limits on the effects of an operation.
    pub effects: engine::Limits,
    /// How long a conference is kept after its answer was lost, if `delete-unacknowledged` is set. A repeat of the
    /// request may arrive until then.
    pub unacknowledged_grace: Duration,
    /// How long webhook requests, events, finished operations and deleted conferences are kept.
    pub retention_period: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_timeout: Duration::from_millis(4_500),
            operation: Duration::from_secs(30),
            call: Duration::from_secs(10),
            body: Duration::from_secs(10),
            effects: engine::Limits::default(),
            unacknowledged_grace: Duration::from_secs(15 * 60),
            retention_period: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Creating something, or a query.
    New,
    /// Changing or deleting an existing conference.
    Change,
}

/// The state that both flows share.
pub struct BridgeState {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Sends the requests that plugs return.
    pub egress: Egress,
    /// The scheme, host and path that senders call, without a trailing slash.
    pub public_url: String,
    /// Limits on time and size.
    pub limits: Limits,
    /// The counters for `/metrics`.
    pub counters: Arc<Counters>,
    /// Decides whether old records may be pruned.
    pub retention: Retention,
    topology: ArcSwap<Topology>,
    pub(super) single_flight: Arc<SingleFlight<Result<CommandResult, ApiError>>>,
    pub(super) conference_locks: KeyedMutex,
    pub(super) update_keys: UpdateKeys,
    pub(super) inbound_requests: Arc<Semaphore>,
    // Limits concurrent slow calls of CRM plugs.
    pub(super) crm_slow_calls: SlowCallLimiter,
    pub(super) answers: Answers,
    // Limits how many answers are delayed at a time.
    held_back: Semaphore,
}

impl BridgeState {
    /// Creates the state from its parts.
    pub fn new(
        store: Arc<dyn Store>,
        egress: Egress,
        public_url: String,
        limits: Limits,
        counters: Arc<Counters>,
        retention: Retention,
        topology: Topology,
    ) -> Self {
        Self {
            store,
            egress,
            public_url,
            limits,
            counters,
            retention,
            topology: ArcSwap::from_pointee(topology),
            single_flight: Arc::default(),
            conference_locks: KeyedMutex::default(),
            update_keys: UpdateKeys::default(),
            inbound_requests: Arc::new(Semaphore::new(MAX_INBOUND_REQUESTS)),
            crm_slow_calls: SlowCallLimiter::shared(),
            answers: Answers::default(),
            held_back: Semaphore::new(MAX_HELD_BACK),
        }
    }

    /// Counts an authenticated request, and the bytes of its body, against its account's limits.
    pub(super) fn admit(
        &self,
        topology: &Topology,
        account: &AccountId,
        body: usize,
        purpose: Purpose,
    ) -> Result<InFlightGuard, LimitExceeded> {
        let changes = purpose == Purpose::Change;
        topology.admit(account, Demand { body, stored: self.store.stored_bytes(account), changes })
    }

    /// Delays the answer to a rate-limited request, so that a sender that ignores `retry-after` cannot use more
    /// processor time with refused requests than with accepted ones. At most [`MAX_HELD_BACK`] answers are delayed at a
    /// time.
    pub(super) async fn hold_back(&self, error: &ApiError) {
        if !matches!(error, ApiError::RateLimited { .. }) {
            return;
        }
        if let Ok(_permit) = self.held_back.try_acquire() {
            let [random, ..] = random_bytes().unwrap_or_default();
            tokio::time::sleep(HOLD_BACK + Duration::from_millis(random.into())).await;
        }
    }

    /// Returns the current topology. A request keeps the topology that it started with.
    pub fn topology(&self) -> Arc<Topology> {
        self.topology.load_full()
    }

    /// Replaces the topology. Requests in progress keep theirs.
    pub(crate) fn set_topology(&self, topology: Topology) {
        self.topology.store(Arc::new(topology));
    }

    /// Returns the number of commands in progress, including those whose caller has disconnected.
    pub fn in_flight(&self) -> usize {
        self.single_flight.len()
    }

    /// Returns the number of answers that are being recorded as acknowledged or lost.
    pub fn marking(&self) -> usize {
        self.answers.marking()
    }
}

/// Returns the current time in epoch milliseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
