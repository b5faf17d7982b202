//! `cordboard serve`

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use cordboard::bridge::{Bridge, Options};
use cordboard::descriptors::Descriptors;
use cordboard::ingress::{self, ServeLimits};
use cordboard::plug::LibraryOptions;

use super::listeners::{self, Listeners};
use super::purge;
use super::signal::{Shutdown, Sighup};
use super::{CliError, ConfigFile, compile_plug};

/// Serves until it is told to stop (ctrl-c or SIGTERM); requests under way are answered first. SIGHUP lets it read the
/// configuration anew.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  cordboard serve --config cordboard.toml\n\nThe log goes to stderr; RUST_LOG=debug \
                        says more."
)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// Swaps a plug when its file changes, for those who write one.
    #[arg(long)]
    watch: bool,
}

pub(super) async fn run(args: Serve, purge: fn()) -> Result<ExitCode, CliError> {
    // Heard from now on: who is told to stop while it starts has not failed.
    let mut shutdown = Shutdown::listen()?;
    // Unheard, it would end the process.
    let mut sighup = Sighup::listen()?;
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
        tracing::warn!("{warning}");
    }
    let public = listen(config.listen, "listen").await?;
    let operators = listen(config.admin_listen, "admin-listen").await?;
    for listener in [&public, &operators] {
        bridge.listens_on(listener.local_addr()?);
    }
    tracing::info!("serving {} on {}; operators on {}", config.public_base(), config.listen, config.admin_listen);
    let (end, ended) = watch::channel(false);
    let until_ended = |mut ended: watch::Receiver<bool>| async move {
        // A sender that is gone means the same as one that says so.
        let _ = ended.wait_for(|ended| *ended).await;
    };
    let Listeners { senders, operators: of_operators } = Listeners::new(&config.connections, descriptors);
    listeners::observe(&bridge.state().counters, &senders, &of_operators);
    let limits = ServeLimits::default();
    let (router, ended_too) = (bridge.router(), ended.clone());
    let serving = tokio::spawn(ingress::serve_counted(public, router, limits.clone(), senders, until_ended(ended_too)));
    let router = bridge.operators();
    let watching = tokio::spawn(ingress::serve_counted(operators, router, limits, of_operators, until_ended(ended)));
    let watching_files = args.watch.then(|| tokio::spawn(Arc::clone(bridge.lifecycle()).watch()));
    let mut purges = tokio::time::interval(purge::INTERVAL);
    purges.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = purges.tick() => purge::now_and_then(purge),
            () = shutdown.received() => break,
            () = sighup.received() => reload(&bridge, &file).await,
        }
    }
    if let Some(watching) = watching_files {
        watching.abort();
    }
    tracing::info!("stopping: requests under way are answered first");
    let _ = end.send(true);
    for task in [serving, watching] {
        task.await.map_err(|error| CliError(error.to_string()))??;
    }
    bridge.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Reads the configuration anew; where something is wrong with it, all goes on as it is.
async fn reload(bridge: &Bridge, file: &Path) {
    if let Err(error) = bridge.lifecycle().reload_from_file(file, "SIGHUP").await {
        for line in error.to_string().lines() {
            tracing::error!("the configuration is not taken, what served goes on: {line}");
        }
    }
}

async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| {
        CliError(format!("{address} cannot be listened on ({error}): free it, or change `{key}` in the configuration"))
    })
}
