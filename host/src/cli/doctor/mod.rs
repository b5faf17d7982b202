//! `cordboard doctor`: is all as it must be, from HubSpot through the proxy to the providers?
//!
//! Each thing that is looked at is a file: [`configuration`], [`public_url`], [`hubspot`], [`clock`], [`providers`]. Each
//! gives findings, and a finding that is not well names its mend.

mod clock;
mod configuration;
mod finding;
mod hubspot;
mod providers;
mod public_url;
mod report;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::app_settings::AppSettings;
use crate::bridge::{self, Plugs};
use crate::config::Config;

use super::{CliError, ConfigFile};
use finding::Finding;

/// For each thing that is asked over the network.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks whether all is as it must be, and names the mend where it is not.
///
/// It reads the configuration, calls the bridge at its public address as HubSpot would, asks HubSpot where it calls the
/// app, compares clocks, and tries to reach the providers. It changes nothing.
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
        Ok(config) => examine(&config, &client()?).await?,
        Err(error) => error.faults.iter().map(configuration::fault).collect(),
    };
    report::print(&findings, args.json)
}

/// Looks at everything.
async fn examine(config: &Config, client: &Client) -> Result<Vec<Finding>, CliError> {
    let mut plugs = Plugs::new().map_err(|error| CliError(error.to_string()))?;
    let report = bridge::check_with(config, &mut plugs);
    let mut findings = configuration::examine(config, &report);
    for app in config.apps.values() {
        let Ok(plug) = plugs.get(&app.plug) else { continue };
        findings.extend(public_url::examine(config, app, plug, client).await);
        let Ok(settings) = AppSettings::of(app, plug) else { continue };
        findings.extend(hubspot::examine(config, &settings).await);
        findings.push(clock::examine(&settings, client).await);
    }
    findings.extend(providers::examine(config, &plugs).await);
    Ok(findings)
}

/// No proxy of the environment: the question is whether others reach the bridge, and senders have no such proxy.
fn client() -> Result<Client, CliError> {
    let client = Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build();
    client.map_err(|error| CliError(format!("there is no HTTP client to be had: {error}")))
}
