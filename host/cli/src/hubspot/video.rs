//! `cordboard hubspot video`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::CliError;
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::EndpointSettings;
use cordboard_doctor::hubspot::{VIDEO, address, endpoint, read_video};

use super::perform::{change, get};
use super::{Changing, Common, require_https};

/// View and change the addresses of the video conferencing webhooks.
#[derive(Debug, Subcommand)]
pub enum VideoCommand {
    /// Show the addresses.
    #[command(after_help = "\
Exit status: 0 if they are shown, 1 if nothing is set or HubSpot refuses.

Example:
  cordboard hubspot video get --json")]
    Get(Common),
    /// Replace all addresses; those left out are removed.
    Set(Box<Set>),
    /// Remove all addresses, so that users cannot book with the app.
    #[command(after_help = "\
Exit status: 0 if they are removed or nothing was set, 1 if HubSpot refuses.

Example:
  cordboard hubspot video delete --dry-run")]
    Delete(Changing),
}

/// Replace all addresses; those left out are removed.
#[derive(Debug, Args)]
#[command(after_help = "\
Prints the difference to the previous settings. The key is `developer-api-key`
or `developer-access-token` in the app's settings.

Exit status: 0 if HubSpot accepts the change and, with --wait, shows it; 1 if
not.

Examples:
  # See what would be sent.
  cordboard hubspot video set --from-config --dry-run

  # Set all addresses, and wait until HubSpot uses them.
  cordboard hubspot video set --from-config --wait")]
pub struct Set {
    /// Derive the addresses from `public-url`; an address option overrides its own.
    #[arg(long)]
    from_config: bool,
    /// URL that HubSpot calls when a meeting is booked; must be https.
    #[arg(long, value_name = "URL", required_unless_present = "from_config")]
    create_meeting_url: Option<String>,
    /// URL that HubSpot calls when a meeting's title or times change.
    #[arg(long, value_name = "URL")]
    update_meeting_url: Option<String>,
    /// URL that HubSpot calls when a meeting is deleted.
    #[arg(long, value_name = "URL")]
    delete_meeting_url: Option<String>,
    /// URL that HubSpot calls first, to verify the user.
    #[arg(long, value_name = "URL")]
    user_verify_url: Option<String>,
    /// URL for fetching accounts; HubSpot does not document its use.
    #[arg(long, value_name = "URL")]
    fetch_accounts_uri: Option<String>,
    #[command(flatten)]
    changing: Changing,
}

pub(super) async fn run(command: VideoCommand) -> Result<ExitCode, CliError> {
    match command {
        VideoCommand::Get(common) => get(&common, &read_video()).await,
        VideoCommand::Set(args) => {
            change(&args.changing, &read_video(), |config, settings| args.endpoints(config, settings).map(Call::Set))
                .await
        }
        VideoCommand::Delete(changing) => {
            let purposes = VIDEO.map(|(purpose, _)| purpose.to_owned());
            change(&changing, &read_video(), |_, _| Ok(Call::Delete(purposes.into()))).await
        }
    }
}

impl Set {
    fn endpoints(&self, config: &Config, settings: &AppSettings) -> Result<EndpointSettings, CliError> {
        if self.from_config {
            require_https(config)?;
        }
        let given =
            [&self.create_meeting_url, &self.update_meeting_url, &self.delete_meeting_url, &self.user_verify_url];
        let endpoints = VIDEO.into_iter().zip(given).filter_map(|((purpose, _), given)| {
            let derived = || self.from_config.then(|| address(config, settings, purpose));
            Some(endpoint(purpose, given.clone().or_else(derived)?))
        });
        let extras = self.fetch_accounts_uri.iter().map(|url| ("fetchAccountsUri".to_owned(), url.clone()));
        Ok(EndpointSettings { endpoints: endpoints.collect(), extras: extras.collect() })
    }
}
