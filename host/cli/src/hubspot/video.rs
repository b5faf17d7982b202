//! `cordboard hubspot video`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::CliError;
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::VideoConferencing;

use super::perform::{change, look};
use super::{Changing, Common, address, callable};

/// Addresses of the video conferencing webhooks.
#[derive(Debug, Subcommand)]
pub enum VideoCommand {
    /// Shows what HubSpot has.
    Get(Get),
    /// Replaces all addresses, and shows what has changed; what is left out is removed.
    Set(Box<Set>),
    /// Removes all addresses: nobody can book with the app any more.
    Delete(Delete),
}

/// Shows what HubSpot has.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 it is shown, 1 nothing is set or HubSpot refused.

Example:
  cordboard hubspot video get --json")]
pub struct Get {
    #[command(flatten)]
    common: Common,
}

/// Replaces all addresses, and shows what has changed; what is left out is removed.
#[derive(Debug, Args)]
#[command(after_help = "\
The key is `developer-api-key` or `developer-access-token` in the app's settings in the configuration, never on the \
                        command line.

Exit codes: 0 HubSpot took it (with --wait: and shows it), 1 it did not.

Examples:
  cordboard hubspot video set --from-config --dry-run
  cordboard hubspot video set --from-config --wait")]
pub struct Set {
    /// Makes all addresses from `public-url`; one that is given beside it counts instead.
    #[arg(long)]
    from_config: bool,
    /// Called when a meeting is booked; https.
    #[arg(long, value_name = "URL", required_unless_present = "from_config")]
    create_meeting_url: Option<String>,
    /// Called when its title or times change.
    #[arg(long, value_name = "URL")]
    update_meeting_url: Option<String>,
    /// Called when it is deleted.
    #[arg(long, value_name = "URL")]
    delete_meeting_url: Option<String>,
    /// Called before each of these, to know the user.
    #[arg(long, value_name = "URL")]
    user_verify_url: Option<String>,
    /// HubSpot documents no use of it.
    #[arg(long, value_name = "URL")]
    fetch_accounts_uri: Option<String>,
    #[command(flatten)]
    changing: Changing,
}

/// Removes all addresses: nobody can book with the app any more.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 they are removed, 1 nothing was set or HubSpot refused.

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

/// The addresses that HubSpot should have of an app: all that the bridge answers.
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
