//! `cordboard serve`

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::MissedTickBehavior;

use cordboard::plug::LibraryOptions;
use cordboard::server::descriptors::Descriptors;
use cordboard::server::{self, ServeLimits};
use cordboard::{Bridge, Options};

use super::server_group::{ServerGroup, listen};
use super::signal::Shutdown;
use super::{CliError, ConfigFile, compile_plug, connection_limits, purge};

/// Run the bridge.
#[derive(Debug, Args)]
#[command(after_help = "\
Logs go to stderr. RUST_LOG sets the level, as in RUST_LOG=debug.

Examples:
  cordboard serve
  cordboard serve --config /etc/cordboard.toml")]
pub struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// Reload a plug whenever its file changes; useful while writing one.
    #[arg(long)]
    watch: bool,
}

pub(super) async fn run(args: Serve) -> Result<ExitCode, CliError> {
    // Listen before starting: a stop during startup is not a failure.
    let mut shutdown = Shutdown::listen()?;
    // Without a handler, SIGHUP would kill the process.
    let mut sighup = signal(SignalKind::hangup())?;
    let config = args.config.load()?;
    let descriptors = Descriptors::raise();
    let library = LibraryOptions {
        compiler: compile_plug::program(),
        self_test: Some(cordboard_conformance::self_test),
        ..LibraryOptions::default()
    };
    let file = args.config.path;
    let options = Options { library, config_file: Some(file.clone()), ..Options::default() };
    let bridge = Bridge::start_with(&config, options).await?;
    for warning in bridge.warnings() {
        tracing::warn!(%warning, "configuration warning");
    }
    let public = listen(config.listen, "free it, or change `listen` in the configuration").await?;
    let operators = listen(config.admin_listen, "free it, or change `admin-listen` in the configuration").await?;
    for listener in [&public, &operators] {
        bridge.listens_on(listener.local_addr()?);
    }
    tracing::info!(
        public_url = config.public_base(),
        listen = %config.listen,
        admin_listen = %config.admin_listen,
        "serving"
    );
    let [of_senders, of_operators] = connection_limits::limited(&config.connections, descriptors);
    connection_limits::observe(bridge.counters(), &of_senders, &of_operators);
    let mut servers = ServerGroup::default();
    for (listener, router, connections) in
        [(public, bridge.router(), of_senders), (operators, bridge.operators(), of_operators)]
    {
        let stopped = servers.stopped();
        let limits = ServeLimits { connections, ..ServeLimits::default() };
        servers.start(server::serve(listener, router, limits, stopped));
    }
    let watching_files = args.watch.then(|| tokio::spawn(Arc::clone(bridge.lifecycle()).watch()));
    let mut purges = tokio::time::interval(purge::INTERVAL);
    purges.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ended = loop {
        tokio::select! {
            _ = purges.tick() => purge::now_and_then(),
            () = shutdown.received() => break Ok(()),
            // With one listener gone, a supervisor should start the program again.
            ended = servers.ended() => break ended,
            _ = sighup.recv() => reload(&bridge, &file).await,
        }
    };
    if let Some(watching) = watching_files {
        watching.abort();
    }
    tracing::info!("shutting down: finishing the requests in flight");
    let ended = ended.and(servers.stop().await);
    bridge.stop().await;
    ended.map(|()| ExitCode::SUCCESS)
}

/// Reloads the configuration. If it is invalid, logs why and keeps the current one.
async fn reload(bridge: &Bridge, file: &Path) {
    if let Err(error) = bridge.lifecycle().reload_from_file(file, "SIGHUP").await {
        for line in error.to_string().lines() {
            tracing::error!(error = line, "configuration rejected; keeping the current one");
        }
    }
}
