//! The targets of changes.

use std::fmt;

use cordboard_core::AppId;

use crate::topology::{App, Connection, Generation, Topology};
use cordboard_runtime::Plug;
use cordboard_store::{ConnectionId, OwnerId};

use super::LifecycleError;

/// One connection, one app, or all connections that use a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A connection of an account.
    Connection(ConnectionId),
    /// An app, by the CRM's id of the app.
    App(AppId),
    /// All connections whose live plug has this name or digest.
    Plug(String),
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(id) => id.fmt(formatter),
            Self::App(id) => write!(formatter, "app {id}"),
            Self::Plug(plug) => write!(formatter, "connections that use {}", cordboard_core::text::line(plug, 80)),
        }
    }
}

/// A connection or app that a change applies to.
pub(super) enum Owner<'a> {
    Connection(&'a Connection),
    App(&'a App),
}

impl Owner<'_> {
    pub fn id(&self) -> OwnerId {
        match self {
            Self::Connection(connection) => OwnerId::Connection(connection.id.clone()),
            Self::App(app) => OwnerId::App(app.id.clone()),
        }
    }

    pub fn live(&self) -> &Generation {
        match self {
            Self::Connection(connection) => &connection.generation,
            Self::App(app) => &app.generation,
        }
    }
}

/// Returns the connection with this id.
pub(super) fn connection<'a>(topology: &'a Topology, id: &ConnectionId) -> Result<&'a Connection, LifecycleError> {
    topology.connection(id).map(|connection| &**connection).ok_or_else(|| {
        LifecycleError::NotFound(format!("there is no connection {id}: run `cordboard status` to list connections"))
    })
}

impl Target {
    /// Returns the connections or the app of the target; at least one.
    pub(super) fn resolve<'a>(&self, topology: &'a Topology) -> Result<Vec<Owner<'a>>, LifecycleError> {
        match self {
            Self::Connection(id) => Ok(vec![Owner::Connection(connection(topology, id)?)]),
            Self::App(id) => match topology.apps().find(|app| app.id == *id) {
                Some(app) => Ok(vec![Owner::App(app)]),
                None => Err(LifecycleError::NotFound(format!("there is no app {id}: add it to the configuration"))),
            },
            Self::Plug(plug) => {
                let uses = |found: &Plug| found.description().name == *plug || found.digest() == plug;
                let mut owners: Vec<_> = topology
                    .connections()
                    .filter(|connection| uses(&connection.generation.plug))
                    .map(|connection| Owner::Connection(connection))
                    .collect();
                // Sorted, so that results can be compared.
                owners.sort_by_key(Owner::id);
                match owners.is_empty() {
                    false => Ok(owners),
                    true => Err(LifecycleError::NotFound(format!(
                        "no connection uses the plug `{}`: run `cordboard status` to list connections",
                        cordboard_core::text::line(plug, 80)
                    ))),
                }
            }
        }
    }
}
