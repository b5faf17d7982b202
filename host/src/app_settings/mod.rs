//! Reads and changes an app's settings at its vendor, such as the addresses that it calls, through the app's own plug.
//!
//! Operators do this by hand or from scripts, so it is not journaled, and no flow depends on it. The plug runs as in
//! the two flows ([`crate::flow`]): it returns requests, and [`crate::egress`] sends them.

mod client;
mod error;

use cordboard_core::AppId;

use crate::config::{App, Config};
use crate::contract::effect::{Context, OutboundRequest};
use crate::contract::settings::{ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, VideoConferencing};
use crate::egress::{self, Egress};
use crate::lifecycle::configured_app;
use crate::plug::{Plug, SettingsResult};
use crate::registry::Plugs;
use crate::topology::Generation;

pub use error::{AppSettingsError, Unanswered};

/// An app's settings at its vendor.
///
/// The app's plug makes each call. [`request`](Self::request) shows what a call would send.
pub struct AppSettings {
    app: u32,
    generation: Generation,
    egress: Egress,
}

/// A call to the vendor.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Reads the addresses of the video conferencing webhooks.
    GetVideoConferencing,
    /// Replaces all addresses of the video conferencing webhooks.
    SetVideoConferencing(VideoConferencing),
    /// Removes the addresses of the video conferencing webhooks.
    DeleteVideoConferencing,
    /// Reads the help desk's channel connection.
    GetChannelConnection,
    /// Creates the channel connection.
    CreateChannelConnection(ChannelConnection),
    /// Changes the channel connection.
    UpdateChannelConnection(ChannelConnectionPatch),
    /// Removes the channel connection.
    DeleteChannelConnection,
}

/// The state at the vendor after a call.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The addresses of the video conferencing webhooks.
    VideoConferencing(VideoConferencing),
    /// The channel connection.
    ChannelConnection(ChannelConnectionState),
    /// Removed.
    Removed,
}

impl AppSettings {
    /// Loads the plug of an app. If `app` is `None`, the configuration must have exactly one app.
    ///
    /// # Errors
    /// Returns an error if there is no such app, or its plug cannot be loaded or does not manage settings.
    pub fn open(config: &Config, app: Option<&AppId>) -> Result<Self, AppSettingsError> {
        let app = config.app(app).map_err(AppSettingsError::Unusable)?;
        let mut plugs = Plugs::read_only(config, None).map_err(AppSettingsError::unusable)?;
        plugs.load(&app.plug);
        Self::of(app, plugs.get(&app.plug).map_err(AppSettingsError::unusable)?)
    }

    /// Opens the settings of an app with a loaded plug.
    ///
    /// # Errors
    /// Returns an error if the plug does not manage settings.
    pub fn of(app: &App, plug: &Plug) -> Result<Self, AppSettingsError> {
        if !plug.has_settings() {
            let name = &plug.description().name;
            return Err(AppSettingsError::unusable(format!(
                "the plug `{name}` of app {} does not manage settings at its vendor: set them there by hand",
                app.id
            )));
        }
        let number = app.id.as_str().parse::<u32>();
        let number = number.map_err(|_| {
            AppSettingsError::unusable(format!(
                "the app id {} is not a number that its vendor uses: correct it",
                app.id
            ))
        })?;
        let egress = Egress::new(egress::Limits::default(), &[]).map_err(AppSettingsError::unusable)?;
        Ok(Self { app: number, generation: configured_app(app, plug), egress })
    }

    /// Returns the CRM's id of the app.
    pub fn app(&self) -> u32 {
        self.app
    }

    /// Returns the name of the app's plug, which is part of the addresses that the vendor calls.
    pub fn plug(&self) -> &str {
        &self.generation.plug.description().name
    }

    /// Returns a non-secret setting of the app's plug, or its default if it is not set.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.generation.settings.open().iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Makes a call to the vendor.
    ///
    /// # Errors
    /// Returns the vendor's error, or why there is no answer.
    pub async fn ask(&self, call: &Call) -> Result<State, AppSettingsError> {
        let client = client::SettingsClient { generation: &self.generation, egress: &self.egress };
        client.call(|plug, context| self.run(call, plug, context)).await
    }

    /// Returns the first request that [`ask`](Self::ask) would send. It has placeholders instead of secrets.
    ///
    /// # Errors
    /// Returns an error if the call fails before anything is sent.
    pub fn request(&self, call: &Call) -> Result<OutboundRequest, AppSettingsError> {
        client::request(&self.generation, |plug, context| self.run(call, plug, context))
    }

    fn run(&self, call: &Call, plug: &Plug, context: &Context) -> SettingsResult<State> {
        let removed = |()| State::Removed;
        match call {
            Call::GetVideoConferencing => {
                shown(plug.get_video_conferencing(context, self.app), State::VideoConferencing)
            }
            Call::SetVideoConferencing(new) => {
                shown(plug.set_video_conferencing(context, self.app, new), State::VideoConferencing)
            }
            Call::DeleteVideoConferencing => shown(plug.delete_video_conferencing(context, self.app), removed),
            Call::GetChannelConnection => {
                shown(plug.get_channel_connection(context, self.app), State::ChannelConnection)
            }
            Call::CreateChannelConnection(new) => {
                shown(plug.create_channel_connection(context, self.app, new), State::ChannelConnection)
            }
            Call::UpdateChannelConnection(patch) => {
                shown(plug.update_channel_connection(context, self.app, patch), State::ChannelConnection)
            }
            Call::DeleteChannelConnection => shown(plug.delete_channel_connection(context, self.app), removed),
        }
    }
}

/// Converts a result into the state at the vendor.
fn shown<T>(result: SettingsResult<T>, state: impl FnOnce(T) -> State) -> SettingsResult<State> {
    Ok(result?.map(state))
}
