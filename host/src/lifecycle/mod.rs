//! Plugs are replaced, tried and rolled back while calls go on.
//!
//! What serves a connection is a generation: a plug with its settings, secrets and grants, kept and never changed
//! ([`crate::store::GenerationRecord`]). A change makes another one and keeps it, together with what serves from then
//! on and who wanted that, in one commit; then one atomic write puts it into the world. Requests under way keep the
//! generation that they began with. Whatever fails before the commit changes nothing, and a host that is killed comes
//! back on what was committed ([`restore`]).

mod activate;
mod audit;
mod collect;
mod content;
mod diff;
mod error;
mod history;
mod promote;
mod reload;
mod reread;
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
use crate::flow::{self, Switchboard};
use crate::store::{Change, ConnectionId, Serving, Store};
use crate::vault::Vault;
use crate::world::{App, Connection, World};

pub use activate::{Activate, Activated, Manner};
pub(crate) use content::Content;
pub use diff::{Diff, Found};
pub use error::LifecycleError;
pub use history::{History, Past};
pub use reread::Reread;
pub(crate) use restore::Restorer;
pub use target::Target;

use restore::target;

/// A result of a change.
pub type Result<T> = std::result::Result<T, LifecycleError>;

/// Changes of what serves, one at a time.
pub struct Lifecycle {
    board: Arc<Switchboard>,
    vault: Arc<Vault>,
    plugs: Mutex<Plugs>,
    config: ArcSwap<Config>,
    // A change reads the world, commits, and puts another in its place.
    turn: Mutex<()>,
}

/// All that serves.
async fn servings(store: &dyn Store) -> Result<HashMap<ConnectionId, Serving>> {
    Ok(store.servings().await?.into_iter().map(|serving| (serving.connection.clone(), serving)).collect())
}

/// What a change comes to.
struct Changed {
    /// What served before it.
    servings: HashMap<ConnectionId, Serving>,
    changes: Vec<Change>,
    connections: Vec<Connection>,
    apps: Vec<App>,
}

impl Changed {
    /// What served one of them, to be changed once.
    fn serving(&mut self, id: &ConnectionId) -> Result<Serving> {
        self.servings.remove(id).ok_or_else(|| nothing_serves(id))
    }
}

fn nothing_serves(id: &ConnectionId) -> LifecycleError {
    LifecycleError::Unknown(format!("nothing serves {} yet", target(id)))
}

impl Lifecycle {
    /// Joins the parts.
    pub(crate) fn new(board: Arc<Switchboard>, vault: Arc<Vault>, plugs: Plugs, config: Config) -> Self {
        Self { board, vault, plugs: Mutex::new(plugs), config: ArcSwap::from_pointee(config), turn: Mutex::new(()) }
    }

    /// What both flows work with.
    pub fn board(&self) -> &Arc<Switchboard> {
        &self.board
    }

    /// The configuration as it was last read.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Nothing yet. Whoever holds the turn calls this.
    async fn change(&self) -> Result<Changed> {
        let servings = servings(self.board.store.as_ref()).await?;
        Ok(Changed { servings, changes: Vec::new(), connections: Vec::new(), apps: Vec::new() })
    }

    /// Keeps a change and lets it serve. Whoever holds the turn calls this.
    async fn make(&self, changed: Changed) -> Result<()> {
        let Changed { changes, connections, apps, .. } = changed;
        self.board.store.commit(changes).await?;
        let replug: Vec<_> = connections.iter().map(|connection| connection.id.clone()).collect();
        let mut world = self.board.world().with_connections(connections);
        for app in apps {
            world = world.with_app(app);
        }
        self.put(world, replug);
        Ok(())
    }

    /// Lets a world serve in which these connections may have other plugs.
    fn put(&self, world: World, replugged: Vec<ConnectionId>) {
        self.board.change_world(world);
        // What an earlier plug could not digest, this one may.
        let board = Arc::clone(&self.board);
        tokio::spawn(async move {
            if let Err(error) = flow::redeliver_of(&board, &replugged).await {
                tracing::warn!("deliveries of an earlier plug wait for the next change or start: {error}");
            }
        });
    }
}
