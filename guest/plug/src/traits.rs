//! The contracts as traits, with defaults that answer `unsupported`.
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

/// A description with nothing in it yet.
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
    /// How to mount this plug.
    fn describe() -> Description;

    /// Makes a conference for a meeting.
    async fn create(_context: &Context<'_>, _meeting: Meeting) -> Result<Conference, Failure> {
        Err(Failure::Unsupported)
    }

    /// Brings a conference up to what its meeting now is.
    async fn update(_context: &Context<'_>, _current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        Err(Failure::Unsupported)
    }

    /// Takes a conference back; one that is already gone counts as deleted.
    async fn delete(_context: &Context<'_>, _current: Conference) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }

    /// The provider's id of the user, none for no such user, the e-mail where there is no directory.
    async fn verify_user(_context: &Context<'_>, _email: String) -> Result<Option<String>, Failure> {
        Err(Failure::Unsupported)
    }

    /// Reads a webhook of the provider.
    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        Err(Rejection::Unsupported(request.route))
    }
}

/// A CRM.
pub trait Crm {
    /// How to mount this plug.
    fn describe() -> Description;

    /// Reads a request of the CRM.
    fn decode(context: &Context<'_>, request: WebhookRequest) -> Result<Command, Rejection>;

    /// Writes the answer to it.
    fn encode(context: &Context<'_>, outcome: Outcome) -> WebhookResponse;
}

/// A telephony system.
pub trait Telephony {
    /// How to mount this plug.
    fn describe() -> Description;

    /// The numbers of a user, by the CRM's number of the user.
    async fn phone_numbers(_context: &Context<'_>, _user_id: u64) -> Result<Vec<PhoneNumber>, Failure> {
        Err(Failure::Unsupported)
    }
}

/// A CRM that keeps, at its vendor's, where each app is called.
pub trait CrmSettings {
    /// Reads the addresses of the video conferencing webhooks.
    async fn get_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<VideoConferencing, SettingsError>;

    /// Replaces them all.
    async fn set_video_conferencing(
        context: &Context<'_>,
        app_id: u32,
        settings: VideoConferencing,
    ) -> Result<VideoConferencing, SettingsError>;

    /// Removes them.
    async fn delete_video_conferencing(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError>;

    /// Reads the help desk's channel connection.
    async fn get_channel_connection(
        context: &Context<'_>,
        app_id: u32,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Makes it.
    async fn create_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        settings: ChannelConnection,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Changes it; what is absent stays.
    async fn update_channel_connection(
        context: &Context<'_>,
        app_id: u32,
        patch: ChannelConnectionPatch,
    ) -> Result<ChannelConnectionState, SettingsError>;

    /// Removes it.
    async fn delete_channel_connection(context: &Context<'_>, app_id: u32) -> Result<(), SettingsError>;
}

const STUCK: &str = "the plug awaited something that is not an effect of its context: await only `http` and `state`";

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

    fn phone_numbers(context: effect::Context, user_id: u64) -> Result<Vec<PhoneNumber>, effect::Pause> {
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
