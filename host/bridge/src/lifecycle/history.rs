//! The generations of a connection or app, and how a candidate is doing.

use crate::topology::ShadowOutcome;
use cordboard_store::{DifferenceRecord, GenerationRecord, OwnerId, Serving};

use super::{Lifecycle, Result, nothing_serves, servings};

/// The history of one connection or app.
#[derive(Debug)]
pub struct History {
    /// What serves now.
    pub serving: Serving,
    /// Generations, newest first.
    pub generations: Vec<GenerationRecord>,
    /// How often a shadow candidate did the same, did something else, or was skipped since the host started.
    pub shadow_stats: Option<[u64; 3]>,
    /// The differences of the candidate, newest first.
    pub differences: Vec<DifferenceRecord>,
}

impl Lifecycle {
    /// Returns the last `limit` generations of a connection or app, and how its candidate is doing.
    ///
    /// # Errors
    /// Returns an error if nothing serves it, or the store fails.
    pub async fn history(&self, id: &OwnerId, limit: usize) -> Result<History> {
        let store = &self.store;
        let serving = servings(store.as_ref()).await?.remove(id).ok_or_else(|| nothing_serves(id))?;
        let generations = store.generations(id, limit).await?;
        let connection = match id {
            OwnerId::Connection(connection) => Some(connection),
            OwnerId::App(_) => None,
        };
        let differences = match (serving.candidate, connection) {
            (Some(candidate), Some(connection)) => store.differences(connection, candidate.number, limit).await?,
            _ => Vec::new(),
        };
        let topology = self.topology();
        let rollout = connection.and_then(|id| topology.connection(id)).and_then(|connection| connection.shadow());
        let shadow_stats = rollout.map(|rollout| {
            [ShadowOutcome::Same, ShadowOutcome::Different, ShadowOutcome::Skipped]
                .map(|outcome| rollout.shadow_stats.count(outcome))
        });
        Ok(History { serving, generations, shadow_stats, differences })
    }
}
