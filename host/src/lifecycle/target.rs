//! Whom a change is for.

use std::fmt;

use crate::plug::Plug;
use crate::store::ConnectionId;
use crate::world::{App, Connection, World};

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
pub(super) enum Place<'a> {
    Connection(&'a Connection),
    App(&'a App),
}

impl Place<'_> {
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
pub(super) fn connection<'a>(world: &'a World, id: &ConnectionId) -> Result<&'a Connection, LifecycleError> {
    world.connection(id).map(|connection| &**connection).ok_or_else(|| {
        LifecycleError::Unknown(format!("there is no connection {id}: see `cordboard status` for those that there are"))
    })
}

impl Target {
    /// All places that it means; at least one.
    pub(super) fn places<'a>(&self, world: &'a World) -> Result<Vec<Place<'a>>, LifecycleError> {
        match self {
            Self::Connection(id) => Ok(vec![Place::Connection(connection(world, id)?)]),
            Self::App(id) => match world.apps().find(|app| app.id == *id) {
                Some(app) => Ok(vec![Place::App(app)]),
                None => Err(LifecycleError::Unknown(format!("there is no app {id}: add it to the configuration"))),
            },
            Self::Plug(plug) => {
                let uses = |found: &Plug| found.description().name == *plug || found.digest() == plug;
                let mut places: Vec<_> = world
                    .connections()
                    .filter(|connection| uses(&connection.generation.plug))
                    .map(|connection| Place::Connection(connection))
                    .collect();
                // In an order that stays, so that who reads the result can compare it.
                places.sort_by_key(Place::id);
                match places.is_empty() {
                    false => Ok(places),
                    true => Err(LifecycleError::Unknown(format!(
                        "no connection uses a plug `{}`: name one that `cordboard status` shows",
                        cordboard_core::text::line(plug, 80)
                    ))),
                }
            }
        }
    }
}
