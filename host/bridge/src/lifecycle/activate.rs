//! Activates a plug for connections or an app: at once, as a canary, or as a shadow.

use std::sync::Arc;

use crate::clock::now;
use crate::topology::{Connection, Mode, Rollout};
use cordboard_config::{Config, PlugRef};
use cordboard_runtime::Plug;
use cordboard_store::{Candidate, Cause, Change, GenerationRecord, OwnerId, Serving};

use super::audit::entry;
use super::content::Content;
use super::restore::{display_name, label, record};
use super::target::{Owner, Target};
use super::{Lifecycle, LifecycleError, PendingChange, Result};

/// A request to activate a plug.
#[derive(Clone, Debug)]
pub struct Activate {
    /// The plug.
    pub plug: PlugRef,
    /// Where to activate it.
    pub target: Target,
    /// How to try it as a candidate. If `None`, it serves everything from now on.
    pub rollout: Option<Mode>,
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
    pub async fn activate(&self, request: &Activate) -> Result<Vec<Activated>> {
        let plug = self.plug(&request.plug).await?;
        let mut pending = self.begin_change().await?;
        let (topology, config) = (self.topology(), self.config());
        for owner in request.target.resolve(&topology)? {
            fits(&config, &owner, &plug, request.rollout)?;
            self.activate_one(&owner, &plug, request, &mut pending).await?;
        }
        self.commit_change(pending).await
    }

    /// Loads a plug by any of its names.
    pub(super) async fn plug(&self, plug: &PlugRef) -> Result<Plug> {
        let mut plugs = self.plugs.lock().await;
        let (mut loading, plug) = (plugs.clone(), plug.clone());
        // Compiling uses every core for a moment, and blocks.
        let loaded = tokio::task::spawn_blocking(move || {
            let found = loading.reload(&plug);
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
        request: &Activate,
        pending: &mut PendingChange<'_>,
    ) -> Result<()> {
        let id = owner.id();
        let serving = pending.serving(&id)?;
        let live = record(self.store.as_ref(), &id, owner.live().number).await?;
        let content = Content::decrypted(&self.vault, &id, live.number, &live.content)?;
        let newest = self.store.generations(&id, 1).await?.first().map_or(live.number, |newest| newest.number);
        let number = newest.saturating_add(1);
        let activated = GenerationRecord {
            owner: id.clone(),
            number,
            plug: plug.digest().to_owned(),
            name: display_name(plug),
            content: content.encrypted(&self.vault, &id, number)?,
            fingerprint: live.fingerprint.clone(),
            cause: Cause::Activated,
            by: request.who.clone(),
            made_at: now(),
            before: Some(live.number),
        };
        let to = label(&activated);
        let (action, to) = match request.rollout {
            None => ("activate", to),
            Some(Mode::Canary(share)) => ("canary", format!("{to} ({}.{:02} %)", share / 100, share % 100)),
            Some(Mode::Shadow) => ("shadow", to),
        };
        let audit = entry(&request.who, action, &id, label(&live), to);
        pending.changes.push(Change::PutGeneration(activated));
        let generation = Arc::new(content.with(number, plug));
        match (owner, request.rollout) {
            (Owner::Connection(connection), Some(mode)) => {
                let candidate = Some(Candidate { number, canary: mode.canary() });
                pending.changes.push(Change::PutServing(Serving { candidate, ..serving }));
                pending.changes.push(Change::Audit(audit));
                let rollout = Some(Arc::new(Rollout::new(generation, mode)));
                pending.connections.push(Connection { rollout, ..Connection::clone(connection) });
                let plug = plug.digest().to_owned();
                pending.activated.push(Activated { owner: id, from: live.number, to: number, plug });
            }
            // `fits` has refused to try a candidate for an app.
            _ => {
                let pinned = self.is_pinned(&id, plug).await;
                pending.replace(owner, generation, Serving { pinned, ..serving }, audit);
            }
        }
        Ok(())
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
fn fits(config: &Config, owner: &Owner<'_>, plug: &Plug, rollout: Option<Mode>) -> Result<()> {
    let (id, live) = (owner.id(), &owner.live().plug);
    let refused = |why: String| Err(LifecycleError::Rejected(format!("{id}: {why}")));
    if plug.role() != live.role() {
        return refused(format!(
            "`{}` is a {} plug, but a {} plug serves there: activate a plug of the same kind",
            display_name(plug),
            plug.role(),
            live.role()
        ));
    }
    if matches!(owner, Owner::App(_)) && rollout.is_some() {
        return refused("a CRM plug serves all accounts of its app: activate it without canary or shadow".to_owned());
    }
    if let Some(Mode::Canary(share)) = rollout
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
