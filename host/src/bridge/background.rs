//! What a bridge does unasked.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::flow::{self, BridgeState};
use crate::lifecycle::Lifecycle;
use crate::plug::Library;

const UNACKNOWLEDGED_INTERVAL: Duration = Duration::from_secs(60);
const EVICT_INTERVAL: Duration = Duration::from_secs(60);
const PRUNE_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The tasks of a running bridge.
pub struct Background {
    tasks: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts them.
    pub fn start(lifecycle: Arc<Lifecycle>, library: Library) -> Self {
        let state = Arc::clone(lifecycle.state());
        let tasks = vec![
            tokio::spawn(reprocess(Arc::clone(&state))),
            tokio::spawn(delete_unacknowledged(Arc::clone(&state))),
            tokio::spawn(prune(state)),
            tokio::spawn(collect(lifecycle, library.collect_interval())),
            tokio::spawn(evict(library)),
        ];
        Self { tasks }
    }

    /// Stops them; each leaves off between two transactions.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

async fn reprocess(state: Arc<BridgeState>) {
    match flow::reprocess(&state).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deliveries of an earlier plug were read again"),
        Err(error) => tracing::warn!("deliveries of an earlier plug wait for the next start: {error}"),
    }
}

async fn delete_unacknowledged(state: Arc<BridgeState>) {
    let mut ticks = every(UNACKNOWLEDGED_INTERVAL, Duration::ZERO);
    loop {
        ticks.tick().await;
        match flow::delete_unacknowledged(&state).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "unclaimed conferences were taken back"),
            Err(error) => tracing::warn!("unclaimed conferences could not be looked for: {error}"),
        }
    }
}

async fn prune(state: Arc<BridgeState>) {
    // A start has other work for the store.
    let mut ticks = every(PRUNE_INTERVAL, UNACKNOWLEDGED_INTERVAL);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = state.retention.confirmed() => {}
        }
        match flow::prune(&state).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "records older than `retention-days` were dropped"),
            Err(error) => tracing::warn!("what is old could not be dropped: {error}"),
        }
    }
}

/// Removes plugs that nothing uses.
async fn collect(lifecycle: Arc<Lifecycle>, interval: Duration) {
    // An interval must not be zero.
    let interval = interval.max(Duration::from_millis(1));
    let mut ticks = every(interval, interval.min(UNACKNOWLEDGED_INTERVAL));
    loop {
        ticks.tick().await;
        match lifecycle.remove_unused_plugs().await {
            Ok(removed) if removed.is_empty() => {}
            Ok(removed) => {
                for plug in removed {
                    tracing::info!(plug, "removed an unused plug");
                }
            }
            Err(error) => tracing::warn!(%error, "cannot remove unused plugs"),
        }
    }
}

async fn evict(library: Library) {
    let mut ticks = every(EVICT_INTERVAL, EVICT_INTERVAL);
    loop {
        ticks.tick().await;
        library.evict_idle();
    }
}

fn every(period: Duration, first_after: Duration) -> Interval {
    let mut ticks = tokio::time::interval_at(Instant::now() + first_after, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
