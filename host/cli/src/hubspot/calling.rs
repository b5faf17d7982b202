//! `cordboard hubspot calling`

use std::process::ExitCode;

use clap::{ArgAction, ArgGroup, Args, Subcommand};

use crate::CliError;
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::{ChannelConnection, ChannelConnectionPatch};

use super::perform::{change, look};
use super::{Changing, Common, address, callable};

/// The help desk's channel connection, which asks for telephone numbers.
#[derive(Debug, Subcommand)]
pub enum CallingCommand {
    /// Shows what HubSpot has.
    Get(Get),
    /// Makes the channel connection.
    Create(Create),
    /// Changes its address, or whether users may choose it.
    Update(Update),
    /// Removes it: nobody can connect a number with the app any more.
    Delete(Delete),
}

/// Shows what HubSpot has.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 it is shown, 1 nothing is set or HubSpot refused.

Example:
  cordboard hubspot calling get")]
pub struct Get {
    #[command(flatten)]
    common: Common,
}

/// Makes the channel connection.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
cordboard hubspot calling create [OPTIONS] --is-ready <TRUE|FALSE>
           <--url <URL>|--from-config>",
    after_help = "\
Exit codes: 0 HubSpot took it (with --wait: and shows it), 1 it did not.

Example:
  cordboard hubspot calling create --from-config --is-ready false",
    group = ArgGroup::new("address").args(["url", "from_config"]).required(true)
)]
pub struct Create {
    #[command(flatten)]
    address: Where,
    /// Whether users may choose it; while it is false the app is greyed out.
    #[arg(long, value_name = "TRUE|FALSE", action = ArgAction::Set, hide_possible_values = true)]
    is_ready: bool,
    #[command(flatten)]
    changing: Changing,
}

/// Changes its address, or whether users may choose it; what is left out stays.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
cordboard hubspot calling update [OPTIONS]
           <--is-ready <TRUE|FALSE>|--url <URL>|--from-config>",
    after_help = "\
Exit codes: 0 HubSpot took it (with --wait: and shows it), 1 it did not.

Example:
  cordboard hubspot calling update --is-ready true --wait",
    group = ArgGroup::new("change").args(["is_ready", "url", "from_config"]).required(true).multiple(true)
)]
pub struct Update {
    #[command(flatten)]
    address: Where,
    /// Whether users may choose it.
    #[arg(long, value_name = "TRUE|FALSE", action = ArgAction::Set, hide_possible_values = true)]
    is_ready: Option<bool>,
    #[command(flatten)]
    changing: Changing,
}

/// Removes it: nobody can connect a number with the app any more.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 it is removed, 1 there was none or HubSpot refused.

Example:
  cordboard hubspot calling delete")]
pub struct Delete {
    #[command(flatten)]
    changing: Changing,
}

/// Where HubSpot asks.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Where {
    /// Called for a user's telephone numbers; https.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Makes the address from `public-url`.
    #[arg(long)]
    from_config: bool,
}

impl Where {
    fn url(&self, config: &Config, settings: &AppSettings) -> Result<Option<String>, CliError> {
        if !self.from_config {
            return Ok(self.url.clone());
        }
        callable(config)?;
        Ok(Some(from_config(config, settings)))
    }
}

/// The address that HubSpot should have of an app.
pub(crate) fn from_config(config: &Config, settings: &AppSettings) -> String {
    address(config, settings, "phone-numbers")
}

pub(super) async fn run(command: CallingCommand) -> Result<ExitCode, CliError> {
    let read = Call::GetChannelConnection;
    match command {
        CallingCommand::Get(Get { common }) => {
            let (_, settings) = common.open()?;
            look(&common, &settings, &read).await
        }
        CallingCommand::Create(Create { address, is_ready, changing }) => {
            let (config, settings) = changing.common.open()?;
            let url = address.url(&config, &settings)?.unwrap_or_default();
            let call = Call::CreateChannelConnection(ChannelConnection { url, is_ready });
            change(&changing, &settings, &call, &read).await
        }
        CallingCommand::Update(Update { address, is_ready, changing }) => {
            let (config, settings) = changing.common.open()?;
            let url = address.url(&config, &settings)?;
            let call = Call::UpdateChannelConnection(ChannelConnectionPatch { url, is_ready });
            change(&changing, &settings, &call, &read).await
        }
        CallingCommand::Delete(Delete { changing }) => {
            let (_, settings) = changing.common.open()?;
            change(&changing, &settings, &Call::DeleteChannelConnection, &read).await
        }
    }
}
