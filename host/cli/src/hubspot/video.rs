//! `cordboard hubspot video`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::CliError;
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::VideoConferencing;

use super::perform::{change, look};
use super::{Changing, Common, address, callable};

/// View and change the addresses of the video conferencing webhooks.
#[derive(Debug, Subcommand)]
pub enum VideoCommand {
    /// Show the addresses.
    Get(Get),
    /// Replace all addresses; those left out are removed.
    Set(Box<Set>),
    /// Remove all addresses, so that users cannot book with the app.
    Delete(Delete),
}

/// Show the addresses.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if they are shown, 1 if nothing is set or HubSpot refuses.

Example:
  cordboard hubspot video get --json")]
pub struct Get {
    #[command(flatten)]
    common: Common,
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

/// Remove all addresses.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if they are removed, 1 if nothing was set or HubSpot refuses.

Example:
  cordboard hubspot video delete --dry-run")]
pub struct Delete {
    #[command(flatten)]
    changing: Changing,
}

pub(super) async fn run(command: VideoCommand) -> Result<ExitCode, CliError> {
    match command {
        VideoCommand::Get(Get { common }) => {
            let (_, settings) = common.open()?;
            look(&common, &settings, &Call::GetVideoConferencing).await
        }
        VideoCommand::Set(args) => {
            let (config, settings) = args.changing.common.open()?;
            let wanted = args.addresses(&config, &settings)?;
            let call = Call::SetVideoConferencing(wanted);
            change(&args.changing, &settings, &call, &Call::GetVideoConferencing).await
        }
        VideoCommand::Delete(Delete { changing }) => {
            let (_, settings) = changing.common.open()?;
            change(&changing, &settings, &Call::DeleteVideoConferencing, &Call::GetVideoConferencing).await
        }
    }
}

impl Set {
    fn addresses(&self, config: &Config, settings: &AppSettings) -> Result<VideoConferencing, CliError> {
        let given = VideoConferencing {
            create_meeting_url: self.create_meeting_url.clone().unwrap_or_default(),
            update_meeting_url: self.update_meeting_url.clone(),
            delete_meeting_url: self.delete_meeting_url.clone(),
            user_verify_url: self.user_verify_url.clone(),
            fetch_accounts_uri: self.fetch_accounts_uri.clone(),
        };
        if !self.from_config {
            return Ok(given);
        }
        callable(config)?;
        let derived = from_config(config, settings);
        Ok(VideoConferencing {
            create_meeting_url: self.create_meeting_url.clone().unwrap_or(derived.create_meeting_url),
            update_meeting_url: given.update_meeting_url.or(derived.update_meeting_url),
            delete_meeting_url: given.delete_meeting_url.or(derived.delete_meeting_url),
            user_verify_url: given.user_verify_url.or(derived.user_verify_url),
            fetch_accounts_uri: given.fetch_accounts_uri,
        })
    }
}

/// Returns the addresses that the app should have at HubSpot: those of all the bridge's routes.
pub(crate) fn from_config(config: &Config, settings: &AppSettings) -> VideoConferencing {
    let one = |route| address(config, settings, route);
    VideoConferencing {
        create_meeting_url: one("create-meeting"),
        update_meeting_url: Some(one("update-meeting")),
        delete_meeting_url: Some(one("delete-meeting")),
        user_verify_url: Some(one("verify-user")),
        fetch_accounts_uri: None,
    }
}
