//! Builds the services of a bridge from a configuration.

use std::sync::Arc;
use std::time::Duration;

use crate::admin::Admin;
use crate::config::Config;
use crate::counters::Counters;
use crate::egress::{self, Egress};
use crate::flow::{Commands, CrmFlow, Executor, Limits, ProviderFlow, Reporter, Retention};
use crate::ingress::{BodyLimits, Ingress};
use crate::lifecycle::{Lifecycle, Restorer};
use crate::plug::library::PushQuota;
use crate::plug::{Library, LibraryOptions};
use crate::registry::{self, Plugs, RegistryError};
use crate::store::Store;
use crate::store::sqlite::Sqlite;
use crate::topology::CurrentTopology;
use crate::vault::Vault;

use crate::{Options, StartError};

/// The parts of a bridge.
pub struct Assembled {
    pub ingress: Arc<Ingress>,
    pub admin: Admin,
    pub store: Arc<dyn Store>,
    pub counters: Arc<Counters>,
    pub topology: Arc<CurrentTopology>,
    pub executor: Arc<Executor>,
    pub commands: Arc<Commands>,
    pub crm: Arc<CrmFlow>,
    pub provider: Arc<ProviderFlow>,
    pub retention: Arc<Retention>,
    pub lifecycle: Arc<Lifecycle>,
    pub library: Library,
    /// How long to wait for operations in progress when the bridge stops.
    pub stop_timeout: Duration,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
}

/// Builds the parts of a bridge.
pub async fn assemble(config: &Config, options: Options) -> Result<Assembled, StartError> {
    // Opened first, because a store whose data needs a key fails if the key is missing; the vault would make a new one.
    let store = match options.store.clone() {
        Some(store) => store,
        None => Arc::new(Sqlite::open(&config.data_dir)?),
    };
    let vault = Arc::new(Vault::open(&config.data_dir)?);
    let (library, plugs, report) = {
        let library = library_options(config, options.library);
        let (config, engine, vault) = (config.clone(), options.engine, Arc::clone(&vault));
        // Compiling uses every core for a moment, and must not block the requests of an embedding service.
        let checked = tokio::task::spawn_blocking(move || {
            let library = registry::open_library(&config, vault, engine, library)?;
            let mut plugs = Plugs::new(library.clone());
            let report = registry::check(&config, &mut plugs);
            Ok::<_, RegistryError>((library, plugs, report))
        });
        checked.await.map_err(RegistryError::from)??
    };
    if !report.faults.is_empty() {
        return Err(StartError::Config(report.faults.iter().map(ToString::to_string).collect()));
    }
    // Before anything is written, because a new record would make a wrong clock look right.
    let retention = Retention::start(store.clone(), config.retention_period).await?;
    let restorer = Restorer { config, plugs: &plugs, store: store.as_ref(), vault: &vault };
    let (topology, changes) = restorer.topology().await?;
    if !changes.is_empty() {
        store.commit(changes).await?;
    }
    let limits = Limits { answer_timeout: config.deadline, ..options.limits.unwrap_or_default() };
    let egress = Egress::new(egress::Limits { total: limits.call, ..egress::Limits::default() }, &options.extra_roots)?;
    let counters = Arc::new(Counters::default());
    let reporter = Arc::new(Reporter::new(counters.clone()));
    let topology = Arc::new(CurrentTopology::new(topology));
    let public_url = config.public_base().to_owned();
    let executor = Arc::new(Executor::new(store.clone(), egress, limits, public_url.clone(), topology.clone()));
    let commands = Arc::new(Commands::new(executor.clone()));
    let crm = Arc::new(CrmFlow::new(commands.clone(), reporter.clone()));
    let provider = Arc::new(ProviderFlow::new(executor.clone(), reporter.clone()));
    let lifecycle = Lifecycle::new(store.clone(), topology.clone(), provider.clone(), vault, plugs, config.clone());
    let (lifecycle, retention) = (Arc::new(lifecycle), Arc::new(retention));
    let body = BodyLimits { crm: config.crm_body_limit, provider: config.body_limit, timeout: limits.body };
    let ingress = Ingress::new(crm.clone(), provider.clone(), store.clone(), reporter, public_url, body);
    let admin = Admin::new(
        lifecycle.clone(),
        library.clone(),
        store.clone(),
        counters.clone(),
        retention.clone(),
        options.config_file.map(Arc::from),
    );
    Ok(Assembled {
        ingress: Arc::new(ingress),
        admin,
        store,
        counters,
        topology,
        executor,
        commands,
        crm,
        provider,
        retention,
        lifecycle,
        library,
        stop_timeout: limits.operation,
        warnings: report.warnings.iter().map(ToString::to_string).collect(),
    })
}

/// Returns the library options, with the limits of the configuration.
fn library_options(config: &Config, options: LibraryOptions) -> LibraryOptions {
    let limits = &config.plugs;
    LibraryOptions {
        max_loaded_bytes: limits.loaded_bytes,
        unused_retention: limits.unused,
        quota: PushQuota {
            stored_bytes: limits.token_bytes,
            unused: limits.token_unused,
            compile_time: limits.token_compile_time,
        },
        ..options
    }
}
