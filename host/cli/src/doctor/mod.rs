//! `cordboard doctor`: checks the path from HubSpot through the proxy and the bridge to the providers.
//!
//! Each check is a module: [`configuration`], [`public_url`], [`hubspot`], [`clock`], [`providers`], [`retention`],
//! [`descriptors`]. A check returns findings, with a fix for each problem.

mod clock;
mod commands;
mod configuration;
mod descriptors;
mod finding;
mod hubspot;
mod providers;
mod public_url;
mod report;
mod retention;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::{Client, ClientBuilder};

use cordboard::app_settings::AppSettings;
use cordboard::config::{App, Config};
use cordboard::plug::Plug;
use cordboard::registry::{self, Plugs};

use super::{CliError, ConfigFile, compile_plug, http};
use commands::Commands;
use finding::Finding;

/// Time limit for each network request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The setting with the address of HubSpot's API.
const API_URL: &str = "api-url";

/// Diagnose the installation and suggest fixes.
#[derive(Debug, Args)]
#[command(after_help = "\
Run it on the machine where `cordboard serve` is running.

Exit status: 0 if there are no faults, 1 otherwise.

Examples:
  cordboard doctor
  cordboard doctor --config /etc/cordboard.toml --json")]
pub struct Doctor {
    #[command(flatten)]
    config: ConfigFile,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Doctor) -> Result<ExitCode, CliError> {
    let findings = match args.config.load() {
        Ok(config) => {
            let commands = Commands::of(&config, &args.config.path);
            examine(&config, commands, &client(Client::builder())?).await?
        }
        Err(error) => error.faults.iter().map(configuration::fault).collect(),
    };
    report::print(&findings, args.json)
}

/// Runs all checks.
async fn examine(config: &Config, commands: Commands<'_>, client: &Client) -> Result<Vec<Finding>, CliError> {
    let mut plugs = Plugs::read_only(config, compile_plug::program())?;
    let report = registry::check(config, &mut plugs);
    let mut findings = configuration::examine(config, &report);
    for app in config.apps.values() {
        // A plug that does not load is already a fault of the configuration.
        let Ok(plug) = plugs.get(&app.plug) else { continue };
        findings.extend(examine_app(config, app, plug, commands, client).await);
    }
    findings.extend(providers::examine(config, &plugs, TIMEOUT).await);
    findings.extend(retention::examine(config).await);
    findings.push(descriptors::examine(config, commands, client).await);
    Ok(findings)
}

/// Checks both directions for an app: from HubSpot to the bridge, and from here to HubSpot.
async fn examine_app(config: &Config, app: &App, plug: &Plug, commands: Commands<'_>, client: &Client) -> Vec<Finding> {
    let mut findings = public_url::examine(config, app, plug, commands, client).await;
    match AppSettings::of(app, plug) {
        Ok(settings) => {
            findings.extend(hubspot::examine(config, app, &settings, commands).await);
            findings.push(clock::examine(settings.setting(API_URL), client).await);
        }
        Err(error) => {
            findings.push(Finding::unknown(format!("HubSpot's settings, app {}", app.id), error.to_string()));
        }
    }
    findings
}

/// Creates a client without the environment's proxy, since senders reach the bridge without it.
fn client(builder: ClientBuilder) -> Result<Client, CliError> {
    http::direct(builder.timeout(TIMEOUT))
}
