//! A candidate is asked for what the live generation has just done, and what it would have done otherwise is kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::store::{Change, ConnectionId, DifferenceRecord, Store};
use crate::world::{Meter, Sight, Trial};

use super::compare::{Trace, compare};
use super::switchboard::now;

/// How many operations are compared at one time; what comes beyond is passed over and counted.
static ROOM: Semaphore = Semaphore::const_new(4);

/// Differences of one candidate that are kept: the thousandth tells no more than the hundredth.
const KEPT: u64 = 1000;
/// Bytes that are kept of what either did.
const LONGEST: usize = 16 << 10;
/// Until a candidate that is slow gets its turn.
const WITHIN: Duration = Duration::from_secs(30);

/// Compares, on its own: whoever asked the live generation does not wait for it.
pub(super) fn cast(
    store: &Arc<dyn Store>,
    meter: &Arc<Meter>,
    connection: ConnectionId,
    operation: String,
    trial: Arc<Trial>,
    trace: Trace,
) {
    let Ok(room) = ROOM.try_acquire() else {
        trial.seen.note(Sight::Skipped);
        return;
    };
    let (store, meter) = (Arc::clone(store), Arc::clone(meter));
    tokio::spawn(async move {
        let _room = room;
        let candidate = &trial.generation;
        let Some(turn) = meter.lane().turn(candidate.takes_turns(), Instant::now() + WITHIN).await else {
            trial.seen.note(Sight::Skipped);
            return;
        };
        // Each of its calls has its budget; together they have as many as the live one's.
        let Some(difference) = candidate.pace.run(turn, || compare(&trace, candidate)) else {
            trial.seen.note(Sight::Same);
            return;
        };
        if trial.seen.note(Sight::Different) > KEPT {
            return;
        }
        let record = DifferenceRecord {
            connection,
            candidate: trial.generation.number,
            operation,
            kind: trace.asked.kind().to_owned(),
            after: difference.after,
            live: cut(difference.one.json().to_string()),
            other: cut(difference.other.json().to_string()),
            seen_at: now(),
        };
        if let Err(error) = store.commit(vec![Change::Differ(record)]).await {
            tracing::warn!("a difference of a candidate was not kept: {error}");
        }
    });
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}
