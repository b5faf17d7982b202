//! What both flows work with.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use crate::counters::Counters;
use crate::egress::Egress;
use crate::plug::rules;
use crate::store::Store;
use crate::world::{Admitted, Demand, Excess, Lane, World};

use super::ApiError;
use super::answers::Answers;
use super::flights::{Flights, Turns};
use super::landed::Landed;
use super::retention::Retention;

/// Deliveries that are read at one time: their senders may hang up, so connections do not bound them.
const DELIVERIES: usize = 1024;

/// For how long the answer to a request beyond its account's limits is held back.
const HOLD_BACK: Duration = Duration::from_millis(250);
/// How many are held back at a time: fewer than there are connections.
const MAX_HELD_BACK: usize = 256;

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the CRM is answered, whatever the provider does.
    pub answer_within: Duration,
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
    /// From when it is known that nobody was answered with a conference, until it is taken back, where its owner wants
    /// that. A repeat of the request may come until then.
    pub unclaimed: Duration,
    /// For how long deliveries, events and what is over are kept.
    pub keep: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_millis(4_500),
            operation: Duration::from_secs(30),
            call: Duration::from_secs(10),
            body: Duration::from_secs(10),
            effects: rules::MAX_EFFECTS,
            exchanged_bytes: rules::MAX_EXCHANGED_BYTES,
            unclaimed: Duration::from_secs(15 * 60),
            keep: Duration::from_secs(90 * 24 * 60 * 60),
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
pub struct Switchboard {
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
    world: ArcSwap<World>,
    pub(super) flights: Arc<Flights<Result<Landed, ApiError>>>,
    pub(super) turns: Turns,
    pub(super) deliveries: Arc<Semaphore>,
    // Where slow calls of CRMs' plugs take turns.
    pub(super) crm_lane: Lane,
    pub(super) answers: Answers,
    // Answers that are held back.
    held: Semaphore,
}

impl Switchboard {
    /// Joins the parts.
    pub fn new(
        store: Arc<dyn Store>,
        egress: Egress,
        public_url: String,
        limits: Limits,
        counters: Arc<Counters>,
        retention: Retention,
        world: World,
    ) -> Self {
        Self {
            store,
            egress,
            public_url,
            limits,
            counters,
            retention,
            world: ArcSwap::from_pointee(world),
            flights: Arc::default(),
            turns: Turns::default(),
            deliveries: Arc::new(Semaphore::new(DELIVERIES)),
            crm_lane: Lane::wide(),
            answers: Answers::default(),
            held: Semaphore::new(MAX_HELD_BACK),
        }
    }

    /// Counts a request of an account, which has proved to be authentic, and the bytes of its body.
    pub(super) fn admit(&self, world: &World, account: u64, body: usize, purpose: Purpose) -> Result<Admitted, Excess> {
        let changes = purpose == Purpose::Change;
        world.admit(account, Demand { body, stored: self.store.stored_bytes(account), changes })
    }

    /// Holds the answer to a request where it was one too many of its account's: a sender that does not heed `retry-after`
    /// must not cost more processor time with refusals than with requests. Only so many are held at a time.
    pub(super) async fn hold_back(&self, error: &ApiError) {
        if !matches!(error, ApiError::RateLimited { .. }) {
            return;
        }
        if let Ok(_held) = self.held.try_acquire() {
            tokio::time::sleep(HOLD_BACK).await;
        }
    }

    /// The world as it is now; a request keeps the one that it began with.
    pub fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// Puts another world in its place. Requests under way keep theirs.
    pub(crate) fn change_world(&self, world: World) {
        self.world.store(Arc::new(world));
    }

    /// How many commands are under way, theirs too whose asker is gone.
    pub fn under_way(&self) -> usize {
        self.flights.len()
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
