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
    pub generations: Vec<GenerationSummary>,
    /// How often a shadow candidate did the same, did something else, or was skipped since the host started.
    pub shadow_stats: Option<[u64; 3]>,
    /// The differences of the candidate, newest first.
    pub differences: Vec<DifferenceRecord>,
}

/// A generation without its content.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationSummary {
    /// Its number.
    pub number: u64,
    /// The digest of its plug.
    pub plug: String,
    /// The plug's name and version.
    pub name: String,
    /// The start of the content's fingerprint, which is equal for equal settings and secrets.
    pub content: String,
    /// Why it was made.
    pub cause: cordboard_store::Cause,
    /// Who made it.
    pub by: String,
    /// When it was made, in epoch milliseconds.
    pub made_at: u64,
}

impl From<GenerationRecord> for GenerationSummary {
    fn from(record: GenerationRecord) -> Self {
        let content = record.fingerprint.chars().take(12).collect();
        let GenerationRecord { number, plug, name, cause, by, made_at, .. } = record;
        Self { number, plug, name, content, cause, by, made_at }
    }
}

impl Lifecycle {
    /// Returns the last `limit` generations of a connection or app, and how its candidate is doing.
    ///
    /// # Errors
    /// Returns an error if nothing serves it, or the store fails.
    pub async fn history(&self, id: &OwnerId, limit: usize) -> Result<History> {
        let store = &self.store;
        let serving = servings(store.as_ref()).await?.remove(id).ok_or_else(|| nothing_serves(id))?;
        let generations = store.generations(id, limit).await?.into_iter().map(GenerationSummary::from).collect();
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
