//! Plugs are replaced, tried and rolled back while calls go on.
//!
//! What serves a connection is a generation: a plug with its settings, secrets and grants, kept and never changed
//! ([`crate::store::GenerationRecord`]). A change makes another one and keeps it, together with what serves from then
//! on and who wanted that, in one commit; then one atomic write puts it into the topology. Requests under way keep the
//! generation that they began with. Whatever fails before the commit changes nothing, and a host that is killed comes
//! back on what was committed ([`restore`]).

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
use tokio::sync::Mutex;

use crate::bridge::Plugs;
use crate::config::Config;
use crate::flow::{self, BridgeState};
use crate::store::{Change, ConnectionId, Serving, Store};
use crate::topology::{App, Connection, Topology};
use crate::vault::Vault;

pub use activate::{Activate, Activated, RolloutStrategy};
pub(crate) use content::Content;
pub use diff::{Diff, Mismatch};
pub use error::LifecycleError;
pub use history::{GenerationSummary, History};
pub use reload_from_file::Reloaded;
pub(crate) use restore::Restorer;
pub use target::Target;

use restore::target_name;

/// A result of a change.
pub type Result<T> = std::result::Result<T, LifecycleError>;

/// Changes of what serves, one at a time.
pub struct Lifecycle {
    state: Arc<BridgeState>,
    vault: Arc<Vault>,
    plugs: Mutex<Plugs>,
    config: ArcSwap<Config>,
    // A change reads the topology, commits, and puts another in its place.
    change_lock: Mutex<()>,
}

/// All that serves.
async fn servings(store: &dyn Store) -> Result<HashMap<ConnectionId, Serving>> {
    Ok(store.servings().await?.into_iter().map(|serving| (serving.connection.clone(), serving)).collect())
}

/// What a change comes to.
struct PendingChange {
    /// What served before it.
    servings: HashMap<ConnectionId, Serving>,
    changes: Vec<Change>,
    connections: Vec<Connection>,
    apps: Vec<App>,
}

impl PendingChange {
    /// What served one of them, to be changed once.
    fn serving(&mut self, id: &ConnectionId) -> Result<Serving> {
        self.servings.remove(id).ok_or_else(|| nothing_serves(id))
    }
}

fn nothing_serves(id: &ConnectionId) -> LifecycleError {
    LifecycleError::NotFound(format!("nothing serves {} yet", target_name(id)))
}

impl Lifecycle {
    /// Joins the parts.
    pub(crate) fn new(state: Arc<BridgeState>, vault: Arc<Vault>, plugs: Plugs, config: Config) -> Self {
        Self {
            state,
            vault,
            plugs: Mutex::new(plugs),
            config: ArcSwap::from_pointee(config),
            change_lock: Mutex::new(()),
        }
    }

    /// What both flows work with.
    pub fn state(&self) -> &Arc<BridgeState> {
        &self.state
    }

    /// The configuration as it was last read.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Nothing yet. Whoever holds the turn calls this.
    async fn begin_change(&self) -> Result<PendingChange> {
        let servings = servings(self.state.store.as_ref()).await?;
        Ok(PendingChange { servings, changes: Vec::new(), connections: Vec::new(), apps: Vec::new() })
    }

    /// Keeps a change and lets it serve. Whoever holds the turn calls this.
    async fn commit_change(&self, pending: PendingChange) -> Result<()> {
        let PendingChange { changes, connections, apps, .. } = pending;
        self.state.store.commit(changes).await?;
        let changed_connections: Vec<_> = connections.iter().map(|connection| connection.id.clone()).collect();
        let mut topology = self.state.topology().with_connections(connections);
        for app in apps {
            topology = topology.with_app(app);
        }
        self.publish(topology, changed_connections);
        Ok(())
    }

    /// Lets a topology serve in which these connections may have other plugs.
    fn publish(&self, topology: Topology, changed_connections: Vec<ConnectionId>) {
        self.state.set_topology(topology);
        // What an earlier plug could not digest, this one may.
        let state = Arc::clone(&self.state);
        tokio::spawn(async move {
            if let Err(error) = flow::reprocess_connections(&state, &changed_connections).await {
                tracing::warn!("deliveries of an earlier plug wait for the next change or start: {error}");
            }
        });
    }
}
