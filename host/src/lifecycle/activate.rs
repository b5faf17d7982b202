//! Another plug is given to connections or an app: at once, for a share of the conferences, or in the shadow.

use std::sync::Arc;

use crate::config::{self, Config, PlugRef};
use crate::flow::now;
use crate::plug::Plug;
use crate::store::{Candidate, Cause, Change, ConnectionId, GenerationRecord, Serving};
use crate::world::{App, Connection, Mode, Seen, Trial};

use super::audit::entry;
use super::content::Content;
use super::restore::{named, target};
use super::target::{Place, Target};
use super::{Changed, Lifecycle, LifecycleError, Result};

/// How a plug is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It serves from now on.
    Live,
    /// It serves a share of the conferences, in hundredths of a percent; the live one serves the others.
    Canary(u16),
    /// It is asked for all that the live one is asked for, and nothing that it wants is done.
    Shadow,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Activate {
    /// Which plug.
    pub plug: PlugRef,
    /// For whom.
    pub target: Target,
    /// How.
    pub manner: Manner,
    /// Who wants it, for the audit log.
    pub who: String,
}

/// What came of it, for one connection or app.
#[derive(Clone, Debug, PartialEq)]
pub struct Activated {
    /// Which.
    pub connection: ConnectionId,
    /// The generation that was there.
    pub from: u64,
    /// The generation that was made.
    pub to: u64,
    /// The digest of its plug.
    pub plug: String,
}

impl Lifecycle {
    /// Gives a plug to all that are meant, or to none of them.
    ///
    /// # Errors
    /// Where there is no such plug or target, where the plug does not fit one of them, or the store fails.
    pub async fn activate(&self, wanted: &Activate) -> Result<Vec<Activated>> {
        let plug = self.plug(&wanted.plug).await?;
        let _turn = self.turn.lock().await;
        let world = self.board.world();
        let config = self.config();
        let places = wanted.target.places(&world)?;
        let mut changed = self.change().await?;
        let mut activated = Vec::new();
        for place in places {
            fits(&config, &place, &plug, wanted.manner)?;
            activated.push(self.give(&place, &plug, wanted, &mut changed).await?);
        }
        self.make(changed).await?;
        Ok(activated)
    }

    /// A plug by any of its names, loaded where it is not yet.
    pub(super) async fn plug(&self, plug: &PlugRef) -> Result<Plug> {
        let mut plugs = self.plugs.lock().await;
        let (mut loading, wanted) = (plugs.clone(), plug.clone());
        // Compiling takes every core there is for a moment, and blocks.
        let loaded = tokio::task::spawn_blocking(move || {
            let found = loading.load_anew(&wanted);
            (loading, found)
        });
        let found;
        (*plugs, found) = loaded.await.map_err(|error| LifecycleError::Ours(error.to_string()))?;
        found.map_err(LifecycleError::Refused)
    }

    async fn give(
        &self,
        place: &Place<'_>,
        plug: &Plug,
        wanted: &Activate,
        changed: &mut Changed,
    ) -> Result<Activated> {
        let id = place.id();
        let live = place.live_number();
        let serving = changed.serving(&id)?;
        let record = self.record(&id, live).await?;
        let content = Content::unsealed(&self.vault, &id, live, &record.content)?;
        let newest = self.board.store.generations(&id, 1).await?.first().map_or(live, |newest| newest.number);
        let number = newest.saturating_add(1);
        let generation = Arc::new(content.with(number, plug));
        let candidate = match wanted.manner {
            Manner::Live => None,
            Manner::Canary(share) => Some(Candidate { number, canary: Some(share) }),
            Manner::Shadow => Some(Candidate { number, canary: None }),
        };
        changed.changes.push(Change::PutGeneration(GenerationRecord {
            connection: id.clone(),
            number,
            plug: plug.digest().to_owned(),
            name: named(plug),
            content: content.sealed(&self.vault, &id, number)?,
            fingerprint: record.fingerprint.clone(),
            cause: Cause::Activated,
            by: wanted.who.clone(),
            made_at: now(),
            before: Some(live),
        }));
        changed.changes.push(Change::Serve(match candidate {
            None => Serving { live: number, candidate: None, pinned: self.is_pinned(&id, plug).await, ..serving },
            Some(_) => Serving { candidate, ..serving },
        }));
        let how = match wanted.manner {
            Manner::Live => "activate",
            Manner::Canary(_) => "canary",
            Manner::Shadow => "shadow",
        };
        let to = match wanted.manner {
            Manner::Canary(share) => format!("#{number} {} ({}.{:02} %)", named(plug), share / 100, share % 100),
            _ => format!("#{number} {}", named(plug)),
        };
        changed.changes.push(Change::Audit(entry(&wanted.who, how, &id, format!("#{live} {}", record.name), to)));
        match place {
            Place::App(app) => changed.apps.push(App { id: app.id, generation }),
            Place::Connection(connection) => changed.connections.push(match candidate {
                None => Connection { generation, trial: None, ..Connection::clone(connection) },
                Some(candidate) => {
                    let mode = candidate.canary.map_or(Mode::Shadow, Mode::Canary);
                    let trial = Some(Arc::new(Trial { generation, mode, seen: Seen::default() }));
                    Connection { trial, ..Connection::clone(connection) }
                }
            }),
        }
        Ok(Activated { connection: id, from: live, to: number, plug: plug.digest().to_owned() })
    }

    pub(super) async fn record(&self, id: &ConnectionId, number: u64) -> Result<GenerationRecord> {
        let found = self.board.store.generation(id, number).await?;
        found.ok_or_else(|| LifecycleError::Unknown(format!("{} has no generation {number}", target(id))))
    }

    /// Whether a plug is another than the one that the configuration names.
    pub(super) async fn is_pinned(&self, id: &ConnectionId, plug: &Plug) -> bool {
        let config = self.config();
        let configured = match id.app() {
            Some(app) => config.apps.get(&app).map(|app| &app.plug),
            None => config.accounts.get(&id.account).and_then(|one| one.connections.get(&id.name)).map(|one| &one.plug),
        };
        let plugs = self.plugs.lock().await;
        configured.and_then(|configured| plugs.get(configured).ok()).is_none_or(|found| found.digest() != plug.digest())
    }
}

/// Whether a plug can take the place of the live one, with the settings that are there.
fn fits(config: &Config, place: &Place<'_>, plug: &Plug, manner: Manner) -> Result<()> {
    let (id, live) = (place.id(), place.live());
    let refused = |why: String| Err(LifecycleError::Refused(format!("{}: {why}", target(&id))));
    if plug.role() != live.role() {
        return refused(format!(
            "`{}` is a {} plug, and a {} plug serves there",
            named(plug),
            plug.role(),
            live.role()
        ));
    }
    if matches!(place, Place::App(_)) && manner != Manner::Live {
        return refused("a CRM's plug answers for all accounts of its app: activate it without a trial".to_owned());
    }
    if let Manner::Canary(share) = manner
        && !(1..=10_000).contains(&share)
    {
        return refused("a share is more than nothing and at most all: give it as in 10%".to_owned());
    }
    let faults = config::check_one(config, &id, plug.role(), plug.description());
    match faults.is_empty() {
        true => Ok(()),
        false => refused(faults.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    }
}
