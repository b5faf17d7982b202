//! A candidate is asked for what the live generation has just done, and what it would have done otherwise is kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::store::{Change, ConnectionId, DifferenceRecord, Store};
use crate::topology::{AccountLimiter, Rollout, ShadowOutcome};

use super::compare::{CompletedRun, compare};
use super::state::now;

/// How many operations are compared at one time; what comes beyond is passed over and counted.
static PERMITS: Semaphore = Semaphore::const_new(4);

/// Differences of one candidate that are kept: the thousandth tells no more than the hundredth.
const MAX_DIFFERENCES: u64 = 1000;
/// Bytes that are kept of what either did.
const MAX_RECORD_LEN: usize = 16 << 10;
/// Until a candidate that is slow gets its turn.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Compares, on its own: whoever asked the live generation does not wait for it.
pub(super) fn spawn(
    store: &Arc<dyn Store>,
    limiter: &Arc<AccountLimiter>,
    connection: ConnectionId,
    operation: String,
    rollout: Arc<Rollout>,
    completed: CompletedRun,
) {
    let Ok(permit) = PERMITS.try_acquire() else {
        rollout.shadow_stats.record(ShadowOutcome::Skipped);
        return;
    };
    let (store, limiter) = (Arc::clone(store), Arc::clone(limiter));
    tokio::spawn(async move {
        let _permit = permit;
        let candidate = &rollout.generation;
        let Some(permit) =
            limiter.slow_calls().acquire(candidate.needs_permit(), Instant::now() + PERMIT_TIMEOUT).await
        else {
            rollout.shadow_stats.record(ShadowOutcome::Skipped);
            return;
        };
        // Each of its calls has its budget; together they have as many as the live one's.
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
            tracing::warn!("a difference of a candidate was not kept: {error}");
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
