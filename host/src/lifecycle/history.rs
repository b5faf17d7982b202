//! What served, what serves, and how a candidate does.

use crate::store::{ConnectionId, DifferenceRecord, GenerationRecord, Serving};
use crate::topology::ShadowOutcome;

use super::{Lifecycle, Result, nothing_serves, servings};

/// What is told of one connection or app.
#[derive(Debug)]
pub struct History {
    /// What serves now.
    pub serving: Serving,
    /// Generations, newest first.
    pub generations: Vec<GenerationSummary>,
    /// How a candidate in the shadow did since the host started: the same, differently, not asked.
    pub shadow_stats: Option<[u64; 3]>,
    /// How it differed, newest first.
    pub differences: Vec<DifferenceRecord>,
}

/// A generation, without what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationSummary {
    /// Its number.
    pub number: u64,
    /// The digest of its plug.
    pub plug: String,
    /// The plug's name and version.
    pub name: String,
    /// The beginning of the content's fingerprint: equal for equal settings and secrets.
    pub content: String,
    /// Why it was made.
    pub cause: crate::store::Cause,
    /// Who made it.
    pub by: String,
    /// Epoch milliseconds.
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
    /// The last `limit` generations of a connection or app, and what is known of its candidate.
    ///
    /// # Errors
    /// Where nothing of it is kept, or the store fails.
    pub async fn history(&self, id: &ConnectionId, limit: usize) -> Result<History> {
        let store = &self.state.store;
        let serving = servings(store.as_ref()).await?.remove(id).ok_or_else(|| nothing_serves(id))?;
        let generations = store.generations(id, limit).await?.into_iter().map(GenerationSummary::from).collect();
        let differences = match serving.candidate {
            Some(candidate) => store.differences(id, candidate.number, limit).await?,
            None => Vec::new(),
        };
        let topology = self.state.topology();
        let rollout = topology.connection(id).and_then(|connection| connection.shadow());
        let shadow_stats = rollout.map(|rollout| {
            [ShadowOutcome::Same, ShadowOutcome::Different, ShadowOutcome::Skipped]
                .map(|sight| rollout.shadow_stats.count(sight))
        });
        Ok(History { serving, generations, shadow_stats, differences })
    }
}
