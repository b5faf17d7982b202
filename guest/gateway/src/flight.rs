//! Equal creates at one time make one conference.
//!
//! A key-value store has no transactions; what it has is a counter that counts each caller once. So for each likeness
//! there are turns, numbered from 0, with a counter each: who counts it to 1 has the turn and makes the conference, and
//! whoever comes meanwhile waits for what is then kept under `flight:…`. A turn whose owner died is over after as long as
//! an operation may take, and the next one begins.
//!
//! Whether the CRM had its answer cannot be known here, as the host knows it; what came later than it waits is taken for
//! not answered, and given to an equal create that follows. That one was asked before another's end is told by the clocks
//! of two components: they must be equal.

use std::time::{Duration, Instant};

use cordboard_core::refusal::Refusal;
use cordboard_core::types::effect::Failure;
use serde::{Deserialize, Serialize};

use crate::drive::OPERATION;
use crate::spin::clock::{now, sleep};
use crate::spin::store::{Store, count};

/// How long the CRM waits for an answer, with what the way takes off.
const ANSWER_WITHIN: Duration = Duration::from_millis(4_500);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longer than any operation, and whatever is done after it.
const OVER_AFTER_MS: u64 = OPERATION.as_millis() as u64 + 10_000;

/// Who asks so soon after a late one was given to somebody asks for the same: several try again at once.
const AT_ONCE_MS: u64 = 1_000;

/// What came of a turn.
#[derive(Clone, Serialize, Deserialize)]
pub enum Landing {
    /// The id of the conference.
    Made(String),
    /// The plug's word for why not.
    Failed(Failure),
}

/// What is kept of the newest turn.
#[derive(Serialize, Deserialize)]
struct Kept {
    number: u64,
    since: u64,
    landing: Option<Landing>,
    landed_at: u64,
    answered: bool,
}

impl Kept {
    /// Whether a conference was made that nobody was answered with in time.
    fn is_unclaimed(&self) -> bool {
        !self.answered && matches!(self.landing, Some(Landing::Made(_)))
    }

    fn is_of(&self, conference: Option<&str>) -> bool {
        matches!((&self.landing, conference), (Some(Landing::Made(id)), Some(conference)) if id == conference)
    }
}

/// Whose turn it is.
pub enum Turn {
    /// Another request made it.
    Landed(Landing),
    /// Ours.
    Ours(Flight),
}

/// A turn that is ours, until it lands.
pub struct Flight {
    key: String,
    number: u64,
    since: u64,
}

/// Waits for the equal create that is under way, or takes the turn. A conference that landed and is `over`, since it was
/// changed or deleted, is given to nobody.
///
/// # Errors
/// Where the store fails, or the other one takes too long.
pub async fn join(store: &Store, likeness: &str, asked_at: u64, over: Option<&str>) -> Result<Turn, Refusal> {
    let key = format!("flight:{likeness}");
    let until = Instant::now() + ANSWER_WITHIN;
    let mut number = match store.get::<Kept>(&key).await? {
        None => 0,
        Some(Kept { number, landing: None, .. }) => number,
        Some(kept) if kept.is_of(over) => kept.number + 1,
        // Asked before anybody was answered.
        Some(kept) if asked_at < kept.landed_at || kept.is_unclaimed() => return taken(store, &key, kept).await,
        Some(kept) => kept.number + 1,
    };
    loop {
        if count(&format!("turn:{likeness}:{number}"))? == 1 {
            let flight = Flight { key, number, since: asked_at };
            flight.keep(store, None, false).await?;
            return Ok(Turn::Ours(flight));
        }
        match wait(store, &key, number, until).await? {
            Some(kept) => return taken(store, &key, kept).await,
            None => number += 1,
        }
    }
}

/// What landed is given to one who asked for the same, and is in time for an answer.
async fn taken(store: &Store, key: &str, mut kept: Kept) -> Result<Turn, Refusal> {
    if kept.is_unclaimed() {
        kept.answered = true;
        kept.landed_at = now() + AT_ONCE_MS;
        store.set(key, &kept).await?;
    }
    let broke_off = || Refusal::Ours("the bridge broke off".to_owned());
    kept.landing.map(Turn::Landed).ok_or_else(broke_off)
}

/// What comes of another's turn; none where it is over without.
async fn wait(store: &Store, key: &str, number: u64, until: Instant) -> Result<Option<Kept>, Refusal> {
    loop {
        match store.get::<Kept>(key).await? {
            Some(kept) if kept.number >= number => {
                if kept.landing.is_some() {
                    return Ok(Some(kept));
                }
                if now().saturating_sub(kept.since) > OVER_AFTER_MS {
                    return Ok(None);
                }
            }
            // Its owner says so at once, or died in between: from now on its time runs.
            _ if Instant::now() + LOOK_EVERY >= until => {
                let flight = Flight { key: key.to_owned(), number, since: now() };
                flight.keep(store, None, false).await?;
            }
            _ => {}
        }
        if Instant::now() >= until {
            return Err(Refusal::Ours("the provider has not answered yet".to_owned()));
        }
        sleep(LOOK_EVERY).await;
    }
}

impl Flight {
    /// Tells those who wait what came of it; without a landing, that the bridge broke off.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn land(self, store: &Store, landing: Option<Landing>) -> Result<(), Refusal> {
        let landing =
            landing.unwrap_or_else(|| Landing::Failed(Failure::Unavailable("the bridge broke off".to_owned())));
        let answered = u128::from(now().saturating_sub(self.since)) < ANSWER_WITHIN.as_millis();
        self.keep(store, Some(landing), answered).await
    }

    async fn keep(&self, store: &Store, landing: Option<Landing>, answered: bool) -> Result<(), Refusal> {
        let landed_at = if landing.is_some() { now() } else { 0 };
        store.set(&self.key, &Kept { number: self.number, since: self.since, landing, landed_at, answered }).await
    }
}
