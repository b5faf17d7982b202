//! Replays operations of a live generation with a shadow candidate, and stores how the candidate differs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::topology::{AccountLimiter, Rollout, ShadowOutcome};
use cordboard_store::{Change, DifferenceRecord, Operation, Store};

use super::compare::{CompletedRun, compare};
use super::state::now;

/// Limits concurrent comparisons. Operations over the limit are skipped and counted.
static PERMITS: Semaphore = Semaphore::const_new(4);

/// The maximum number of stored differences of one candidate.
const MAX_DIFFERENCES: u64 = 1000;
/// The maximum size of each stored step, in bytes.
const MAX_RECORD_LEN: usize = 16 << 10;
/// How long a slow candidate waits for a permit.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Starts a comparison in a task of its own, so that the caller of the live generation does not wait for it.
pub(super) fn spawn(
    store: &Arc<dyn Store>,
    limiter: &Arc<AccountLimiter>,
    operation: &Operation,
    rollout: Arc<Rollout>,
    completed: CompletedRun,
) {
    let Ok(permit) = PERMITS.try_acquire() else {
        rollout.shadow_stats.record(ShadowOutcome::Skipped);
        return;
    };
    let (store, limiter) = (Arc::clone(store), Arc::clone(limiter));
    let (connection, operation) = (operation.connection.clone(), operation.id.clone());
    tokio::spawn(async move {
        let _permit = permit;
        let candidate = &rollout.generation;
        let Some(permit) =
            limiter.slow_calls().acquire(candidate.needs_permit(), Instant::now() + PERMIT_TIMEOUT).await
        else {
            rollout.shadow_stats.record(ShadowOutcome::Skipped);
            return;
        };
        // Each call of the candidate has its own budget, and it makes no more calls than the live generation made.
        let Some(difference) = candidate.slow_call_detector.run(permit, || compare(&completed, candidate)) else {
            rollout.shadow_stats.record(ShadowOutcome::Same);
            return;
        };
        if rollout.shadow_stats.record(ShadowOutcome::Different) > MAX_DIFFERENCES {
            return;
        }
        let record = DifferenceRecord {
            connection,
            candidate: rollout.generation.number,
            operation,
            kind: completed.invocation.kind().to_owned(),
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

fn cut(mut text: String) -> String {
    if text.len() > MAX_RECORD_LEN {
        text.truncate(text.floor_char_boundary(MAX_RECORD_LEN));
        text.push('…');
    }
    text
}
