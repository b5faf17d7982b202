//! What both flows work with.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use crate::counters::Counters;
use crate::egress::Egress;
use crate::plug::rules;
use crate::store::{Change, Store};
use crate::world::{Lane, World};

use super::Refusal;
use super::flights::{Flights, Turns};
use super::landed::Landed;
use super::retention::Retention;

/// Deliveries that are read at one time: their senders may hang up, so connections do not bound them.
const DELIVERIES: usize = 1024;

const MARK_TRIES: usize = 60;
const MARK_AGAIN_AFTER: Duration = Duration::from_secs(1);

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
    /// Until a conference whose asker never had the answer is taken back, where its owner wants that. A repeat of the
    /// request may come until then.
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
    pub(super) flights: Arc<Flights<Result<Landed, Refusal>>>,
    pub(super) turns: Turns,
    pub(super) deliveries: Arc<Semaphore>,
    // Where slow calls of CRMs' plugs take turns.
    pub(super) crm_lane: Lane,
    // Answers that were taken and are not marked so in the store yet.
    taken: Mutex<HashSet<String>>,
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
            taken: Mutex::default(),
        }
    }

    /// Operations whose answer was taken, and of which the store may not know it yet.
    pub(super) fn just_taken(&self) -> HashSet<String> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Marks that the CRM took an operation's answer: from then on nobody need claim it, and an equal request is a new
    /// one.
    pub fn take(self: &Arc<Self>, operation: String) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(operation.clone());
        let board = Arc::clone(self);
        tokio::spawn(async move {
            for tries_left in (0..MARK_TRIES).rev() {
                let answered = Change::Answered { operation: operation.clone() };
                match board.store.commit(vec![answered]).await {
                    Ok(_) => break,
                    // Unmarked, the conference would be handed out again, or taken back from under its meeting.
                    Err(_) if tries_left > 0 => tokio::time::sleep(MARK_AGAIN_AFTER).await,
                    Err(error) => tracing::error!(operation, "an answer that was taken is not marked so: {error}"),
                }
            }
            board.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&operation);
        });
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
}

/// Epoch milliseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
