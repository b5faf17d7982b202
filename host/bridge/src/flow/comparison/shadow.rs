//! Replays operations of a live generation with a shadow candidate, and stores how the candidate differs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::clock::now;
use crate::flow::concurrency::Bulkhead;
use crate::flow::operation::Completion;
use crate::topology::{AccountLimiter, Rollout, ShadowOutcome};
use cordboard_store::{Change, ConnectionId, DifferenceRecord, Store};

use super::compare::compare;
use super::recorded::Recorded;

/// The maximum number of concurrent comparisons. Operations over this or one of the next limits are skipped and counted.
const MAX_RUNNING: usize = 4;
/// The maximum number of comparisons, with those that wait for a permit of their account for slow calls.
const MAX_STARTED: usize = 16;
/// The maximum number of them in one account, so that no account takes the place of all others.
const MAX_STARTED_PER_ACCOUNT: usize = 4;

/// The maximum number of stored differences of one candidate.
const MAX_DIFFERENCES: u64 = 1000;
/// The maximum size of each stored step, in bytes.
const MAX_RECORD_LEN: usize = 16 << 10;
/// How long a slow candidate waits for a permit.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Compares live generations with their shadow candidates.
pub struct Shadows {
    store: Arc<dyn Store>,
    started: Arc<Bulkhead>,
    running: Arc<Semaphore>,
}

impl Shadows {
    pub fn new(store: Arc<dyn Store>) -> Self {
        let started = Arc::new(Bulkhead::new(MAX_STARTED, MAX_STARTED_PER_ACCOUNT));
        Self { store, started, running: Arc::new(Semaphore::new(MAX_RUNNING)) }
    }

    /// Starts a comparison in a task of its own, so that the caller of the live generation does not wait for it.
    pub fn compare(
        &self,
        limiter: &Arc<AccountLimiter>,
        connection: &ConnectionId,
        rollout: Arc<Rollout>,
        recorded: Recorded,
        completion: Completion,
    ) {
        let Some(started) = self.started.try_acquire(&connection.account) else {
            rollout.shadow_stats.record(ShadowOutcome::Skipped);
            return;
        };
        let (store, running, limiter) = (Arc::clone(&self.store), Arc::clone(&self.running), Arc::clone(limiter));
        let connection = connection.clone();
        tokio::spawn(async move {
            let _started = started;
            let candidate = &rollout.generation;
            let deadline = Instant::now() + PERMIT_TIMEOUT;
            let permit = limiter.slow_calls.acquire(candidate.needs_permit(), deadline).await;
            // Taken last, so that an account that waits for its own permit does not hold up other accounts.
            let (Some(permit), Ok(_running)) = (permit, running.try_acquire()) else {
                rollout.shadow_stats.record(ShadowOutcome::Skipped);
                return;
            };
            // Each call of the candidate has its own budget, and it makes no more calls than the live generation made.
            let compared = candidate.slow_call_detector.run(permit, || compare(&recorded, completion, candidate));
            let Some(difference) = compared else {
                rollout.shadow_stats.record(ShadowOutcome::Same);
                return;
            };
            if rollout.shadow_stats.record(ShadowOutcome::Different) > MAX_DIFFERENCES {
                return;
            }
            let record = DifferenceRecord {
                connection,
                candidate: candidate.number,
                kind: recorded.invocation.kind().to_owned(),
                operation: recorded.id,
                after: difference.after,
                live: cut(difference.one.json().to_string()),
                other: cut(difference.other.json().to_string()),
                seen_at: now(),
            };
            if let Err(error) = store.commit(vec![Change::PutDifference(record)]).await {
                tracing::warn!(%error, "could not store a difference of a shadow candidate");
            }
        });
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_RECORD_LEN {
        text.truncate(text.floor_char_boundary(MAX_RECORD_LEN));
        text.push('…');
    }
    text
}
