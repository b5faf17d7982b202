//! `cordboard hubspot calling`

use std::process::ExitCode;

use clap::{ArgAction, ArgGroup, Args, Subcommand};

use crate::CliError;
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::{Endpoint, EndpointPatch, EndpointSettings};
use cordboard_doctor::hubspot::{PHONE_NUMBERS, address, read_channel};

use super::perform::{change, get};
use super::{Changing, Common, require_https};

/// View and change the channel connection of the help desk.
#[derive(Debug, Subcommand)]
pub enum CallingCommand {
    /// Show the channel connection.
    #[command(after_help = "\
Exit status: 0 if it is shown, 1 if there is none or HubSpot refuses.

Example:
  cordboard hubspot calling get")]
    Get(Common),
    /// Create the channel connection.
    Create(Create),
    /// Change the URL, or whether users can select the app.
    Update(Update),
    /// Delete the channel connection, so that users cannot connect numbers with the app.
    #[command(after_help = "\
Exit status: 0 if it is deleted or there was none, 1 if HubSpot refuses.

Example:
  cordboard hubspot calling delete")]
    Delete(Changing),
}

/// Create the channel connection.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
cordboard hubspot calling create [OPTIONS] --is-ready <TRUE|FALSE>
           <--url <URL>|--from-config>",
    after_help = "\
The key is `developer-api-key` or `developer-access-token` in the app's
settings.

Exit status: 0 if HubSpot accepts the change and, with --wait, shows it; 1 if
not.

Example:
  cordboard hubspot calling create --from-config --is-ready false",
    group = ArgGroup::new("address").args(["url", "from_config"]).required(true)
)]
pub struct Create {
    #[command(flatten)]
    address: ChannelUrl,
    /// Whether users can select the app; if false, it is greyed out.
    #[arg(long, value_name = "TRUE|FALSE", action = ArgAction::Set, hide_possible_values = true)]
    is_ready: bool,
    #[command(flatten)]
    changing: Changing,
}

/// Change the URL, or whether users can select the app.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
cordboard hubspot calling update [OPTIONS]
           <--is-ready <TRUE|FALSE>|--url <URL>|--from-config>",
    after_help = "\
Options that are left out keep their value.

Exit status: 0 if HubSpot accepts the change and, with --wait, shows it; 1 if
not.

Example:
  cordboard hubspot calling update --is-ready true --wait",
    group = ArgGroup::new("change").args(["is_ready", "url", "from_config"]).required(true).multiple(true)
)]
pub struct Update {
    #[command(flatten)]
    address: ChannelUrl,
    /// Whether users can select the app.
    #[arg(long, value_name = "TRUE|FALSE", action = ArgAction::Set, hide_possible_values = true)]
    is_ready: Option<bool>,
    #[command(flatten)]
    changing: Changing,
}

/// The URL that HubSpot calls.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct ChannelUrl {
    /// URL that HubSpot calls for a user's telephone numbers; must be https.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Derive the URL from `public-url`.
    #[arg(long)]
    from_config: bool,
}

impl ChannelUrl {
    fn url(&self, config: &Config, settings: &AppSettings) -> Result<Option<String>, CliError> {
        if !self.from_config {
            return Ok(self.url.clone());
        }
        require_https(config)?;
        Ok(Some(address(config, settings, PHONE_NUMBERS)))
    }
}

pub(super) async fn run(command: CallingCommand) -> Result<ExitCode, CliError> {
    match command {
        CallingCommand::Get(common) => get(&common, &read_channel()).await,
        CallingCommand::Create(Create { address, is_ready, changing }) => {
            change(&changing, &read_channel(), |config, settings| {
                let url = address.url(config, settings)?.unwrap_or_default();
                let endpoint = Endpoint { purpose: PHONE_NUMBERS.to_owned(), url, enabled: is_ready };
                Ok(Call::Set(EndpointSettings { endpoints: vec![endpoint], extras: Vec::new() }))
            })
            .await
        }
        CallingCommand::Update(Update { address, is_ready, changing }) => {
            change(&changing, &read_channel(), |config, settings| {
                let url = address.url(config, settings)?;
                Ok(Call::Update(EndpointPatch { purpose: PHONE_NUMBERS.to_owned(), url, enabled: is_ready }))
            })
            .await
        }
        CallingCommand::Delete(changing) => {
            change(&changing, &read_channel(), |_, _| Ok(Call::Delete(vec![PHONE_NUMBERS.to_owned()]))).await
        }
    }
}
