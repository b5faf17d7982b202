//! Implements the `settings` contract with HubSpot's two settings APIs, which hold the addresses that HubSpot calls.
//!
//! [`video`] and [`channel`] build the requests, [`Api`](api::Api) sends them with the right address, version and
//! credentials, and [`error_response`] reads HubSpot's errors. [`address`] checks for `https` before anything is sent.

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

/// Returns the settings that these calls need.
pub fn declared() -> Vec<Setting> {
    vec![
        api::URL.declared(),
        api::VERSION.declared(),
        outbound(api::DEVELOPER_KEY, "Developer API key of the account that owns the app, sent as `hapikey`", false),
        outbound(
            api::DEVELOPER_TOKEN,
            "Token with the scope developers-write, sent as a bearer token in place of the key",
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
