//! `cordboard:settings`: operations on the settings that a CRM vendor stores for an app.

use super::call::Plug;
use super::error::{CallError, LoadError};
use super::load::Probe;
use super::operation::{
    Checked, CreateChannelConnection, DeleteChannelConnection, DeleteVideoConferencing, GetChannelConnection,
    GetVideoConferencing, SetVideoConferencing, UpdateChannelConnection,
};
use crate::contract::effect::Context;
use crate::contract::settings::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, SettingsPause, VideoConferencing,
};

/// The operations of the settings contract.
pub(super) struct SettingsOperations {
    get_video_conferencing: Checked<GetVideoConferencing>,
    set_video_conferencing: Checked<SetVideoConferencing>,
    delete_video_conferencing: Checked<DeleteVideoConferencing>,
    get_channel_connection: Checked<GetChannelConnection>,
    create_channel_connection: Checked<CreateChannelConnection>,
    update_channel_connection: Checked<UpdateChannelConnection>,
    delete_channel_connection: Checked<DeleteChannelConnection>,
}

impl SettingsOperations {
    pub(super) fn find(probe: &mut Probe<'_>, contract: &'static str) -> Result<Self, LoadError> {
        Ok(Self {
            get_video_conferencing: probe.find_in(contract)?,
            set_video_conferencing: probe.find_in(contract)?,
            delete_video_conferencing: probe.find_in(contract)?,
            get_channel_connection: probe.find_in(contract)?,
            create_channel_connection: probe.find_in(contract)?,
            update_channel_connection: probe.find_in(contract)?,
            delete_channel_connection: probe.find_in(contract)?,
        })
    }
}

/// The outcome of a settings call: a result, or the reason why the plug paused.
pub type SettingsResult<T> = Result<Result<T, SettingsPause>, CallError>;

impl Plug {
    /// Calls `settings.get-video-conferencing`. `app` is the CRM's id of the app.
    ///
    /// # Errors
    /// If the plug does not implement this contract, or the call fails.
    pub fn get_video_conferencing(&self, context: &Context, app: u32) -> SettingsResult<VideoConferencing> {
        self.call(|operations| Ok(&operations.settings()?.get_video_conferencing), (context, app))
    }

    /// Calls `settings.set-video-conferencing`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn set_video_conferencing(
        &self,
        context: &Context,
        app: u32,
        settings: &VideoConferencing,
    ) -> SettingsResult<VideoConferencing> {
        self.call(|operations| Ok(&operations.settings()?.set_video_conferencing), (context, app, settings))
    }

    /// Calls `settings.delete-video-conferencing`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn delete_video_conferencing(&self, context: &Context, app: u32) -> SettingsResult<()> {
        self.call(|operations| Ok(&operations.settings()?.delete_video_conferencing), (context, app))
    }

    /// Calls `settings.get-channel-connection`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn get_channel_connection(&self, context: &Context, app: u32) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.get_channel_connection), (context, app))
    }

    /// Calls `settings.create-channel-connection`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn create_channel_connection(
        &self,
        context: &Context,
        app: u32,
        settings: &ChannelConnection,
    ) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.create_channel_connection), (context, app, settings))
    }

    /// Calls `settings.update-channel-connection`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn update_channel_connection(
        &self,
        context: &Context,
        app: u32,
        patch: &ChannelConnectionPatch,
    ) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.update_channel_connection), (context, app, patch))
    }

    /// Calls `settings.delete-channel-connection`.
    ///
    /// # Errors
    /// See [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn delete_channel_connection(&self, context: &Context, app: u32) -> SettingsResult<()> {
        self.call(|operations| Ok(&operations.settings()?.delete_channel_connection), (context, app))
    }
}
