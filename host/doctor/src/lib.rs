//! Checks an installation of Cordboard, from HubSpot through the proxy and the bridge to the providers, and suggests
//! fixes. This crate must not depend on a command-line parser, write to the terminal, or change what it checks.
//!
//! [`Doctor::check`] runs all checks, each a module: `configuration`, `public_url`, `hubspot`, `clock`, `providers`,
//! `retention`, `descriptors`. A check returns [`Finding`]s, with a fix for each problem.
//!
//! [`hubspot`], [`http`] and [`request`] have what the checks share with the commands of the program.

mod clock;
mod configuration;
mod descriptors;
mod finding;
pub mod http;
pub mod hubspot;
mod providers;
mod public_url;
pub mod request;
mod retention;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use cordboard_core::AppId;
use reqwest::Client;

use cordboard::app_settings::AppSettings;
use cordboard::config::{App, Config};
use cordboard::plug::Plug;
use cordboard::registry::{self, Plugs, RegistryError};

pub use finding::{Finding, Verdict};
pub use http::ClientError;
pub use retention::paused_because;

/// Time limit for each network request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The setting with the address of HubSpot's API.
const API_URL: &str = "api-url";

/// Checks an installation by its configuration.
pub struct Doctor<'a> {
    config: &'a Config,
    /// What a command needs to find the configuration, such as ` --config FILE`.
    options: String,
    client: Client,
}

impl<'a> Doctor<'a> {
    /// Prepares the checks of a configuration. Suggested commands get these `options`, each with a leading space.
    ///
    /// # Errors
    /// Fails if the system provides no TLS or no randomness.
    pub fn new(config: &'a Config, options: impl Into<String>) -> Result<Self, ClientError> {
        // Without the environment's proxy, since senders reach the bridge without it.
        let client = http::direct(Client::builder().timeout(TIMEOUT))?;
        Ok(Self { config, options: options.into(), client })
    }

    /// Runs all checks. Plugs are compiled by the program `compiler`, if there is one.
    ///
    /// # Errors
    /// Fails if the library of plugs cannot be used.
    pub async fn check(&self, compiler: Option<PathBuf>) -> Result<Vec<Finding>, RegistryError> {
        let mut plugs = Plugs::read_only(self.config, compiler)?;
        let report = registry::check(self.config, &mut plugs);
        let mut findings = configuration::check(self.config, &report);
        for app in self.config.apps.values() {
            // A plug that does not load is already a fault of the configuration.
            let Ok(plug) = plugs.get(&app.plug) else { continue };
            findings.extend(self.check_app(app, plug).await);
        }
        findings.extend(providers::check(self.config, &plugs, TIMEOUT).await);
        findings.extend(retention::check(self.config).await);
        findings.push(descriptors::check(self).await);
        Ok(findings)
    }

    /// Checks both directions for an app: from HubSpot to the bridge, and from here to HubSpot.
    async fn check_app(&self, app: &App, plug: &Plug) -> Vec<Finding> {
        let mut findings = public_url::check(self, app, plug).await;
        match AppSettings::of(app, plug) {
            Ok(settings) => {
                findings.extend(hubspot::check::check(self, app, &settings).await);
                findings.push(clock::check(settings.setting(API_URL), &self.client).await);
            }
            Err(error) => {
                findings.push(Finding::unknown(format!("HubSpot's settings, app {}", app.id), error.to_string()));
            }
        }
        findings
    }

    /// Returns `cordboard serve` with its options, in backticks.
    fn serve(&self) -> String {
        format!("`cordboard serve{}`", self.options)
    }

    /// Returns `cordboard hubspot` with a subcommand and its options, in backticks.
    fn hubspot(&self, subcommand: &str, app: &AppId) -> String {
        let app = if self.config.apps.len() > 1 { format!(" --app {app}") } else { String::new() };
        format!("`cordboard hubspot {subcommand}{}{app}`", self.options)
    }
}
