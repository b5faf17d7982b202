//! A candidate takes the place of the live generation.

use crate::store::{Change, Serving};
use crate::world::Connection;

use super::audit::entry;
use super::target::{Place, Target};
use super::{Activated, Lifecycle, LifecycleError, Result};

impl Lifecycle {
    /// Lets the candidates of all that are meant serve; the settings are those with which they were tried.
    ///
    /// # Errors
    /// Where there is no such target, one of them has no candidate, or the store fails.
    pub async fn promote(&self, meant: &Target, who: &str) -> Result<Vec<Activated>> {
        let _turn = self.turn.lock().await;
        let world = self.board.world();
        let places = meant.places(&world)?;
        let mut changed = self.change().await?;
        let mut activated = Vec::new();
        for place in places {
            let id = place.id();
            let none =
                || LifecycleError::Refused(format!("{id} has no candidate: activate one with --canary or --shadow"));
            let Place::Connection(connection) = &place else { return Err(none()) };
            let trial = connection.trial.as_ref().ok_or_else(none)?;
            let generation = std::sync::Arc::clone(&trial.generation);
            let serving = changed.serving(&id)?;
            let [from, to] = [self.record(&id, place.live_number()).await?, self.record(&id, generation.number).await?];
            let pinned = self.is_pinned(&id, &generation.plug).await;
            changed.changes.push(Change::Serve(Serving { live: to.number, candidate: None, pinned, ..serving }));
            let [before, after] = [&from, &to].map(|record| format!("#{} {}", record.number, record.name));
            changed.changes.push(Change::Audit(entry(who, "promote", &id, before, after)));
            changed.connections.push(Connection { generation, trial: None, ..Connection::clone(connection) });
            activated.push(Activated { connection: id, from: from.number, to: to.number, plug: to.plug });
        }
        self.make(changed).await?;
        Ok(activated)
    }
}
