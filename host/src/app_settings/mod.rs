//! What an app's vendor keeps of it: where the app is called. Read and changed through the app's own plug.
//!
//! This is an operator's work, done by hand or by a script: nothing of it is journaled, and nothing waits for it. The plug
//! runs as in the two flows ([`crate::flow`]): it asks for requests, and [`crate::egress`] sends them.

mod client;
mod error;

use crate::bridge::{self, Plugs};
use crate::config::{App, Config};
use crate::contract::effect::{Context, OutboundRequest};
use crate::contract::settings::{ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, VideoConferencing};
use crate::egress::{self, Egress};
use crate::plug::{Plug, SettingsResult};
use crate::topology::Generation;

pub use error::{AppSettingsError, Unanswered};

/// An app's settings at its vendor.
///
/// Each call is made as the plug of the app makes it. [`request`](Self::request) shows what a call would send.
pub struct AppSettings {
    app: u32,
    generation: Generation,
    egress: Egress,
}

/// What can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Reads the addresses of the video conferencing webhooks.
    GetVideoConferencing,
    /// Replaces them all.
    SetVideoConferencing(VideoConferencing),
    /// Removes them.
    DeleteVideoConferencing,
    /// Reads the help desk's channel connection.
    GetChannelConnection,
    /// Makes it.
    CreateChannelConnection(ChannelConnection),
    /// Changes it.
    UpdateChannelConnection(ChannelConnectionPatch),
    /// Removes it.
    DeleteChannelConnection,
}

/// What the vendor has, after a call.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Addresses of the video conferencing webhooks.
    VideoConferencing(VideoConferencing),
    /// The channel connection.
    ChannelConnection(ChannelConnectionState),
    /// Nothing any more.
    Removed,
}

impl AppSettings {
    /// Loads the plug of an app; of the configuration's only one where none is named.
    ///
    /// # Errors
    /// Where there is no such app, or its plug cannot be loaded or keeps no settings.
    pub fn open(config: &Config, app: Option<u64>) -> Result<Self, AppSettingsError> {
        let app = config.app(app).map_err(AppSettingsError::Unusable)?;
        let mut plugs = Plugs::read_only(config, None).map_err(AppSettingsError::unusable)?;
        plugs.load(&app.plug);
        Self::of(app, plugs.get(&app.plug).map_err(AppSettingsError::unusable)?)
    }

    /// The same with a plug that is loaded.
    ///
    /// # Errors
    /// Where the plug keeps no settings.
    pub fn of(app: &App, plug: &Plug) -> Result<Self, AppSettingsError> {
        if !plug.has_settings() {
            let name = &plug.description().name;
            return Err(AppSettingsError::unusable(format!(
                "the plug `{name}` of app {} keeps no settings at its vendor's: set them there by hand",
                app.id
            )));
        }
        let number = u32::try_from(app.id).map_err(|_| {
            AppSettingsError::unusable(format!("{} is larger than any number of an app: correct it", app.id))
        })?;
        let egress = Egress::new(egress::Limits::default(), &[]).map_err(AppSettingsError::unusable)?;
        Ok(Self { app: number, generation: bridge::of_app(app, plug), egress })
    }

    /// The CRM's number of the app.
    pub fn app(&self) -> u32 {
        self.app
    }

    /// The name of the app's plug, which stands in the addresses that the vendor calls.
    pub fn plug(&self) -> &str {
        &self.generation.plug.description().name
    }

    /// An open setting of the app's plug, its default where it is not set.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.generation.settings.open().iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Asks the vendor.
    ///
    /// # Errors
    /// What it refuses, or why there is no answer.
    pub async fn ask(&self, call: &Call) -> Result<State, AppSettingsError> {
        let client = client::SettingsClient { generation: &self.generation, egress: &self.egress };
        client.call(|plug, context| self.run(call, plug, context)).await
    }

    /// What [`ask`](Self::ask) would send first. A secret is no part of it, only where one stands.
    ///
    /// # Errors
    /// What is refused before anything is sent.
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

/// A result as what the vendor has.
fn shown<T>(result: SettingsResult<T>, state: impl FnOnce(T) -> State) -> SettingsResult<State> {
    Ok(result?.map(state))
}
