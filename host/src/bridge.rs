//! The API of the library: a bridge to serve, or to mount in another service. Crate `cordboard-bridge` has its flows.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cordboard_server::operators;

use crate::assemble::{self, Assembled};
use crate::background::Background;
use crate::config::{Config, Report};
use crate::counters::Counters;
use crate::egress::BuildError;
use crate::flow::{self, Commands, CrmFlow, Limits, ProviderFlow, Retention};
use crate::ingress;
use crate::lifecycle::{Lifecycle, LifecycleError};
use crate::plug::{Engine, Library, LibraryOptions};
use crate::registry::{self, Plugs, RegistryError};
use crate::store::{Store, StoreError};
use crate::topology::Topology;
use crate::vault::VaultError;

/// A running bridge: its plugs are loaded, its store is open, and operations interrupted by a crash are resumed.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use cordboard::{Bridge, Config};
///
/// let config = Config::load("cordboard.toml".as_ref())?;
/// let bridge = Bridge::start(&config).await?;
/// let app = axum::Router::new().nest("/meetings", bridge.router());
/// let listener = tokio::net::TcpListener::bind(config.listen).await?;
/// bridge.listens_on(listener.local_addr()?);
/// axum::serve(listener, app).await?;
/// bridge.stop().await;
/// # Ok(())
/// # }
/// ```
///
/// If the router is nested under a path, `public-url` in the configuration must end with that path.
pub struct Bridge {
    parts: Assembled,
    background: Background,
}

/// Why a bridge did not start. Each message names a fix.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration does not match its plugs. One message for each fault.
    #[error("{}", .0.join("\n"))]
    Config(Vec<String>),
    /// The store cannot be opened, read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The host's key cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The library of plugs cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// What served before cannot be restored.
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),
    /// Requests to providers cannot be sent.
    #[error(transparent)]
    Egress(#[from] BuildError),
}

impl Bridge {
    /// Starts a bridge with a configuration.
    ///
    /// # Errors
    /// Returns an error if the configuration does not match its plugs, or the store cannot be opened.
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        Self::start_with(config, Options::default()).await
    }

    /// Starts a bridge with a configuration and further options.
    ///
    /// # Errors
    /// Returns the same errors as [`Bridge::start`].
    pub async fn start_with(config: &Config, options: Options) -> Result<Self, StartError> {
        let parts = assemble::assemble(config, options).await?;
        let resumed = flow::recover(&parts.commands, &parts.provider).await?;
        if resumed > 0 {
            tracing::info!(resumed, "resuming interrupted operations");
        }
        let background = Background::start(&parts);
        Ok(Self { parts, background })
    }

    /// Returns the routes that the CRM and providers call. The router can be mounted under any path.
    pub fn router(&self) -> Router {
        ingress::router(Arc::clone(&self.parts.ingress))
    }

    /// Returns the routes for operators: health, metrics, and the admin API with its tokens. Mount them where only
    /// operators can reach them.
    pub fn operators(&self) -> Router {
        let Assembled { admin, commands, .. } = &self.parts;
        operators::router(admin.clone(), commands.clone())
    }

    /// Registers an address that this process listens on, as a bound listener reports it. From then on no plug can call
    /// it, even if a connection allows private addresses.
    pub fn listens_on(&self, address: SocketAddr) {
        self.parts.executor.listens_on(address);
    }

    /// Returns warnings about the configuration, which the operator may accept.
    pub fn warnings(&self) -> &[String] {
        &self.parts.warnings
    }

    /// Returns the lifecycle, which activates, promotes and rolls back plugs.
    pub fn lifecycle(&self) -> &Arc<Lifecycle> {
        &self.parts.lifecycle
    }

    /// Returns the flow that answers the CRM.
    pub fn crm(&self) -> &Arc<CrmFlow> {
        &self.parts.crm
    }

    /// Returns the flow that answers providers.
    pub fn provider(&self) -> &Arc<ProviderFlow> {
        &self.parts.provider
    }

    /// Returns the service that carries out commands.
    pub fn commands(&self) -> &Arc<Commands> {
        &self.parts.commands
    }

    /// Returns the current topology.
    pub fn topology(&self) -> Arc<Topology> {
        self.parts.topology.load()
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.parts.store
    }

    /// Returns the counters for `/metrics`.
    pub fn counters(&self) -> &Counters {
        &self.parts.counters
    }

    /// Returns the service that prunes old records.
    pub fn retention(&self) -> &Retention {
        &self.parts.retention
    }

    /// Returns the library of plugs.
    pub fn library(&self) -> &Library {
        &self.parts.library
    }

    /// Stops the bridge. Waits for operations in progress, and for the store to record which answers were acknowledged,
    /// at most for the time limit of an operation.
    pub async fn stop(self) {
        let Assembled { executor, commands, stop_timeout, .. } = &self.parts;
        let until = tokio::time::Instant::now() + *stop_timeout;
        while commands.in_flight() + commands.marking() > 0 && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        executor.stop();
        self.background.stop().await;
    }
}

/// Options that a configuration file does not have.
#[derive(Default)]
pub struct Options {
    /// The file that the configuration came from, for reloads through the admin API.
    pub config_file: Option<PathBuf>,
    /// A store to use instead of SQLite in `data-dir`.
    pub store: Option<Arc<dyn Store>>,
    /// Limits on time and size, except `answer_timeout`, which the configuration sets.
    pub limits: Option<Limits>,
    /// PEM certificates to trust in addition to the usual ones when plugs call providers.
    pub extra_roots: Vec<String>,
    /// The engine that plugs run in, for sharing between the bridges of a process; without it, each bridge has its own.
    pub engine: Option<Engine>,
    /// How plugs are compiled and kept in memory; `[plugs]` in the configuration takes precedence.
    pub library: LibraryOptions,
}

/// Checks a configuration against its plugs without starting a bridge. Compiles the plug files that it names in this
/// process.
///
/// # Errors
/// Returns an error if there is no memory for plug instances. A plug that cannot be loaded is a fault in the report.
pub fn check(config: &Config) -> Result<Report, StartError> {
    Ok(registry::check(config, &mut Plugs::read_only(config, None)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_configuration_matches_the_built_in_plugs() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("secrets")).unwrap();
        std::fs::write(folder.path().join("secrets/meetings-api-key"), "secret-of-file\n").unwrap();
        let variable = |_: &str| Some("a-secret-of-the-environment".to_owned());
        let example = include_str!("../config/src/example.toml");
        let config = Config::parse(example, folder.path(), &variable).unwrap();
        let report = check(&config).unwrap();
        assert!(report.faults.is_empty() && report.warnings.is_empty(), "{:?} {:?}", report.faults, report.warnings);
    }
}
