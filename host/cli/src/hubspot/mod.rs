//! `cordboard hubspot`: where HubSpot calls an app, as HubSpot keeps it.
//!
//! The command line becomes a call ([`video`], [`calling`]); it is shown, or made and held against what was there before
//! ([`perform`]).

mod calling;
mod describe;
mod dry_run;
mod fields;
mod perform;
mod show;
mod video;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use cordboard::app_settings::{AppSettings, AppSettingsError};
use cordboard::config::Config;
use cordboard::ingress::app_path;

use super::terminal::plain;
use super::{CliError, ConfigFile};

pub(super) use calling::from_config as channel_from_config;
pub(super) use video::from_config as video_from_config;

/// Sets where HubSpot calls an app.
#[derive(Debug, Subcommand)]
pub enum HubSpotCommand {
    /// Addresses of the video conferencing webhooks.
    #[command(subcommand)]
    Video(video::VideoCommand),
    /// The help desk's channel connection, which asks for telephone numbers.
    #[command(subcommand)]
    Calling(calling::CallingCommand),
}

/// Which app, and how its settings are shown.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    config: ConfigFile,
    /// HubSpot's number of the app; needed where the configuration has several.
    #[arg(long, value_name = "NUMBER")]
    app: Option<u64>,
    /// Shows the request with its key masked, and sends nothing.
    #[arg(long)]
    dry_run: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What goes with a change.
#[derive(Debug, Args)]
struct Changing {
    #[command(flatten)]
    common: Common,
    /// Waits until HubSpot shows the change, up to two minutes.
    #[arg(long)]
    wait: bool,
}

/// Runs one of them.
///
/// # Errors
/// What is wrong with the configuration, what HubSpot refuses, or why it did not answer.
pub async fn run(command: HubSpotCommand) -> Result<ExitCode, CliError> {
    match command {
        HubSpotCommand::Video(command) => video::run(command).await,
        HubSpotCommand::Calling(command) => calling::run(command).await,
    }
}

impl Common {
    fn open(&self) -> Result<(Config, AppSettings), CliError> {
        let config = self.config.load()?;
        let settings = AppSettings::open(&config, self.app)?;
        Ok((config, settings))
    }
}

/// Whether HubSpot can be given addresses under `public-url`.
fn callable(config: &Config) -> Result<(), CliError> {
    match config.public_url.scheme() {
        "https" => Ok(()),
        _ => Err(CliError(format!(
            "`public-url` is {}, and HubSpot calls https only: set it to the https address of the proxy before this \
             bridge. For the stand-in of `cordboard emulate hubspot` any https address does, such as \
             https://bridge.example.com, since it goes past it to `listen`",
            plain(config.public_base())
        ))),
    }
}

/// The address of one of the app's routes, as HubSpot is to call it.
pub(super) fn address(config: &Config, settings: &AppSettings, route: &str) -> String {
    format!("{}{}", config.public_base(), app_path(settings.plug(), settings.app().into(), route))
}

impl From<AppSettingsError> for CliError {
    fn from(error: AppSettingsError) -> Self {
        Self(plain(&describe::error(&error)))
    }
}
