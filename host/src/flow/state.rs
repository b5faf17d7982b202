//! What both flows work with.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use crate::counters::Counters;
use crate::egress::Egress;
use crate::plug::rules;
use crate::store::Store;
use crate::topology::{Demand, InFlightGuard, LimitExceeded, SlowCallLimiter, Topology};

use super::ApiError;
use super::answers::Answers;
use super::command_result::CommandResult;
use super::keyed_mutex::KeyedMutex;
use super::retention::Retention;
use super::single_flight::SingleFlight;

/// Webhook requests that are processed at one time: their senders may hang up, so connections do not bound them.
const MAX_INBOUND_REQUESTS: usize = 1024;

/// For how long the answer to a request beyond its account's limits is held back.
const HOLD_BACK: Duration = Duration::from_millis(250);
/// How many are held back at a time: fewer than there are connections.
const MAX_HELD_BACK: usize = 256;

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the CRM is answered, whatever the provider does.
    pub answer_timeout: Duration,
    /// Until an operation is given up that goes on after that.
    pub operation: Duration,
    /// For one call to a provider.
    pub call: Duration,
    /// Until the body of a request must be there.
    pub body: Duration,
    /// Effects of one operation.
    pub effects: usize,
    /// Bytes of all answers that one operation is shown.
    pub exchanged_bytes: usize,
    /// From when it is known that nobody was answered with a conference, until it is taken back, where the operator wants
    /// that. A repeat of the request may come until then.
    pub unacknowledged_grace: Duration,
    /// For how long deliveries, events and what is over are kept.
    pub retention_period: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_timeout: Duration::from_millis(4_500),
            operation: Duration::from_secs(30),
            call: Duration::from_secs(10),
            body: Duration::from_secs(10),
            effects: rules::MAX_EFFECTS,
            exchanged_bytes: rules::MAX_EXCHANGED_BYTES,
            unacknowledged_grace: Duration::from_secs(15 * 60),
            retention_period: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Something new, or a question.
    New,
    /// Changing or deleting a conference that exists.
    Change,
}

/// What both flows work with.
pub struct BridgeState {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// The way out.
    pub egress: Egress,
    /// Scheme, host and path under which senders know us, without a slash at its end.
    pub public_url: String,
    /// How long and how much.
    pub limits: Limits,
    /// What happened, counted.
    pub counters: Arc<Counters>,
    /// Whether what is old is dropped.
    pub retention: Retention,
    topology: ArcSwap<Topology>,
    pub(super) single_flight: Arc<SingleFlight<Result<CommandResult, ApiError>>>,
    pub(super) conference_locks: KeyedMutex,
    pub(super) inbound_requests: Arc<Semaphore>,
    // Where slow calls of CRMs' plugs take turns.
    pub(super) crm_slow_calls: SlowCallLimiter,
    pub(super) answers: Answers,
    // Answers that are held back.
    held_back: Semaphore,
}

impl BridgeState {
    /// Joins the parts.
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
            inbound_requests: Arc::new(Semaphore::new(MAX_INBOUND_REQUESTS)),
            crm_slow_calls: SlowCallLimiter::shared(),
            answers: Answers::default(),
            held_back: Semaphore::new(MAX_HELD_BACK),
        }
    }

    /// Counts a request of an account, which has proved to be authentic, and the bytes of its body.
    pub(super) fn admit(
        &self,
        topology: &Topology,
        account: u64,
        body: usize,
        purpose: Purpose,
    ) -> Result<InFlightGuard, LimitExceeded> {
        let changes = purpose == Purpose::Change;
        topology.admit(account, Demand { body, stored: self.store.stored_bytes(account), changes })
    }

    /// Holds the answer to a request where it was one too many of its account's: a sender that does not heed `retry-after`
    /// must not cost more processor time with refusals than with requests. Only so many are held at a time.
    pub(super) async fn hold_back(&self, error: &ApiError) {
        if !matches!(error, ApiError::RateLimited { .. }) {
            return;
        }
        if let Ok(_permit) = self.held_back.try_acquire() {
            tokio::time::sleep(HOLD_BACK).await;
        }
    }

    /// The topology as it is now; a request keeps the one that it began with.
    pub fn topology(&self) -> Arc<Topology> {
        self.topology.load_full()
    }

    /// Puts another topology in its place. Requests under way keep theirs.
    pub(crate) fn set_topology(&self, topology: Topology) {
        self.topology.store(Arc::new(topology));
    }

    /// How many commands are under way, theirs too whose caller is gone.
    pub fn in_flight(&self) -> usize {
        self.single_flight.len()
    }

    /// How many marks of whether the CRM has an answer the store has yet to take.
    pub fn marking(&self) -> usize {
        self.answers.marking()
    }
}

/// Epoch milliseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
