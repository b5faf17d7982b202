//! Whom a change is for.

use std::fmt;

use crate::plug::Plug;
use crate::store::ConnectionId;
use crate::topology::{App, Connection, Topology};

use super::LifecycleError;

/// One connection, one app, or all that use a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A connection of an account.
    Connection(ConnectionId),
    /// An app, by the CRM's number of it.
    App(u64),
    /// All connections whose live plug has this name or digest.
    Plug(String),
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(id) => id.fmt(formatter),
            Self::App(id) => write!(formatter, "app {id}"),
            Self::Plug(plug) => write!(formatter, "all that use {}", cordboard_core::text::line(plug, 80)),
        }
    }
}

/// Where a change is made.
pub(super) enum Owner<'a> {
    Connection(&'a Connection),
    App(&'a App),
}

impl Owner<'_> {
    pub fn id(&self) -> ConnectionId {
        match self {
            Self::Connection(connection) => connection.id.clone(),
            Self::App(app) => ConnectionId::of_app(app.id),
        }
    }

    pub fn live(&self) -> &Plug {
        match self {
            Self::Connection(connection) => &connection.generation.plug,
            Self::App(app) => &app.generation.plug,
        }
    }

    pub fn live_number(&self) -> u64 {
        match self {
            Self::Connection(connection) => connection.generation.number,
            Self::App(app) => app.generation.number,
        }
    }
}

/// The connection with this id.
pub(super) fn connection<'a>(topology: &'a Topology, id: &ConnectionId) -> Result<&'a Connection, LifecycleError> {
    topology.connection(id).map(|connection| &**connection).ok_or_else(|| {
        LifecycleError::NotFound(format!(
            "there is no connection {id}: see `cordboard status` for those that there are"
        ))
    })
}

impl Target {
    /// All places that it means; at least one.
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
                // In an order that stays, so that who reads the result can compare it.
                owners.sort_by_key(Owner::id);
                match owners.is_empty() {
                    false => Ok(owners),
                    true => Err(LifecycleError::NotFound(format!(
                        "no connection uses a plug `{}`: name one that `cordboard status` shows",
                        cordboard_core::text::line(plug, 80)
                    ))),
                }
            }
        }
    }
}
