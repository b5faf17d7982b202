//! The contracts as traits. Optional operations return `unsupported` by default.
#![allow(async_fn_in_trait, reason = "a plug has no threads: its futures need not be Send")]

use cordboard_core::types::effect;
use cordboard_core::types::manifest::{Capabilities, Description, UpdateMode};

use crate::contract::settings::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, SettingsError, SettingsPause, VideoConferencing,
};
use crate::contract::{crm, provider, settings, telephony};
use crate::replay::{Pause, run};
use crate::{
    Command, Conference, Context, Failure, Meeting, Outcome, PhoneNumber, Receipt, Rejection, WebhookRequest,
    WebhookResponse,
};

/// Creates a description without routes, settings or capabilities.
pub fn describe(name: &str, summary: &str, version: &str) -> Description {
    Description {
        name: name.to_owned(),
        summary: summary.to_owned(),
        version: version.to_owned(),
        routes: Vec::new(),
        settings: Vec::new(),
        capabilities: Capabilities {
            creates: false,
            creates_with: Vec::new(),
            updates: UpdateMode::None,
            deletes: false,
            knows_users: false,
        },
        outbound_hosts: Vec::new(),
    }
}

/// A conferencing system.
pub trait Provider {
    /// Describes the plug.
    fn describe() -> Description;

    /// Creates a conference for a meeting.
    async fn create(_context: &Context<'_>, _meeting: Meeting) -> Result<Conference, Failure> {
        Err(Failure::Unsupported)
    }

    /// Updates a conference to match its meeting.
    async fn update(_context: &Context<'_>, _current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        Err(Failure::Unsupported)
    }

    /// Deletes a conference. Succeeds if it is already gone.
    async fn delete(_context: &Context<'_>, _current: Conference) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }

    /// Returns the provider's id of the user, or `None` if there is no such user. A provider without a user directory
    /// returns the email address.
    async fn verify_user(_context: &Context<'_>, _email: String) -> Result<Option<String>, Failure> {
        Err(Failure::Unsupported)
    }

    /// Reads a webhook from the provider.
    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        Err(Rejection::Unsupported(request.route))
    }
}

/// A CRM.
pub trait Crm {
    /// Describes the plug.
    fn describe() -> Description;

    /// Decodes a request from the CRM.
    fn decode(context: &Context<'_>, request: WebhookRequest) -> Result<Command, Rejection>;

    /// Encodes the response to that request.
    fn encode(context: &Context<'_>, outcome: Outcome) -> WebhookResponse;
}

/// A telephony system.
pub trait Telephony {
    /// Describes the plug.
    fn describe() -> Description;

    /// Returns the telephone numbers of the user with this CRM user id.
    async fn phone_numbers(_context: &Context<'_>, _user_id: String) -> Result<Vec<PhoneNumber>, Failure> {
        Err(Failure::Unsupported)
    }
}

/// A CRM that stores each app's webhook addresses at the vendor.
pub trait CrmSettings {
    /// Returns the addresses of the video conferencing webhooks.
    async fn get_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<VideoConferencing, SettingsError>;

    /// Replaces all addresses of the video conferencing webhooks.
    async fn set_video_conferencing(
        context: &Context<'_>,
        app_id: u32,
        settings: VideoConferencing,
    ) -> Result<VideoConferencing, SettingsError>;

    /// Deletes the addresses of the video conferencing webhooks.
    async fn delete_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError>;

    /// Returns the help desk's channel connection.
    async fn get_channel_connection(
        context: &Context<'_>,
        app_id: u32,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Creates the channel connection.
    async fn create_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        settings: ChannelConnection,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Updates the channel connection. Absent fields keep their value.
    async fn update_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        patch: ChannelConnectionPatch,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Deletes the channel connection.
    async fn delete_channel_connection(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError>;
}

const STUCK: &str = "the plug awaited something other than an effect: await only `http` and `state` of its context";

impl From<Pause<Failure>> for effect::Pause {
    fn from(pause: Pause<Failure>) -> Self {
        match pause {
            Pause::Effect(effect) => effect::Pause::Effect(effect),
            Pause::Failed(failure) => effect::Pause::Failed(failure),
            Pause::Stuck => effect::Pause::Failed(Failure::Unavailable(STUCK.to_owned())),
        }
    }
}

impl From<Pause<SettingsError>> for SettingsPause {
    fn from(pause: Pause<SettingsError>) -> Self {
        match pause {
            Pause::Effect(effect) => SettingsPause::Effect(effect),
            Pause::Failed(error) => SettingsPause::Failed(error),
            Pause::Stuck => SettingsPause::Failed(SettingsError::Unavailable(STUCK.to_owned())),
        }
    }
}

impl<P: Provider> provider::Guest for P {
    fn describe() -> Description {
        P::describe()
    }

    fn create(context: effect::Context, meeting: Meeting) -> Result<Conference, effect::Pause> {
        Ok(run(&context, async |context| P::create(context, meeting).await)?)
    }

    fn update(context: effect::Context, current: Conference, meeting: Meeting) -> Result<Conference, effect::Pause> {
        Ok(run(&context, async |context| P::update(context, current, meeting).await)?)
    }

    fn delete(context: effect::Context, current: Conference) -> Result<(), effect::Pause> {
        Ok(run(&context, async |context| P::delete(context, current).await)?)
    }

    fn verify_user(context: effect::Context, email: String) -> Result<Option<String>, effect::Pause> {
        Ok(run(&context, async |context| P::verify_user(context, email).await)?)
    }

    fn receive(context: effect::Context, request: WebhookRequest) -> Result<Receipt, provider::ReceivePause> {
        run(&context, async |context| P::receive(context, request).await).map_err(|pause| match pause {
            Pause::Effect(effect) => provider::ReceivePause::Effect(effect),
            Pause::Failed(rejection) => provider::ReceivePause::Rejected(rejection),
            Pause::Stuck => provider::ReceivePause::Rejected(Rejection::Unsupported(STUCK.to_owned())),
        })
    }
}

impl<P: Crm> crm::Guest for P {
    fn describe() -> Description {
        P::describe()
    }

    fn decode(context: effect::Context, request: WebhookRequest) -> Result<Command, Rejection> {
        let replay = crate::replay::Replay::new(&context.exchanges);
        P::decode(&Context::new(&context, &replay), request)
    }

    fn encode(context: effect::Context, outcome: Outcome) -> WebhookResponse {
        let replay = crate::replay::Replay::new(&context.exchanges);
        P::encode(&Context::new(&context, &replay), outcome)
    }
}

impl<P: Telephony> telephony::Guest for P {
    fn describe() -> Description {
        P::describe()
    }

    fn phone_numbers(context: effect::Context, user_id: String) -> Result<Vec<PhoneNumber>, effect::Pause> {
        Ok(run(&context, async |context| P::phone_numbers(context, user_id).await)?)
    }
}

impl<P: CrmSettings> settings::Guest for P {
    fn get_video_conferencing(context: effect::Context, app_id: u32) -> Result<VideoConferencing, SettingsPause> {
        Ok(run(&context, async |context| P::get_video_conferencing(context, app_id).await)?)
    }

    fn set_video_conferencing(
        context: effect::Context,
        app_id: u32,
        settings: VideoConferencing,
    ) -> Result<VideoConferencing, SettingsPause> {
        Ok(run(&context, async |context| P::set_video_conferencing(context, app_id, settings).await)?)
    }

    fn delete_video_conferencing(context: effect::Context, app_id: u32) -> Result<(), SettingsPause> {
        Ok(run(&context, async |context| P::delete_video_conferencing(context, app_id).await)?)
    }

    fn get_channel_connection(context: effect::Context, app_id: u32) -> Result<ChannelConnectionState, SettingsPause> {
        Ok(run(&context, async |context| P::get_channel_connection(context, app_id).await)?)
    }

    fn create_channel_connection(
        context: effect::Context,
        app_id: u32,
        settings: ChannelConnection,
    ) -> Result<ChannelConnectionState, SettingsPause> {
        Ok(run(&context, async |context| P::create_channel_connection(context, app_id, settings).await)?)
    }

    fn update_channel_connection(
        context: effect::Context,
        app_id: u32,
        patch: ChannelConnectionPatch,
    ) -> Result<ChannelConnectionState, SettingsPause> {
        Ok(run(&context, async |context| P::update_channel_connection(context, app_id, patch).await)?)
    }

    fn delete_channel_connection(context: effect::Context, app_id: u32) -> Result<(), SettingsPause> {
        Ok(run(&context, async |context| P::delete_channel_connection(context, app_id).await)?)
    }
}
