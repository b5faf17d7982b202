//! Replaces, tries and rolls back plugs without interrupting requests.
//!
//! A connection is served by a generation: a plug with its settings, secrets and grants, which is stored and immutable
//! ([`cordboard_store::GenerationRecord`]). A change creates another generation and commits it together with the
//! record of the connection's generations ([`cordboard_store::Serving`]) and the audit entry; then one atomic write
//! publishes it in the topology. Requests in progress keep the generation that they started with. A failure before the
//! commit changes nothing, and a host that is killed restarts with what was committed ([`restore`]).

mod activate;
mod apply_config;
mod audit;
mod collect;
mod content;
mod diff;
mod error;
mod history;
mod promote;
mod reload_from_file;
mod restore;
mod rollback;
mod target;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, MutexGuard};

use crate::flow::ProviderFlow;
use crate::registry::Plugs;
use crate::topology::{App, Connection, CurrentTopology, Generation, Topology};
use cordboard_config::Config;
use cordboard_store::{AuditEntry, Change, ConnectionId, OwnerId, Serving, Store};
use cordboard_vault::Vault;

use target::Owner;

pub use activate::{Activate, Activated};
pub use audit::audit_entry;
pub use content::{configured_app, configured_connection};
pub use diff::{Diff, Mismatch};
pub use error::LifecycleError;
pub use history::History;
pub use reload_from_file::Reloaded;
pub use restore::Restorer;
pub use target::Target;

/// The result of a lifecycle operation.
pub type Result<T> = std::result::Result<T, LifecycleError>;

/// Replaces live generations and candidates, one change at a time.
pub struct Lifecycle {
    store: Arc<dyn Store>,
    topology: Arc<CurrentTopology>,
    // Reprocesses webhook requests with new plugs.
    provider: Arc<ProviderFlow>,
    vault: Arc<Vault>,
    plugs: Mutex<Plugs>,
    config: ArcSwap<Config>,
    // Held while a change reads the topology, commits and publishes another topology.
    change_lock: Mutex<()>,
}

/// Returns the live generation and the candidate of each connection and app.
async fn servings(store: &dyn Store) -> Result<HashMap<OwnerId, Serving>> {
    Ok(store.servings().await?.into_iter().map(|serving| (serving.owner.clone(), serving)).collect())
}

/// A change that is not yet committed. No other change begins until it is dropped.
struct PendingChange<'a> {
    _guard: MutexGuard<'a, ()>,
    /// The state before the change. Each entry is taken when it is changed.
    servings: HashMap<OwnerId, Serving>,
    changes: Vec<Change>,
    connections: Vec<Connection>,
    apps: Vec<App>,
    activated: Vec<Activated>,
}

impl PendingChange<'_> {
    /// Takes the entry of a connection or app, which can be changed only once.
    fn serving(&mut self, id: &OwnerId) -> Result<Serving> {
        self.servings.remove(id).ok_or_else(|| nothing_serves(id))
    }

    /// Makes a generation live, in place of the live one and of a candidate.
    fn replace(&mut self, owner: &Owner<'_>, generation: Arc<Generation>, serving: Serving, audit: AuditEntry) {
        let (from, to, plug) = (owner.live().number, generation.number, generation.plug.digest().to_owned());
        self.changes.push(Change::PutServing(Serving { live: to, candidate: None, ..serving }));
        self.changes.push(Change::Audit(audit));
        self.activated.push(Activated { owner: owner.id(), from, to, plug });
        match owner {
            Owner::App(app) => self.apps.push(App { id: app.id.clone(), generation }),
            Owner::Connection(connection) => {
                self.connections.push(Connection { generation, rollout: None, ..Connection::clone(connection) });
            }
        }
    }
}

fn nothing_serves(id: &OwnerId) -> LifecycleError {
    LifecycleError::NotFound(format!("nothing serves {id} yet"))
}

impl Lifecycle {
    /// Creates the lifecycle from its parts.
    pub fn new(
        store: Arc<dyn Store>,
        topology: Arc<CurrentTopology>,
        provider: Arc<ProviderFlow>,
        vault: Arc<Vault>,
        plugs: Plugs,
        config: Config,
    ) -> Self {
        Self {
            store,
            topology,
            provider,
            vault,
            plugs: Mutex::new(plugs),
            config: ArcSwap::from_pointee(config),
            change_lock: Mutex::new(()),
        }
    }

    /// Returns the current topology.
    pub fn topology(&self) -> Arc<Topology> {
        self.topology.load()
    }

    /// Returns the configuration that was last applied.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Begins a change, once no other is in progress.
    async fn begin_change(&self) -> Result<PendingChange<'_>> {
        Ok(PendingChange {
            _guard: self.change_lock.lock().await,
            servings: servings(self.store.as_ref()).await?,
            changes: Vec::new(),
            connections: Vec::new(),
            apps: Vec::new(),
            activated: Vec::new(),
        })
    }

    /// Commits a change and publishes it.
    async fn commit_change(&self, pending: PendingChange<'_>) -> Result<Vec<Activated>> {
        let PendingChange { _guard, changes, connections, apps, activated, .. } = pending;
        self.store.commit(changes).await?;
        let changed_connections: Vec<_> = connections.iter().map(|connection| connection.id.clone()).collect();
        self.publish(self.topology().with(apps, connections), changed_connections);
        Ok(activated)
    }

    /// Publishes a topology, and reprocesses webhook requests for the connections whose plug may have changed.
    fn publish(&self, topology: Topology, changed_connections: Vec<ConnectionId>) {
        self.topology.publish(topology);
        // The new plug may be able to process what an earlier one could not.
        let provider = Arc::clone(&self.provider);
        tokio::spawn(async move {
            if let Err(error) = provider.reprocess_connections(&changed_connections).await {
                tracing::warn!(%error, "could not reprocess webhook requests; retrying at the next change or start");
            }
        });
    }
}
