//! Where HubSpot calls an app: its two settings APIs, as the `settings` contract.
//!
//! A call is made in [`video`] or [`channel`], sent through [`Api`](api::Api), which knows address, version and key, and
//! a refusal of HubSpot's is read in [`error_response`]. `https` is asked for before anything is sent ([`address`]).

mod address;
mod api;
mod channel;
mod error_response;
mod video;

use cordboard_plug::manifest::Setting;
use cordboard_plug::settings::outbound;
use cordboard_plug::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, Context, CrmSettings, SettingsError,
    VideoConferencing,
};

use crate::HubSpot;

pub use api::URL as API_URL;

/// What these calls want to know.
pub fn declared() -> Vec<Setting> {
    vec![
        api::URL.declared(),
        api::VERSION.declared(),
        outbound(api::DEVELOPER_KEY, "Developer API key of the account that owns the app, sent as `hapikey`", false),
        outbound(
            api::DEVELOPER_TOKEN,
            "Token with the scope developers-write, sent as bearer; where it is set, the key is not sent",
            false,
        ),
    ]
}

impl CrmSettings for HubSpot {
    async fn get_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<VideoConferencing, SettingsError> {
        video::get(context, app_id).await
    }

    async fn set_video_conferencing(
        context: &Context<'_>,
        app_id: u32,
        settings: VideoConferencing,
    ) -> Result<VideoConferencing, SettingsError> {
        video::set(context, app_id, settings).await
    }

    async fn delete_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError> {
        video::delete(context, app_id).await
    }

    async fn get_channel_connection(
        context: &Context<'_>,
        app_id: u32,
    ) -> Result<ChannelConnectionState, SettingsError> {
        channel::get(context, app_id).await
    }

    async fn create_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        settings: ChannelConnection,
    ) -> Result<ChannelConnectionState, SettingsError> {
        channel::create(context, app_id, settings).await
    }

    async fn update_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        patch: ChannelConnectionPatch,
    ) -> Result<ChannelConnectionState, SettingsError> {
        channel::update(context, app_id, patch).await
    }

    async fn delete_channel_connection(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError> {
        channel::delete(context, app_id).await
    }
}
