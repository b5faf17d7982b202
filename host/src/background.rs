//! Background tasks.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::assemble::Assembled;
use crate::flow::{Commands, ProviderFlow, Retention};
use crate::lifecycle::Lifecycle;
use crate::plug::Library;

const UNACKNOWLEDGED_INTERVAL: Duration = Duration::from_secs(60);
const EVICT_INTERVAL: Duration = Duration::from_secs(60);
const PRUNE_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The background tasks of a running bridge.
pub struct Background {
    tasks: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts the tasks.
    pub fn start(parts: &Assembled) -> Self {
        let tasks = vec![
            tokio::spawn(reprocess(Arc::clone(&parts.provider))),
            tokio::spawn(delete_unacknowledged(Arc::clone(&parts.commands))),
            tokio::spawn(prune(Arc::clone(&parts.retention))),
            tokio::spawn(collect(Arc::clone(&parts.lifecycle), parts.library.collect_interval())),
            tokio::spawn(evict(parts.library.clone())),
        ];
        Self { tasks }
    }

    /// Stops the tasks. Each stops between two transactions.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

async fn reprocess(provider: Arc<ProviderFlow>) {
    match provider.reprocess().await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "reprocessed webhook requests"),
        Err(error) => tracing::warn!(%error, "could not reprocess webhook requests; retrying at the next start"),
    }
}

async fn delete_unacknowledged(commands: Arc<Commands>) {
    let mut ticks = every(UNACKNOWLEDGED_INTERVAL, Duration::ZERO);
    loop {
        ticks.tick().await;
        match commands.delete_unacknowledged().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "deleted unacknowledged conferences"),
            Err(error) => tracing::warn!(%error, "could not look for unacknowledged conferences"),
        }
    }
}

async fn prune(retention: Arc<Retention>) {
    // Delayed, because the store is busy at start.
    let mut ticks = every(PRUNE_INTERVAL, UNACKNOWLEDGED_INTERVAL);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = retention.confirmed() => {}
        }
        match retention.prune().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "pruned records older than `retention-days`"),
            Err(error) => tracing::warn!(%error, "could not prune old records"),
        }
    }
}

/// Removes unused plugs.
async fn collect(lifecycle: Arc<Lifecycle>, interval: Duration) {
    // tokio panics if an interval is zero.
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
            Err(error) => tracing::warn!(%error, "could not remove unused plugs"),
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
