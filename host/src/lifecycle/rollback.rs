//! Back to the generation before, in one step.

use std::sync::Arc;

use crate::store::{Change, Serving};
use crate::world::{App, Connection};

use super::audit::entry;
use super::content::Content;
use super::restore::target;
use super::target::{Place, Target};
use super::{Activated, Changed, Lifecycle, LifecycleError, Result};

impl Lifecycle {
    /// Ends the trial of a candidate, where there is one; else the generation whose place the live one took serves
    /// again, with the settings and secrets that it had.
    ///
    /// # Errors
    /// Where there is no such target, one of them has none before it or its plug is gone, or the store fails.
    pub async fn rollback(&self, meant: &Target, who: &str) -> Result<Vec<Activated>> {
        let _turn = self.turn.lock().await;
        let world = self.board.world();
        let places = meant.places(&world)?;
        let mut changed = self.change().await?;
        let mut activated = Vec::new();
        for place in places {
            activated.push(match &place {
                Place::Connection(connection) if connection.trial.is_some() => {
                    end_trial(connection, who, &mut changed)?
                }
                _ => self.step_back(&place, who, &mut changed).await?,
            });
        }
        self.make(changed).await?;
        Ok(activated)
    }

    async fn step_back(&self, place: &Place<'_>, who: &str, changed: &mut Changed) -> Result<Activated> {
        let id = place.id();
        let live = self.record(&id, place.live_number()).await?;
        let before = live.before.ok_or_else(|| {
            LifecycleError::Refused(format!(
                "{} has no generation before #{}: activate another plug",
                target(&id),
                live.number
            ))
        })?;
        let record = self.record(&id, before).await?;
        let plug = if record.plug == place.live().digest() {
            place.live().clone()
        } else {
            self.plugs.lock().await.of_digest(&record.plug).await?.map_err(LifecycleError::Unknown)?
        };
        let content = Content::unsealed(&self.vault, &id, before, &record.content)?;
        let generation = Arc::new(content.with(before, &plug));
        let serving = changed.serving(&id)?;
        let pinned = self.is_pinned(&id, &plug).await || record.fingerprint != serving.configured;
        changed.changes.push(Change::Serve(Serving { live: before, candidate: None, pinned, ..serving }));
        let [from, to] = [&live, &record].map(|one| format!("#{} {}", one.number, one.name));
        changed.changes.push(Change::Audit(entry(who, "roll back", &id, from, to)));
        match place {
            Place::App(app) => changed.apps.push(App { id: app.id, generation }),
            Place::Connection(connection) => {
                changed.connections.push(Connection { generation, trial: None, ..Connection::clone(connection) });
            }
        }
        Ok(Activated { connection: id, from: live.number, to: before, plug: record.plug })
    }
}

fn end_trial(connection: &Connection, who: &str, changed: &mut Changed) -> Result<Activated> {
    let id = connection.id.clone();
    let live = connection.generation.number;
    let candidate = connection.trial.as_ref().map_or(live, |trial| trial.generation.number);
    let serving = changed.serving(&id)?;
    changed.changes.push(Change::Serve(Serving { candidate: None, ..serving }));
    let (from, to) = (format!("candidate #{candidate}"), format!("#{live}"));
    changed.changes.push(Change::Audit(entry(who, "end trial", &id, from, to)));
    changed.connections.push(Connection { trial: None, ..connection.clone() });
    let plug = connection.generation.plug.digest().to_owned();
    Ok(Activated { connection: id, from: candidate, to: live, plug })
}
