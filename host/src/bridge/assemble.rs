//! A switchboard, from a configuration.

use std::sync::Arc;

use crate::config::{self, Config, Report};
use crate::counters::Counters;
use crate::egress::{self, Egress, Grants};
use crate::flow::{Limits, Switchboard, random_id};
use crate::plug::{Library, Plug, Role};
use crate::store::sqlite::Sqlite;
use crate::store::{ConnectionId, Store};
use crate::world::{App, Bound, Connection, Generation, IngestKey, Pace, World};

use super::{Options, Plugs, StartError, plugs};

/// Checks a configuration against the plugs that it names.
pub fn check(config: &Config, plugs: &mut Plugs) -> Report {
    plugs.load_all(config);
    config::check(config, &|plug| plugs.get(plug).map(|plug| (plug.role(), plug.description())))
}

/// What a bridge is made of.
pub struct Assembled {
    pub board: Switchboard,
    pub library: Library,
    /// What its owner should know.
    pub warnings: Vec<String>,
}

/// Builds the switchboard.
pub async fn assemble(config: &Config, options: Options) -> Result<Assembled, StartError> {
    let (library, plugs, report) = {
        let (config, engine, options) = (config.clone(), options.engine, options.library);
        // Compiling takes every core there is for a moment; requests of the embedding service should not wait for it.
        let checked = tokio::task::spawn_blocking(move || {
            let library = plugs::library(&config, engine, options)?;
            let mut plugs = Plugs::new(library.clone());
            let report = check(&config, &mut plugs);
            Ok((library, plugs, report))
        });
        checked.await.map_err(StartError::one)??
    };
    if !report.faults.is_empty() {
        return Err(StartError(report.faults.iter().map(ToString::to_string).collect()));
    }
    let store = match options.store {
        Some(store) => store,
        None => Arc::new(Sqlite::open(&config.data_dir).map_err(StartError::one)?),
    };
    let world = world(config, &plugs, store.as_ref()).await?;
    let limits = options.limits.unwrap_or_default();
    let limits = Limits { answer_within: config.deadline, keep: config.keep, ..limits };
    let egress = Egress::new(egress::Limits { total: limits.call, ..egress::Limits::default() }, &options.extra_roots)
        .map_err(StartError::one)?;
    let counters = Arc::new(Counters::default());
    let board = Switchboard::new(store, egress, config.public_base().to_owned(), limits, counters, world);
    Ok(Assembled { board, library, warnings: report.warnings.iter().map(ToString::to_string).collect() })
}

async fn world(config: &Config, plugs: &Plugs, store: &dyn Store) -> Result<World, StartError> {
    let mut apps = Vec::new();
    for app in config.apps.values() {
        let plug = plugs.get(&app.plug).map_err(StartError::one)?;
        apps.push(App { id: app.id, generation: Arc::new(of_app(app, plug)) });
    }
    let mut connections = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            let plug = plugs.get(&connection.plug).map_err(StartError::one)?;
            let id = ConnectionId { account: account.id, name: connection.name.clone() };
            let ingest = match (plug.role(), plug.routes().is_empty(), &connection.ingest_key) {
                (Role::Provider, false, Some(key)) => Some(IngestKey(key.expose().to_owned())),
                (Role::Provider, false, None) => {
                    let fresh = random_id().map_err(StartError::one)?;
                    Some(IngestKey(store.ingest_key(&id, &fresh).await.map_err(StartError::one)?))
                }
                _ => None,
            };
            let generation = Arc::new(of_connection(connection, plug));
            connections.push(Connection { id, generation, ingest });
        }
    }
    Ok(World::new(config, apps, connections))
}

/// An app's plug with all that it works with.
pub fn of_app(app: &config::App, plug: &Plug) -> Generation {
    generation(plug, &app.settings, app.accept_signatures.clone(), &app.outbound)
}

/// A connection's plug with all that it works with.
pub fn of_connection(connection: &config::Connection, plug: &Plug) -> Generation {
    generation(plug, &connection.settings, connection.accept_signatures.clone(), &connection.outbound)
}

fn generation(
    plug: &Plug,
    settings: &config::Settings,
    accept_signatures: Option<Vec<String>>,
    outbound: &config::Outbound,
) -> Generation {
    let description = plug.description();
    let bound = Bound::new(settings, description);
    let grants = Grants {
        declared: description.outbound_hosts.clone(),
        settings: bound.open().to_vec(),
        allow: outbound.allow.clone(),
        allow_private: outbound.allow_private,
    };
    Generation { plug: plug.clone(), bound, accept_signatures, grants, pace: Pace::default() }
}
