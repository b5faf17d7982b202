//! `cordboard hubspot`: the addresses that HubSpot calls, as set at HubSpot.
//!
//! [`video`] and [`calling`] turn the command line into an API call; [`perform`] shows or makes it, and compares the
//! settings before and after.

mod calling;
mod perform;
mod show;
mod video;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use cordboard_core::AppId;

use cordboard::app_settings::AppSettings;
use cordboard::config::Config;

use super::terminal::{Output, plain};
use super::{CliError, ConfigFile};

/// View and change which addresses HubSpot calls.
#[derive(Debug, Subcommand)]
pub enum HubSpotCommand {
    /// View and change the addresses of the video conferencing webhooks.
    #[command(subcommand)]
    Video(video::VideoCommand),
    /// View and change the channel connection of the help desk.
    ///
    /// HubSpot calls its URL for a user's telephone numbers.
    #[command(subcommand)]
    Calling(calling::CallingCommand),
}

/// Reads the ID of an app, which is a number at HubSpot.
fn hubspot_app(id: &str) -> Result<AppId, &'static str> {
    id.parse::<u64>().map(AppId::from).map_err(|_| "expected a number, HubSpot's ID of the app")
}

/// The options of all subcommands.
#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    config: ConfigFile,
    /// ID of the app; required if the configuration has several.
    #[arg(long, value_name = "ID", value_parser = hubspot_app)]
    app: Option<AppId>,
    /// Print the request, with its key masked, without sending it.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Options of commands that change settings.
#[derive(Debug, Args)]
pub struct Changing {
    #[command(flatten)]
    common: Common,
    /// Wait up to two minutes for HubSpot to show the change.
    #[arg(long)]
    wait: bool,
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the configuration is invalid, or if HubSpot refuses the request or does not answer.
pub async fn run(command: HubSpotCommand) -> Result<ExitCode, CliError> {
    match command {
        HubSpotCommand::Video(command) => video::run(command).await,
        HubSpotCommand::Calling(command) => calling::run(command).await,
    }
}

impl Common {
    fn open(&self) -> Result<(Config, AppSettings), CliError> {
        let config = self.config.load()?;
        let settings = AppSettings::open(&config, self.app.as_ref())?;
        Ok((config, settings))
    }
}

/// Checks that HubSpot accepts addresses under `public-url`.
fn require_https(config: &Config) -> Result<(), CliError> {
    match config.public_url.scheme() {
        "https" => Ok(()),
        _ => Err(CliError::new(format!(
            "`public-url` is {}, but HubSpot only calls https: set it to the https address of the proxy in front of \
             this bridge. With `cordboard emulate hubspot` any https address works, such as \
             https://bridge.example.com, since the emulator calls `listen` directly",
            plain(config.public_base())
        ))),
    }
}
