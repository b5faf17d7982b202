//! `cordboard hubspot`: the addresses that HubSpot calls, as set at HubSpot.
//!
//! [`video`] and [`calling`] turn the command line into an API call; [`perform`] shows or makes it, and compares the
//! settings before and after.

mod calling;
mod describe;
mod dry_run;
mod fields;
mod perform;
mod show;
mod video;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use cordboard_core::AppId;

use cordboard::app_settings::{AppSettings, AppSettingsError};
use cordboard::config::Config;
use cordboard::ingress::app_path;

use super::terminal::plain;
use super::{CliError, ConfigFile};

pub(super) use calling::read as read_channel;
pub(super) use fields::{PHONE_NUMBERS, VIDEO, endpoint};
pub(super) use video::read as read_video;

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

/// Which app to use, and how to print its settings.
/// Reads the ID of an app, which is a number at HubSpot.
fn hubspot_app(id: &str) -> Result<AppId, String> {
    let id: u64 = id.parse().map_err(|_| "expected a number, HubSpot's ID of the app".to_owned())?;
    Ok(id.into())
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
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
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
fn callable(config: &Config) -> Result<(), CliError> {
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

/// Returns the public address of one of the app's routes.
pub(super) fn address(config: &Config, settings: &AppSettings, route: &str) -> String {
    format!("{}{}", config.public_base(), app_path(settings.plug(), settings.app(), route))
}

impl From<AppSettingsError> for CliError {
    fn from(error: AppSettingsError) -> Self {
        Self::new(plain(&describe::error(&error)))
    }
}
