//! Deduplicates concurrent equal creates, so that they share one conference.
//!
//! A key-value store has no transactions, but it has atomic counters. Each fingerprint therefore has rounds, numbered
//! from 0, with a counter each. The request that increments the counter to 1 leads the round and creates the
//! conference; the others wait for the result under `flight:…`. If a leader dies, its round ends once the time limit
//! of an operation has passed, and the next round starts.
//!
//! Unlike the native host, a gateway cannot tell whether the CRM received its answer. It treats an answer that took
//! longer than the CRM waits as lost, and gives its conference to the next equal create. Whether a create arrived
//! before another one ended is decided by the clocks of two components, which must agree.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use cordboard_core::types::effect::Failure;
use serde::{Deserialize, Serialize};

use crate::execute::OPERATION_TIMEOUT;
use crate::spin::clock::{now, sleep};
use crate::spin::store::{Store, count};

/// How long the CRM waits for an answer, less the time in transit.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(4_500);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Longer than any operation and the writes after it.
const ROUND_TIMEOUT_MS: u64 = OPERATION_TIMEOUT.as_millis() as u64 + 10_000;

/// Creates within this time after a late result was claimed get the same one: several callers may retry at once.
const RETRY_WINDOW_MS: u64 = 1_000;

/// The result of a round.
#[derive(Clone, Serialize, Deserialize)]
pub enum SharedResult {
    /// The id of the conference.
    Made(String),
    /// The plug's failure.
    Failed(Failure),
}

impl SharedResult {
    /// The result of a round that ended without one.
    pub fn interrupted() -> Self {
        Self::Failed(Failure::Unavailable("the operation was interrupted".to_owned()))
    }
}

/// The stored state of the latest round.
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
    /// Whether it created a conference that no caller received in time.
    fn is_unacknowledged(&self) -> bool {
        !self.answered && matches!(self.result, Some(SharedResult::Made(_)))
    }

    fn is_of(&self, conference: Option<&str>) -> bool {
        matches!((&self.result, conference), (Some(SharedResult::Made(id)), Some(conference)) if id == conference)
    }
}

/// The part of a request in a round.
pub enum Join {
    /// Another request led the round; this is its result.
    Follower(SharedResult),
    /// This request leads the round.
    Leader(Leader),
}

/// The leadership of a round, until it is finished.
pub struct Leader {
    key: String,
    number: u64,
    since: u64,
}

/// Waits for an equal create that is in progress, or starts a round. Never returns the conference `over`, which has
/// been changed or deleted.
///
/// # Errors
/// Returns an error if the store fails or the other create takes too long.
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
        // This request arrived before any caller got an answer.
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

/// Takes the result of a finished round. A late result then counts as answered.
async fn claim(store: &Store, key: &str, mut round: Round) -> Result<Join, ApiError> {
    if round.is_unacknowledged() {
        round.answered = true;
        round.finished_at = now() + RETRY_WINDOW_MS;
        store.set(key, &round).await?;
    }
    Ok(Join::Follower(round.result.unwrap_or_else(SharedResult::interrupted)))
}

/// Waits for the result of another request's round. Returns `None` if the round ended without one.
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
            // A leader writes its round at once, so this one has died: start the round's timeout now.
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
    /// Publishes the result to the followers.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn finish(self, store: &Store, result: SharedResult) -> Result<(), ApiError> {
        let answered = u128::from(now().saturating_sub(self.since)) < ANSWER_TIMEOUT.as_millis();
        self.save(store, Some(result), answered).await
    }

    async fn save(&self, store: &Store, result: Option<SharedResult>, answered: bool) -> Result<(), ApiError> {
        let finished_at = if result.is_some() { now() } else { 0 };
        store.set(&self.key, &Round { number: self.number, since: self.since, result, finished_at, answered }).await
    }
}
