//! Equal creates at one time make one conference.
//!
//! A key-value store has no transactions; what it has is a counter that counts each caller once. So for each
//! fingerprint there are rounds, numbered from 0, with a counter each: who counts it to 1 has the round and makes the
//! conference, and whoever comes meanwhile waits for what is then stored under `flight:…`. A round whose leader died is
//! over after as long as an operation may take, and the next one begins.
//!
//! Whether the CRM had its answer cannot be known here, as the host knows it; what came later than it waits is taken for
//! not answered, and given to an equal create that follows. That one was asked before another's end is told by the clocks
//! of two components: they must be equal.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use cordboard_core::types::effect::Failure;
use serde::{Deserialize, Serialize};

use crate::execute::OPERATION_TIMEOUT;
use crate::spin::clock::{now, sleep};
use crate::spin::store::{Store, count};

/// How long the CRM waits for an answer, with what the way takes off.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(4_500);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Longer than any operation, and whatever is done after it.
const ROUND_TIMEOUT_MS: u64 = OPERATION_TIMEOUT.as_millis() as u64 + 10_000;

/// Who asks so soon after a late one was given to somebody asks for the same: several try again at once.
const RETRY_WINDOW_MS: u64 = 1_000;

/// What came of a round.
#[derive(Clone, Serialize, Deserialize)]
pub enum SharedResult {
    /// The id of the conference.
    Made(String),
    /// The plug's word for why not.
    Failed(Failure),
}

/// What is kept of the newest round.
#[derive(Serialize, Deserialize)]
struct Round {
    number: u64,
    since: u64,
    #[serde(rename = "landing")]
    result: Option<SharedResult>,
    #[serde(rename = "landed_at")]
    finished_at: u64,
    answered: bool,
}

impl Round {
    /// Whether a conference was made that nobody was answered with in time.
    fn is_unacknowledged(&self) -> bool {
        !self.answered && matches!(self.result, Some(SharedResult::Made(_)))
    }

    fn is_of(&self, conference: Option<&str>) -> bool {
        matches!((&self.result, conference), (Some(SharedResult::Made(id)), Some(conference)) if id == conference)
    }
}

/// Whose round it is.
pub enum Join {
    /// Another request made it.
    Follower(SharedResult),
    /// Ours.
    Leader(Leader),
}

/// A round that is ours, until it is over.
pub struct Leader {
    key: String,
    number: u64,
    since: u64,
}

/// Waits for the equal create that is under way, or takes the round. A conference that landed and is `over`, since it
/// was changed or deleted, is given to nobody.
///
/// # Errors
/// Where the store fails, or the other one takes too long.
pub async fn join(
    store: &Store,
    fingerprint: &str,
    front_received_at: u64,
    over: Option<&str>,
) -> Result<Join, ApiError> {
    let key = format!("flight:{fingerprint}");
    let until = Instant::now() + ANSWER_TIMEOUT;
    let mut number = match store.get::<Round>(&key).await? {
        None => 0,
        Some(Round { number, result: None, .. }) => number,
        Some(round) if round.is_of(over) => round.number + 1,
        // Asked before anybody was answered.
        Some(round) if front_received_at < round.finished_at || round.is_unacknowledged() => {
            return claim(store, &key, round).await;
        }
        Some(round) => round.number + 1,
    };
    loop {
        if count(&format!("turn:{fingerprint}:{number}"))? == 1 {
            let leader = Leader { key, number, since: front_received_at };
            leader.save(store, None, false).await?;
            return Ok(Join::Leader(leader));
        }
        match wait(store, &key, number, until).await? {
            Some(round) => return claim(store, &key, round).await,
            None => number += 1,
        }
    }
}

/// What landed is given to one who asked for the same, and is in time for an answer.
async fn claim(store: &Store, key: &str, mut round: Round) -> Result<Join, ApiError> {
    if round.is_unacknowledged() {
        round.answered = true;
        round.finished_at = now() + RETRY_WINDOW_MS;
        store.set(key, &round).await?;
    }
    let interrupted = || ApiError::Unavailable("the bridge broke off".to_owned());
    round.result.map(Join::Follower).ok_or_else(interrupted)
}

/// What comes of another's round; none where it is over without.
async fn wait(store: &Store, key: &str, number: u64, until: Instant) -> Result<Option<Round>, ApiError> {
    loop {
        match store.get::<Round>(key).await? {
            Some(round) if round.number >= number => {
                if round.result.is_some() {
                    return Ok(Some(round));
                }
                if now().saturating_sub(round.since) > ROUND_TIMEOUT_MS {
                    return Ok(None);
                }
            }
            // Its leader says so at once, or died in between: from now on its time runs.
            _ if Instant::now() + POLL_INTERVAL >= until => {
                let leader = Leader { key: key.to_owned(), number, since: now() };
                leader.save(store, None, false).await?;
            }
            _ => {}
        }
        if Instant::now() >= until {
            return Err(ApiError::Unavailable("the provider has not answered yet".to_owned()));
        }
        sleep(POLL_INTERVAL).await;
    }
}

impl Leader {
    /// Tells those who wait what came of it; without a landing, that the bridge broke off.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn finish(self, store: &Store, result: Option<SharedResult>) -> Result<(), ApiError> {
        let result =
            result.unwrap_or_else(|| SharedResult::Failed(Failure::Unavailable("the bridge broke off".to_owned())));
        let answered = u128::from(now().saturating_sub(self.since)) < ANSWER_TIMEOUT.as_millis();
        self.save(store, Some(result), answered).await
    }

    async fn save(&self, store: &Store, result: Option<SharedResult>, answered: bool) -> Result<(), ApiError> {
        let finished_at = if result.is_some() { now() } else { 0 };
        store.set(&self.key, &Round { number: self.number, since: self.since, result, finished_at, answered }).await
    }
}
