//! Rolls back to the previous generation.

use std::sync::Arc;

use crate::topology::Connection;
use cordboard_store::{Change, OwnerId, Serving};

use super::audit::entry;
use super::content::Content;
use super::restore::{label, record};
use super::target::{Owner, Target};
use super::{Activated, Lifecycle, LifecycleError, PendingChange, Result};

impl Lifecycle {
    /// Ends the rollout of a candidate if there is one. Otherwise restores the generation that the live one replaced,
    /// with its settings and secrets.
    ///
    /// # Errors
    /// Returns an error if there is no such target or previous generation, its plug is gone, or the store fails.
    pub async fn rollback(&self, target: &Target, who: &str) -> Result<Vec<Activated>> {
        let mut pending = self.begin_change().await?;
        let topology = self.topology();
        for owner in target.resolve(&topology)? {
            match &owner {
                Owner::Connection(connection) if connection.rollout.is_some() => {
                    end_rollout(connection, who, &mut pending)?;
                }
                _ => self.step_back(&owner, who, &mut pending).await?,
            }
        }
        self.commit_change(pending).await
    }

    async fn step_back(&self, owner: &Owner<'_>, who: &str, pending: &mut PendingChange<'_>) -> Result<()> {
        let id = owner.id();
        let live = record(self.store.as_ref(), &id, owner.live().number).await?;
        let before = live.before.ok_or_else(|| {
            LifecycleError::Rejected(format!("{id} has no generation before #{}: activate another plug", live.number))
        })?;
        let earlier = record(self.store.as_ref(), &id, before).await?;
        let serving_plug = &owner.live().plug;
        let plug = if earlier.plug == serving_plug.digest() {
            serving_plug.clone()
        } else {
            let found = self.plugs.lock().await.of_digest(&earlier.plug).await?;
            found.map_err(|error| LifecycleError::NotFound(error.to_string()))?
        };
        let content = Content::decrypted(&self.vault, &id, before, &earlier.content)?;
        let serving = pending.serving(&id)?;
        let pinned = self.is_pinned(&id, &plug).await || earlier.fingerprint != serving.configured;
        let audit = entry(who, "roll back", &id, label(&live), label(&earlier));
        pending.replace(owner, Arc::new(content.with(before, &plug)), Serving { pinned, ..serving }, audit);
        Ok(())
    }
}

fn end_rollout(connection: &Connection, who: &str, pending: &mut PendingChange<'_>) -> Result<()> {
    let id = OwnerId::Connection(connection.id.clone());
    let live = connection.generation.number;
    let candidate = connection.rollout.as_ref().map_or(live, |rollout| rollout.generation.number);
    let serving = pending.serving(&id)?;
    pending.changes.push(Change::PutServing(Serving { candidate: None, ..serving }));
    let (from, to) = (format!("candidate #{candidate}"), format!("#{live}"));
    pending.changes.push(Change::Audit(entry(who, "end trial", &id, from, to)));
    pending.connections.push(Connection { rollout: None, ..connection.clone() });
    let plug = connection.generation.plug.digest().to_owned();
    pending.activated.push(Activated { owner: id, from: candidate, to: live, plug });
    Ok(())
}
