//! Determines the topology after a start or a reload: from the configuration where it has changed, and otherwise from
//! the stored generations.

use std::sync::Arc;

use crate::clock::now;
use crate::random::random_id;
use crate::registry::Plugs;
use crate::topology::{App, Connection, Generation, Mode, Rollout, Topology};
use cordboard_config::{Config, PlugRef, Secret};
use cordboard_runtime::{Plug, Role};
use cordboard_store::{Candidate, Cause, Change, ConnectionId, GenerationRecord, OwnerId, Serving, Store};
use cordboard_vault::{Vault, VaultError};

use super::audit::entry;
use super::content::Content;
use super::{LifecycleError, servings};

/// The actor of changes made by the configuration.
const ACTOR: &str = "configuration";

/// Builds the topology from the configuration and the store.
pub struct Restorer<'a> {
    /// The configuration to restore for.
    pub config: &'a Config,
    /// The plugs that it names.
    pub plugs: &'a Plugs,
    /// The store with the generations that served.
    pub store: &'a dyn Store,
    /// Decrypts stored secrets.
    pub vault: &'a Vault,
}

/// The configuration of one connection or app.
struct Configured<'a> {
    plug: &'a Plug,
    display_name: String,
    content: Content,
    fingerprint: String,
}

impl Restorer<'_> {
    /// Returns the topology, and the changes to commit before it serves.
    ///
    /// # Errors
    /// Returns an error if the store or the host's key fails, or a plug cannot be loaded.
    pub async fn topology(&self) -> Result<(Topology, Vec<Change>), LifecycleError> {
        let mut stored = servings(self.store).await?;
        let mut changes = Vec::new();
        let mut apps = Vec::new();
        for app in self.config.apps.values() {
            let id = OwnerId::App(app.id.clone());
            let configured = self.configured(&app.plug, Content::of_app(app))?;
            let (generation, _) = self.restore(&id, configured, stored.remove(&id), &mut changes).await?;
            apps.push(App { id: app.id.clone(), generation });
        }
        let mut connections = Vec::new();
        for account in self.config.accounts.values() {
            for connection in account.connections.values() {
                let id = ConnectionId::new(account.id.clone(), connection.name.clone());
                let owner = OwnerId::Connection(id.clone());
                let configured = self.configured(&connection.plug, Content::of_connection(connection))?;
                let (generation, rollout) =
                    self.restore(&owner, configured, stored.remove(&owner), &mut changes).await?;
                let ingest = self.ingest(&id, connection, &generation.plug).await?;
                connections.push(Connection { id, generation, rollout, ingest });
            }
        }
        Ok((Topology::new(self.config, apps, connections), changes))
    }

    fn configured(&self, plug: &PlugRef, content: Content) -> Result<Configured<'_>, LifecycleError> {
        let fingerprint = content.fingerprint(self.vault);
        Ok(Configured { plug: self.plugs.get(plug)?, display_name: plug.to_string(), content, fingerprint })
    }

    async fn ingest(
        &self,
        id: &ConnectionId,
        connection: &cordboard_config::Connection,
        plug: &Plug,
    ) -> Result<Option<Secret>, LifecycleError> {
        if plug.role() != Role::Provider || plug.routes().is_empty() {
            return Ok(None);
        }
        if let Some(key) = &connection.ingest_key {
            return Ok(Some(key.clone()));
        }
        let fresh = random_id().map_err(VaultError::NoRandomness)?;
        Ok(Some(Secret::new(self.store.ingest_key(id, &fresh).await?)))
    }

    /// Returns the live generation and the candidate of a connection or app.
    async fn restore(
        &self,
        id: &OwnerId,
        configured: Configured<'_>,
        stored: Option<Serving>,
        changes: &mut Vec<Change>,
    ) -> Result<(Arc<Generation>, Option<Arc<Rollout>>), LifecycleError> {
        let Some(serving) = stored else {
            return Ok((self.new_generation(id, configured.plug, &configured, None, 1, changes)?, None));
        };
        let live = record(self.store, id, serving.live).await?;
        let unchanged =
            serving.configured_plug == configured.display_name && serving.configured == configured.fingerprint;
        let pinned = if serving.pinned && serving.configured_plug == configured.display_name {
            self.pinned(id, &live, configured.plug).await?
        } else {
            None
        };
        let plug = pinned.as_ref().unwrap_or(configured.plug);
        if unchanged && live.plug == plug.digest() {
            let content = Content::decrypted(self.vault, id, live.number, &live.content)?;
            let rollout = self.rollout(id, serving.candidate, plug).await?;
            return Ok((Arc::new(content.with(live.number, plug)), rollout));
        }
        let newest = self.store.generations(id, 1).await?.first().map_or(live.number, |newest| newest.number);
        let number = newest.saturating_add(1);
        Ok((self.new_generation(id, plug, &configured, Some(&live), number, changes)?, None))
    }

    /// Returns the plug of an activated generation, or `None` if it is no longer in the library.
    async fn pinned(
        &self,
        id: &OwnerId,
        live: &GenerationRecord,
        configured: &Plug,
    ) -> Result<Option<Plug>, LifecycleError> {
        if live.plug == configured.digest() {
            return Ok(Some(configured.clone()));
        }
        let found = self.plugs.of_digest(&live.plug).await?;
        if let Err(error) = &found {
            tracing::error!(
                owner = %id,
                plug = live.plug,
                %error,
                "activated plug is gone; using the configured one: push and activate it again"
            );
        }
        Ok(found.ok())
    }

    fn new_generation(
        &self,
        id: &OwnerId,
        plug: &Plug,
        configured: &Configured<'_>,
        before: Option<&GenerationRecord>,
        number: u64,
        changes: &mut Vec<Change>,
    ) -> Result<Arc<Generation>, LifecycleError> {
        changes.push(Change::PutGeneration(GenerationRecord {
            owner: id.clone(),
            number,
            plug: plug.digest().to_owned(),
            name: display_name(plug),
            content: configured.content.encrypted(self.vault, id, number)?,
            fingerprint: configured.fingerprint.clone(),
            cause: Cause::Configured,
            by: ACTOR.to_owned(),
            made_at: now(),
            before: before.map(|before| before.number),
        }));
        changes.push(Change::PutServing(Serving {
            owner: id.clone(),
            live: number,
            candidate: None,
            configured_plug: configured.display_name.clone(),
            configured: configured.fingerprint.clone(),
            pinned: plug.digest() != configured.plug.digest(),
        }));
        let from = before.map(label).unwrap_or_default();
        changes.push(Change::Audit(entry(ACTOR, "configure", id, from, format!("#{number} {}", display_name(plug)))));
        Ok(Arc::new(configured.content.with(number, plug)))
    }

    async fn rollout(
        &self,
        id: &OwnerId,
        candidate: Option<Candidate>,
        live: &Plug,
    ) -> Result<Option<Arc<Rollout>>, LifecycleError> {
        let Some(candidate) = candidate else { return Ok(None) };
        let record = record(self.store, id, candidate.number).await?;
        let Some(plug) = self.pinned(id, &record, live).await? else { return Ok(None) };
        let content = Content::decrypted(self.vault, id, record.number, &record.content)?;
        let generation = Arc::new(content.with(record.number, &plug));
        let mode = candidate.canary.map_or(Mode::Shadow, Mode::Canary);
        Ok(Some(Arc::new(Rollout::new(generation, mode))))
    }
}

/// Returns the record of a generation.
pub(super) async fn record(store: &dyn Store, id: &OwnerId, number: u64) -> Result<GenerationRecord, LifecycleError> {
    store.generation(id, number).await?.ok_or_else(|| {
        LifecycleError::Rejected(format!("generation {number} of {id} is missing: restore the data directory"))
    })
}

/// Returns the number of a generation, and the name and version of its plug, for display.
pub(super) fn label(record: &GenerationRecord) -> String {
    format!("#{} {}", record.number, record.name)
}

/// Returns the name and version of a plug, for display.
pub(super) fn display_name(plug: &Plug) -> String {
    let description = plug.description();
    format!("{} {}", description.name, description.version)
}
