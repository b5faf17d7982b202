//! The library's face: a bridge to serve, or to mount in a service of one's own.

mod assemble;
mod background;
mod plugs;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;

use crate::admin::{self, Admin};
use crate::config::{Config, Report};
use crate::flow::{self, BridgeState, Limits};
use crate::ingress::{self, BodyLimits};
use crate::lifecycle::Lifecycle;
use crate::plug::{Engine, Library, LibraryOptions};
use crate::store::Store;
use assemble::Assembled;
use background::Background;

pub(crate) use assemble::of_app;
pub use assemble::{check as check_with, of_connection};
pub use plugs::Plugs;

/// A bridge that runs: its plugs are loaded, its store is open, what a crash cut short goes on.
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
/// Where it is nested under a path, `public-url` in the configuration ends with that path.
pub struct Bridge {
    state: Arc<BridgeState>,
    lifecycle: Arc<Lifecycle>,
    library: Library,
    config_file: Option<Arc<Path>>,
    body_limits: BodyLimits,
    background: Background,
    warnings: Vec<String>,
}

/// Why a bridge did not start: sentences, each with its fix.
#[derive(Debug)]
pub struct StartError(pub Vec<String>);

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for StartError {}

impl StartError {
    fn one(why: impl fmt::Display) -> Self {
        Self(vec![why.to_string()])
    }
}

impl Bridge {
    /// Starts with what the configuration says.
    ///
    /// # Errors
    /// Where the configuration does not fit its plugs, or the store cannot be opened.
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        Self::start_with(config, Options::default()).await
    }

    /// Starts with more of one's own choice.
    ///
    /// # Errors
    /// As [`Bridge::start`].
    pub async fn start_with(config: &Config, options: Options) -> Result<Self, StartError> {
        let config_file = options.config_file.as_deref().map(Arc::from);
        let Assembled { lifecycle, library, warnings } = assemble::assemble(config, options).await?;
        let state = Arc::clone(lifecycle.state());
        let resumed = flow::recover(&state).await.map_err(StartError::one)?;
        if resumed > 0 {
            tracing::info!(resumed, "operations that were cut short go on");
        }
        let background = Background::start(Arc::clone(&lifecycle), library.clone());
        let body_limits = BodyLimits { crm: config.crm_body_limit, provider: config.body_limit };
        Ok(Self { state, lifecycle, library, config_file, body_limits, background, warnings })
    }

    /// The addresses that the CRM and providers call, as a tower service that takes any path under its mount.
    pub fn router(&self) -> Router {
        ingress::router(Arc::clone(&self.state), self.body_limits)
    }

    /// The addresses for operators, to be mounted where only they come: health, metrics, and the admin API with its
    /// tokens.
    pub fn operators(&self) -> Router {
        let admin = Admin::new(Arc::clone(&self.lifecycle), self.library.clone(), self.config_file.clone());
        ingress::operators(Arc::clone(&self.state)).merge(admin::router(admin))
    }

    /// Tells the bridge of an address that this process listens on, as a bound listener has it, whatever it serves there:
    /// no plug can call it from then on, even where a connection allows private addresses.
    pub fn listens_on(&self, address: SocketAddr) {
        self.state.egress.refuse_own(address);
    }

    /// What the operator should know and may accept.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Replaces, tries and rolls back plugs.
    pub fn lifecycle(&self) -> &Arc<Lifecycle> {
        &self.lifecycle
    }

    /// What both flows work with.
    pub fn state(&self) -> &Arc<BridgeState> {
        &self.state
    }

    /// The plugs that were pushed, and where more are.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Waits for operations under way, and for the store to know which answers were acknowledged, for as long as one
    /// operation may take, and stops.
    pub async fn stop(self) {
        let until = tokio::time::Instant::now() + self.state.limits.operation;
        while self.state.in_flight() + self.state.marking() > 0 && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.background.stop().await;
    }
}

/// What a configuration file does not say.
#[derive(Default)]
pub struct Options {
    /// The file that the configuration came from, to be read anew by whoever asks the admin API for it.
    pub config_file: Option<PathBuf>,
    /// A store other than SQLite in `data-dir`.
    pub store: Option<Arc<dyn Store>>,
    /// How long and how much; `answer_timeout` and `retention_period` are the configuration's.
    pub limits: Option<Limits>,
    /// PEM certificates to trust beside the usual ones when plugs call out.
    pub extra_roots: Vec<String>,
    /// What plugs run in, to be shared by the bridges of one process; without it, each has its own.
    pub engine: Option<Engine>,
    /// How plugs are compiled and kept in memory; what the configuration says under `plugs` goes before it.
    pub library: LibraryOptions,
}

/// Checks a configuration against its plugs without starting anything. Files that it names are compiled in this process.
///
/// # Errors
/// Where the machine has no room for plugs' instances. A plug that cannot be loaded is a fault in the report.
pub fn check(config: &Config) -> Result<Report, StartError> {
    Ok(assemble::check(config, &mut Plugs::read_only(config, None)?))
}
