//! `cordboard:settings`: where a CRM's vendor keeps what calls whom.

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

/// The operations of the contract.
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

/// What came of a call: a result, or what the plug wants first.
pub type SettingsResult<T> = Result<Result<T, SettingsPause>, CallError>;

impl Plug {
    /// `settings.get-video-conferencing`; `app` is the CRM's number of the app.
    ///
    /// # Errors
    /// Where the plug gives no result, or keeps no settings; so with all operations of this contract.
    pub fn get_video_conferencing(&self, context: &Context, app: u32) -> SettingsResult<VideoConferencing> {
        self.call(|operations| Ok(&operations.settings()?.get_video_conferencing), (context, app))
    }

    /// `settings.set-video-conferencing`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn set_video_conferencing(
        &self,
        context: &Context,
        app: u32,
        settings: &VideoConferencing,
    ) -> SettingsResult<VideoConferencing> {
        self.call(|operations| Ok(&operations.settings()?.set_video_conferencing), (context, app, settings))
    }

    /// `settings.delete-video-conferencing`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn delete_video_conferencing(&self, context: &Context, app: u32) -> SettingsResult<()> {
        self.call(|operations| Ok(&operations.settings()?.delete_video_conferencing), (context, app))
    }

    /// `settings.get-channel-connection`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn get_channel_connection(&self, context: &Context, app: u32) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.get_channel_connection), (context, app))
    }

    /// `settings.create-channel-connection`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn create_channel_connection(
        &self,
        context: &Context,
        app: u32,
        settings: &ChannelConnection,
    ) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.create_channel_connection), (context, app, settings))
    }

    /// `settings.update-channel-connection`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn update_channel_connection(
        &self,
        context: &Context,
        app: u32,
        patch: &ChannelConnectionPatch,
    ) -> SettingsResult<ChannelConnectionState> {
        self.call(|operations| Ok(&operations.settings()?.update_channel_connection), (context, app, patch))
    }

    /// `settings.delete-channel-connection`
    ///
    /// # Errors
    /// As [`get_video_conferencing`](Self::get_video_conferencing).
    pub fn delete_channel_connection(&self, context: &Context, app: u32) -> SettingsResult<()> {
        self.call(|operations| Ok(&operations.settings()?.delete_channel_connection), (context, app))
    }
}
