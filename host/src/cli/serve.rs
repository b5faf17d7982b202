//! `cordboard serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::bridge::{Bridge, Options};
use crate::ingress::{self, ServeLimits};
use crate::plug::LibraryOptions;

use super::stop::Stop;
use super::{CliError, ConfigFile, compile_plug};

/// Serves until it is told to stop (ctrl-c or SIGTERM); requests under way are answered first.
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

pub(super) async fn run(args: Serve) -> Result<ExitCode, CliError> {
    // Heard from now on: who is told to stop while it starts has not failed.
    let mut stop = Stop::listen()?;
    let config = args.config.load()?;
    let library = LibraryOptions { compiler: compile_plug::program(), ..LibraryOptions::default() };
    let bridge = Bridge::start_with(&config, Options { library, ..Options::default() }).await?;
    for warning in bridge.warnings() {
        tracing::warn!("{warning}");
    }
    let world = listen(config.listen, "listen").await?;
    let operators = listen(config.admin_listen, "admin-listen").await?;
    tracing::info!("serving {} on {}; operators on {}", config.public_base(), config.listen, config.admin_listen);
    let (end, ended) = watch::channel(false);
    let told = |mut ended: watch::Receiver<bool>| async move {
        // A sender that is gone means the same as one that says so.
        let _ = ended.wait_for(|ended| *ended).await;
    };
    let limits = ServeLimits::default();
    let serving = tokio::spawn(ingress::serve(world, bridge.router(), limits, told(ended.clone())));
    let watching = tokio::spawn(ingress::serve(operators, bridge.operators(), limits, told(ended)));
    let watching_files = args.watch.then(|| tokio::spawn(Arc::clone(bridge.lifecycle()).watch()));
    stop.told().await;
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

async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| {
        CliError(format!("{address} cannot be listened on ({error}): free it, or change `{key}` in the configuration"))
    })
}
