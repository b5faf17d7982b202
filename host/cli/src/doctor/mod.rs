//! `cordboard doctor`: is all as it must be, from HubSpot through the proxy to the providers?
//!
//! Each thing that is looked at is a file: [`configuration`], [`public_url`], [`hubspot`], [`clock`], [`providers`],
//! [`retention`], [`descriptors`]. Each gives findings, and a finding that is not well names its fix.

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
use cordboard::bridge::{self, Plugs};
use cordboard::config::{App, Config};
use cordboard::plug::Plug;

use super::{CliError, ConfigFile, compile_plug, http};
use commands::Commands;
use finding::Finding;

/// For each thing that is asked over the network.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The plug's setting that holds the address of HubSpot's API.
const API_URL: &str = "api-url";

/// Looks whether all is as it must be, and names the fix where it is not.
///
/// It reads the configuration, calls the bridge at its public address as HubSpot would, asks HubSpot where it calls the
/// app, compares clocks, tries to reach the providers, and asks the bridge for its file descriptors. It changes nothing.
#[derive(Debug, Args)]
#[command(
    after_help = "Run it where `cordboard serve` runs, while it does.\n\nExit codes: 0 there is no fault, 1 there \
                        is one.\n\nExample:\n  cordboard doctor --config cordboard.toml"
)]
pub struct Doctor {
    #[command(flatten)]
    config: ConfigFile,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Doctor) -> Result<ExitCode, CliError> {
    let findings = match args.config.read() {
        Ok(config) => {
            let commands = Commands::of(&config, &args.config.path);
            examine(&config, commands, &client(Client::builder())?).await?
        }
        Err(error) => error.faults.iter().map(configuration::fault).collect(),
    };
    report::print(&findings, args.json)
}

/// Looks at everything.
async fn examine(config: &Config, commands: Commands<'_>, client: &Client) -> Result<Vec<Finding>, CliError> {
    let mut plugs = Plugs::read_only(config, compile_plug::program())?;
    let report = bridge::check_with(config, &mut plugs);
    let mut findings = configuration::examine(config, &report);
    for app in config.apps.values() {
        // One that cannot be loaded is a fault of the configuration.
        let Ok(plug) = plugs.get(&app.plug) else { continue };
        findings.extend(examine_app(config, app, plug, commands, client).await);
    }
    findings.extend(providers::examine(config, &plugs, TIMEOUT).await);
    findings.extend(retention::examine(config).await);
    findings.push(descriptors::examine(config, commands, client).await);
    Ok(findings)
}

/// Looks at both ways of an app: from HubSpot to the bridge, and from here to HubSpot.
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

/// No proxy of the environment: the question is whether others reach the bridge, and senders have no such proxy.
fn client(builder: ClientBuilder) -> Result<Client, CliError> {
    http::direct(builder.timeout(TIMEOUT))
}
