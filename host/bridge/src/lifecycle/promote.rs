//! Promotes candidates to live generations.

use crate::topology::Connection;
use cordboard_store::{Change, Serving};

use super::audit::entry;
use super::target::{Owner, Target};
use super::{Activated, Lifecycle, LifecycleError, Result};

impl Lifecycle {
    /// Promotes the candidates of a target, with the settings that they were tried with.
    ///
    /// # Errors
    /// Returns an error if there is no such target, a connection of it has no candidate, or the store fails.
    pub async fn promote(&self, target: &Target, who: &str) -> Result<Vec<Activated>> {
        let _guard = self.change_lock.lock().await;
        let topology = self.topology();
        let owners = target.resolve(&topology)?;
        let mut pending = self.begin_change().await?;
        let mut activated = Vec::new();
        for owner in owners {
            let id = owner.id();
            let none =
                || LifecycleError::Rejected(format!("{id} has no candidate: activate one with --canary or --shadow"));
            let Owner::Connection(connection) = &owner else { return Err(none()) };
            let rollout = connection.rollout.as_ref().ok_or_else(none)?;
            let generation = std::sync::Arc::clone(&rollout.generation);
            let serving = pending.serving(&id)?;
            let [from, to] = [self.record(&id, owner.live_number()).await?, self.record(&id, generation.number).await?];
            let pinned = self.is_pinned(&id, &generation.plug).await;
            pending.changes.push(Change::PutServing(Serving { live: to.number, candidate: None, pinned, ..serving }));
            let [before, after] = [&from, &to].map(|record| format!("#{} {}", record.number, record.name));
            pending.changes.push(Change::Audit(entry(who, "promote", &id, before, after)));
            pending.connections.push(Connection { generation, rollout: None, ..Connection::clone(connection) });
            activated.push(Activated { owner: id, from: from.number, to: to.number, plug: to.plug });
        }
        self.commit_change(pending).await?;
        Ok(activated)
    }
}
