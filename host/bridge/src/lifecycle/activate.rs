//! Activates a plug for connections or an app: at once, as a canary, or as a shadow.

use std::sync::Arc;

use crate::flow::now;
use crate::topology::{App, Connection, Mode, Rollout, ShadowStats};
use cordboard_config::{Config, PlugRef};
use cordboard_runtime::Plug;
use cordboard_store::{Candidate, Cause, Change, GenerationRecord, OwnerId, Serving};

use super::audit::entry;
use super::content::Content;
use super::restore::display_name;
use super::target::{Owner, Target};
use super::{Lifecycle, LifecycleError, PendingChange, Result};

/// How a plug is activated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutStrategy {
    /// It serves everything from now on.
    Live,
    /// It serves a share of the conferences, in hundredths of a percent; the live plug serves the others.
    Canary(u16),
    /// It replays everything that the live plug does; its effects are never performed.
    Shadow,
}

/// A request to activate a plug.
#[derive(Clone, Debug)]
pub struct Activate {
    /// The plug.
    pub plug: PlugRef,
    /// Where to activate it.
    pub target: Target,
    /// How to activate it.
    pub strategy: RolloutStrategy,
    /// The actor in the audit log.
    pub who: String,
}

/// The result of a change for one connection or app.
#[derive(Clone, Debug, PartialEq)]
pub struct Activated {
    /// The connection or app.
    pub owner: OwnerId,
    /// The generation before the change.
    pub from: u64,
    /// The generation after the change.
    pub to: u64,
    /// The digest of the new generation's plug.
    pub plug: String,
}

impl Lifecycle {
    /// Activates a plug for the whole target, or not at all.
    ///
    /// # Errors
    /// Returns an error if there is no such plug or target, the plug does not fit the whole target, or the store fails.
    pub async fn activate(&self, wanted: &Activate) -> Result<Vec<Activated>> {
        let plug = self.plug(&wanted.plug).await?;
        let _guard = self.change_lock.lock().await;
        let topology = self.topology();
        let config = self.config();
        let owners = wanted.target.resolve(&topology)?;
        let mut pending = self.begin_change().await?;
        let mut activated = Vec::new();
        for owner in owners {
            fits(&config, &owner, &plug, wanted.strategy)?;
            activated.push(self.activate_one(&owner, &plug, wanted, &mut pending).await?);
        }
        self.commit_change(pending).await?;
        Ok(activated)
    }

    /// Loads a plug by any of its names.
    pub(super) async fn plug(&self, plug: &PlugRef) -> Result<Plug> {
        let mut plugs = self.plugs.lock().await;
        let (mut loading, wanted) = (plugs.clone(), plug.clone());
        // Compiling uses every core for a moment, and blocks.
        let loaded = tokio::task::spawn_blocking(move || {
            let found = loading.reload(&wanted);
            (loading, found)
        });
        let found;
        (*plugs, found) = loaded.await?;
        Ok(found?)
    }

    async fn activate_one(
        &self,
        owner: &Owner<'_>,
        plug: &Plug,
        wanted: &Activate,
        pending: &mut PendingChange,
    ) -> Result<Activated> {
        let id = owner.id();
        let live = owner.live_number();
        let serving = pending.serving(&id)?;
        let record = self.record(&id, live).await?;
        let content = Content::decrypted(&self.vault, &id, live, &record.content)?;
        let newest = self.store.generations(&id, 1).await?.first().map_or(live, |newest| newest.number);
        let number = newest.saturating_add(1);
        let generation = Arc::new(content.with(number, plug));
        let candidate = match wanted.strategy {
            RolloutStrategy::Live => None,
            RolloutStrategy::Canary(share) => Some(Candidate { number, canary: Some(share) }),
            RolloutStrategy::Shadow => Some(Candidate { number, canary: None }),
        };
        pending.changes.push(Change::PutGeneration(GenerationRecord {
            owner: id.clone(),
            number,
            plug: plug.digest().to_owned(),
            name: display_name(plug),
            content: content.encrypted(&self.vault, &id, number)?,
            fingerprint: record.fingerprint.clone(),
            cause: Cause::Activated,
            by: wanted.who.clone(),
            made_at: now(),
            before: Some(live),
        }));
        pending.changes.push(Change::PutServing(match candidate {
            None => Serving { live: number, candidate: None, pinned: self.is_pinned(&id, plug).await, ..serving },
            Some(_) => Serving { candidate, ..serving },
        }));
        let how = match wanted.strategy {
            RolloutStrategy::Live => "activate",
            RolloutStrategy::Canary(_) => "canary",
            RolloutStrategy::Shadow => "shadow",
        };
        let to = match wanted.strategy {
            RolloutStrategy::Canary(share) => {
                format!("#{number} {} ({}.{:02} %)", display_name(plug), share / 100, share % 100)
            }
            _ => format!("#{number} {}", display_name(plug)),
        };
        pending.changes.push(Change::Audit(entry(&wanted.who, how, &id, format!("#{live} {}", record.name), to)));
        match owner {
            Owner::App(app) => pending.apps.push(App { id: app.id.clone(), generation }),
            Owner::Connection(connection) => pending.connections.push(match candidate {
                None => Connection { generation, rollout: None, ..Connection::clone(connection) },
                Some(candidate) => {
                    let mode = candidate.canary.map_or(Mode::Shadow, Mode::Canary);
                    let rollout = Some(Arc::new(Rollout { generation, mode, shadow_stats: ShadowStats::default() }));
                    Connection { rollout, ..Connection::clone(connection) }
                }
            }),
        }
        Ok(Activated { owner: id, from: live, to: number, plug: plug.digest().to_owned() })
    }

    pub(super) async fn record(&self, id: &OwnerId, number: u64) -> Result<GenerationRecord> {
        let found = self.store.generation(id, number).await?;
        found.ok_or_else(|| LifecycleError::NotFound(format!("{id} has no generation {number}")))
    }

    /// Returns whether a plug differs from the one that the configuration names.
    pub(super) async fn is_pinned(&self, id: &OwnerId, plug: &Plug) -> bool {
        let config = self.config();
        let configured = match id {
            OwnerId::App(app) => config.apps.get(app).map(|app| &app.plug),
            OwnerId::Connection(id) => {
                config.accounts.get(&id.account).and_then(|one| one.connections.get(&id.name)).map(|one| &one.plug)
            }
        };
        let plugs = self.plugs.lock().await;
        configured.and_then(|configured| plugs.get(configured).ok()).is_none_or(|found| found.digest() != plug.digest())
    }
}

/// Checks that a plug can replace the live one with the current settings.
fn fits(config: &Config, owner: &Owner<'_>, plug: &Plug, strategy: RolloutStrategy) -> Result<()> {
    let (id, live) = (owner.id(), owner.live());
    let refused = |why: String| Err(LifecycleError::Rejected(format!("{id}: {why}")));
    if plug.role() != live.role() {
        return refused(format!(
            "`{}` is a {} plug, but a {} plug serves there: activate a plug of the same kind",
            display_name(plug),
            plug.role(),
            live.role()
        ));
    }
    if matches!(owner, Owner::App(_)) && strategy != RolloutStrategy::Live {
        return refused("a CRM plug serves all accounts of its app: activate it without canary or shadow".to_owned());
    }
    if let RolloutStrategy::Canary(share) = strategy
        && !(1..=10_000).contains(&share)
    {
        return refused("invalid canary share: use more than 0% and at most 100%".to_owned());
    }
    let faults = match &id {
        OwnerId::App(app) => cordboard_config::check_app(config, app, plug.description()),
        OwnerId::Connection(id) => {
            cordboard_config::check_connection(config, &id.account, &id.name, plug.role(), plug.description())
        }
    };
    match faults.is_empty() {
        true => Ok(()),
        false => refused(faults.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    }
}
