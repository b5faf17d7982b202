//! Apps, accounts and connections, each with the generation that serves it.
//!
//! A topology is immutable. A request keeps the topology that it started with; a change builds a new one and publishes
//! it with one atomic store.

mod account_limiter;
mod activity_limiter;
mod current;
mod generation;
mod rollout;
mod slow_call_detector;
mod slow_call_limiter;

use std::collections::HashMap;
use std::sync::Arc;

use cordboard_core::{AccountId, AppId};
use sha2::{Digest, Sha256};

use crate::rate_limiter::now;
use cordboard_config::{AccountLimits, Config, Secret};
use cordboard_store::ConnectionId;

pub use account_limiter::{AccountLimiter, Demand, InFlightGuard, Limit, LimitExceeded};
pub use activity_limiter::{ActivityLimiter, while_waiting};
pub use cordboard_core::resolved_settings::ResolvedSettings;
pub use current::CurrentTopology;
pub use generation::Generation;
pub use rollout::{Mode, Rollout, ShadowOutcome, ShadowStats};
pub use slow_call_detector::SlowCallDetector;
pub use slow_call_limiter::{CallPermit, SlowCallLimiter};

/// An app of the CRM: one secret and one set of addresses for all its accounts.
#[derive(Clone, Debug)]
pub struct App {
    /// The CRM's id of the app.
    pub id: AppId,
    /// Its CRM plug.
    pub generation: Arc<Generation>,
}

/// An account that installed an app: the tenant.
#[derive(Clone, Debug)]
pub struct Account {
    /// The CRM's id of the account.
    pub id: AccountId,
    /// The app that it installed.
    pub app: AppId,
    /// Whether to delete conferences whose answer was lost.
    pub delete_unacknowledged: bool,
    /// The connection that creates its conferences.
    pub conferencing: Option<Arc<Connection>>,
    /// The connection that lists its telephone numbers.
    pub telephony: Option<Arc<Connection>>,
    /// Its limits on shared resources.
    pub limits: AccountLimits,
    /// Its usage of shared resources.
    pub limiter: Arc<AccountLimiter>,
}

/// One plug with its settings, for one account.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The id of the connection.
    pub id: ConnectionId,
    /// The live generation.
    pub generation: Arc<Generation>,
    /// A candidate to replace it, while one is tried.
    pub rollout: Option<Arc<Rollout>>,
    /// The key of the address that its provider calls, if its plug has routes: the unguessable part of the address.
    pub ingest: Option<Secret>,
}

impl Connection {
    /// Returns the generation that serves a key: the id of a conference, or anything else that is the same for requests
    /// that belong together.
    pub fn serving(&self, key: &str) -> &Arc<Generation> {
        self.serving_by(|| key)
    }

    /// Like [`serving`](Self::serving), but computes the key only if it is needed.
    pub fn serving_by<K: AsRef<str>>(&self, key: impl FnOnce() -> K) -> &Arc<Generation> {
        match &self.rollout {
            Some(rollout) if rollout.serves(key) => &rollout.generation,
            _ => &self.generation,
        }
    }

    /// Returns the shadow candidate, if there is one.
    pub fn shadow(&self) -> Option<&Arc<Rollout>> {
        self.rollout.as_ref().filter(|rollout| rollout.mode == Mode::Shadow)
    }

    /// Returns the generation with this plug: the live one or the candidate.
    pub fn with_plug(&self, digest: &str) -> Option<&Arc<Generation>> {
        let candidate = self.rollout.as_ref().map(|rollout| &rollout.generation);
        [Some(&self.generation), candidate].into_iter().flatten().find(|one| one.plug.digest() == digest)
    }
}

/// All apps, accounts and connections at one moment.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    apps: HashMap<AppId, App>,
    accounts: HashMap<AccountId, Account>,
    connections: HashMap<ConnectionId, Arc<Connection>>,
    // By the digest of the key, so that the time of a lookup does not reveal how much of a guess was right.
    ingest: HashMap<[u8; 32], Arc<Connection>>,
}

impl Topology {
    /// Creates a topology from a configuration and the generations made for it.
    pub fn new(config: &Config, apps: Vec<App>, connections: Vec<Connection>) -> Self {
        let connections: HashMap<_, _> =
            connections.into_iter().map(|connection| (connection.id.clone(), Arc::new(connection))).collect();
        let ingest = connections
            .values()
            .filter_map(|connection| Some((digest(connection.ingest.as_ref()?.expose()), Arc::clone(connection))))
            .collect();
        let accounts = config
            .accounts
            .values()
            .map(|account| {
                let find = |name: &Option<String>| {
                    let id = ConnectionId { account: account.id.clone(), name: name.clone()? };
                    connections.get(&id).cloned()
                };
                let found = Account {
                    id: account.id.clone(),
                    app: account.app.clone(),
                    delete_unacknowledged: account.delete_unacknowledged,
                    conferencing: find(&account.conferencing),
                    telephony: find(&account.telephony),
                    limits: account.limits,
                    limiter: Arc::default(),
                };
                (account.id.clone(), found)
            })
            .collect();
        Self { apps: apps.into_iter().map(|app| (app.id.clone(), app)).collect(), accounts, connections, ingest }
    }

    /// Carries the usage of accounts over from the topology before.
    pub fn after(mut self, before: &Self) -> Self {
        for account in self.accounts.values_mut() {
            if let Some(previous) = before.accounts.get(&account.id) {
                account.limiter = Arc::clone(&previous.limiter);
            }
        }
        self
    }

    /// Returns the topology with these apps and connections replaced.
    pub fn with(&self, apps: Vec<App>, connections: Vec<Connection>) -> Self {
        let mut changed = self.clone();
        changed.apps.extend(apps.into_iter().map(|app| (app.id.clone(), app)));
        for connection in connections {
            let connection = Arc::new(connection);
            if let Some(key) = &connection.ingest {
                changed.ingest.insert(digest(key.expose()), Arc::clone(&connection));
            }
            if let Some(account) = changed.accounts.get_mut(&connection.id.account) {
                for slot in [&mut account.conferencing, &mut account.telephony].into_iter().flatten() {
                    if slot.id == connection.id {
                        *slot = Arc::clone(&connection);
                    }
                }
            }
            changed.connections.insert(connection.id.clone(), connection);
        }
        changed
    }

    /// Returns an app by the two parts of its address: the name of its plug and its id.
    pub fn app(&self, plug: &str, id: &str) -> Option<&App> {
        let app = self.apps.get(&id.parse::<AppId>().ok()?)?;
        (app.generation.plug.description().name == plug).then_some(app)
    }

    /// Returns an account of an app.
    pub fn account(&self, app: &AppId, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id).filter(|account| account.app == *app)
    }

    /// Counts an authenticated request of an account.
    ///
    /// # Errors
    /// Returns an error if the account is over one of its limits.
    pub fn admit(&self, account: &AccountId, demand: Demand) -> Result<InFlightGuard, LimitExceeded> {
        let limits = self.accounts.get(account).map_or_else(AccountLimits::default, |account| account.limits);
        self.limiter(account).admit(account, &limits, demand, now())
    }

    /// Returns the limiter of an account, or a new one if the account is no longer configured.
    pub fn limiter(&self, account: &AccountId) -> Arc<AccountLimiter> {
        self.accounts.get(account).map(|account| Arc::clone(&account.limiter)).unwrap_or_default()
    }

    /// Returns all apps.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.apps.values()
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Returns a connection.
    pub fn connection(&self, id: &ConnectionId) -> Option<&Arc<Connection>> {
        self.connections.get(id)
    }

    /// Returns all connections.
    pub fn connections(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.connections.values()
    }

    /// Returns the connection of an ingest key.
    pub fn ingest(&self, key: &str) -> Option<&Arc<Connection>> {
        self.ingest.get(&digest(key))
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
