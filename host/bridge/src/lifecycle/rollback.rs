//! Rolls back to the previous generation.

use std::sync::Arc;

use crate::topology::{App, Connection};
use cordboard_store::{Change, OwnerId, Serving};

use super::audit::entry;
use super::content::Content;
use super::target::{Owner, Target};
use super::{Activated, Lifecycle, LifecycleError, PendingChange, Result};

impl Lifecycle {
    /// Ends the rollout of a candidate if there is one. Otherwise restores the generation that the live one replaced,
    /// with its settings and secrets.
    ///
    /// # Errors
    /// Returns an error if there is no such target or previous generation, its plug is gone, or the store fails.
    pub async fn rollback(&self, target: &Target, who: &str) -> Result<Vec<Activated>> {
        let _guard = self.change_lock.lock().await;
        let topology = self.topology();
        let owners = target.resolve(&topology)?;
        let mut pending = self.begin_change().await?;
        let mut activated = Vec::new();
        for owner in owners {
            activated.push(match &owner {
                Owner::Connection(connection) if connection.rollout.is_some() => {
                    end_rollout(connection, who, &mut pending)?
                }
                _ => self.step_back(&owner, who, &mut pending).await?,
            });
        }
        self.commit_change(pending).await?;
        Ok(activated)
    }

    async fn step_back(&self, owner: &Owner<'_>, who: &str, pending: &mut PendingChange) -> Result<Activated> {
        let id = owner.id();
        let live = self.record(&id, owner.live_number()).await?;
        let before = live.before.ok_or_else(|| {
            LifecycleError::Rejected(format!("{id} has no generation before #{}: activate another plug", live.number))
        })?;
        let record = self.record(&id, before).await?;
        let plug = if record.plug == owner.live().digest() {
            owner.live().clone()
        } else {
            let found = self.plugs.lock().await.of_digest(&record.plug).await?;
            found.map_err(|error| LifecycleError::NotFound(error.to_string()))?
        };
        let content = Content::decrypted(&self.vault, &id, before, &record.content)?;
        let generation = Arc::new(content.with(before, &plug));
        let serving = pending.serving(&id)?;
        let pinned = self.is_pinned(&id, &plug).await || record.fingerprint != serving.configured;
        pending.changes.push(Change::PutServing(Serving { live: before, candidate: None, pinned, ..serving }));
        let [from, to] = [&live, &record].map(|one| format!("#{} {}", one.number, one.name));
        pending.changes.push(Change::Audit(entry(who, "roll back", &id, from, to)));
        match owner {
            Owner::App(app) => pending.apps.push(App { id: app.id.clone(), generation }),
            Owner::Connection(connection) => {
                pending.connections.push(Connection { generation, rollout: None, ..Connection::clone(connection) });
            }
        }
        Ok(Activated { owner: id, from: live.number, to: before, plug: record.plug })
    }
}

fn end_rollout(connection: &Connection, who: &str, pending: &mut PendingChange) -> Result<Activated> {
    let id = OwnerId::Connection(connection.id.clone());
    let live = connection.generation.number;
    let candidate = connection.rollout.as_ref().map_or(live, |rollout| rollout.generation.number);
    let serving = pending.serving(&id)?;
    pending.changes.push(Change::PutServing(Serving { candidate: None, ..serving }));
    let (from, to) = (format!("candidate #{candidate}"), format!("#{live}"));
    pending.changes.push(Change::Audit(entry(who, "end trial", &id, from, to)));
    pending.connections.push(Connection { rollout: None, ..connection.clone() });
    let plug = connection.generation.plug.digest().to_owned();
    Ok(Activated { owner: id, from: candidate, to: live, plug })
}
