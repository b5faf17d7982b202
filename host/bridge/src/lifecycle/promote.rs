//! Promotes candidates to live generations.

use std::sync::Arc;

use cordboard_store::Serving;

use super::audit::entry;
use super::restore::{label, record};
use super::target::{Owner, Target};
use super::{Activated, Lifecycle, LifecycleError, Result};

impl Lifecycle {
    /// Promotes the candidates of a target, with the settings that they were tried with.
    ///
    /// # Errors
    /// Returns an error if there is no such target, a connection of it has no candidate, or the store fails.
    pub async fn promote(&self, target: &Target, who: &str) -> Result<Vec<Activated>> {
        let mut pending = self.begin_change().await?;
        let topology = self.topology();
        for owner in target.resolve(&topology)? {
            let id = owner.id();
            let candidate = match &owner {
                Owner::Connection(connection) => connection.rollout.as_ref(),
                Owner::App(_) => None,
            };
            let generation = candidate.map(|rollout| Arc::clone(&rollout.generation)).ok_or_else(|| {
                LifecycleError::Rejected(format!("{id} has no candidate: activate one with --canary or --shadow"))
            })?;
            let from = record(self.store.as_ref(), &id, owner.live().number).await?;
            let to = record(self.store.as_ref(), &id, generation.number).await?;
            let pinned = self.is_pinned(&id, &generation.plug).await;
            let serving = Serving { pinned, ..pending.serving(&id)? };
            pending.replace(&owner, generation, serving, entry(who, "promote", &id, label(&from), label(&to)));
        }
        self.commit_change(pending).await
    }
}
