//! The contracts as traits. Optional operations return `unsupported` by default.
#![allow(async_fn_in_trait, reason = "a plug has no threads: its futures need not be Send")]

use cordboard_core::types::effect;
use cordboard_core::types::manifest::{Capabilities, Description, UpdateMode};

use crate::contract::settings::{EndpointPatch, EndpointSettings, SettingsError, SettingsPause};
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

/// A CRM that stores the addresses of each app's webhooks at the vendor. A vendor may store several endpoints together;
/// an operation on one of them then applies to all of them.
pub trait CrmSettings {
    /// Returns the endpoints with these purposes. Fails with `not-found` if none is set.
    async fn get_endpoints(
        context: &Context<'_>,
        app_id: String,
        purposes: Vec<String>,
    ) -> Result<EndpointSettings, SettingsError>;

    /// Stores these endpoints, and removes others that are stored together with them.
    async fn set_endpoints(
        context: &Context<'_>,
        app_id: String,
        settings: EndpointSettings,
    ) -> Result<EndpointSettings, SettingsError>;

    /// Changes one endpoint. Absent fields keep their value. Fails with `invalid` if the vendor can only replace it.
    async fn update_endpoint(
        context: &Context<'_>,
        app_id: String,
        patch: EndpointPatch,
    ) -> Result<EndpointSettings, SettingsError>;

    /// Deletes the endpoints with these purposes. Succeeds if they are already gone.
    async fn delete_endpoints(
        context: &Context<'_>,
        app_id: String,
        purposes: Vec<String>,
    ) -> Result<(), SettingsError>;
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
    fn get_endpoints(
        context: effect::Context,
        app_id: String,
        purposes: Vec<String>,
    ) -> Result<EndpointSettings, SettingsPause> {
        Ok(run(&context, async |context| P::get_endpoints(context, app_id, purposes).await)?)
    }

    fn set_endpoints(
        context: effect::Context,
        app_id: String,
        settings: EndpointSettings,
    ) -> Result<EndpointSettings, SettingsPause> {
        Ok(run(&context, async |context| P::set_endpoints(context, app_id, settings).await)?)
    }

    fn update_endpoint(
        context: effect::Context,
        app_id: String,
        patch: EndpointPatch,
    ) -> Result<EndpointSettings, SettingsPause> {
        Ok(run(&context, async |context| P::update_endpoint(context, app_id, patch).await)?)
    }

    fn delete_endpoints(context: effect::Context, app_id: String, purposes: Vec<String>) -> Result<(), SettingsPause> {
        Ok(run(&context, async |context| P::delete_endpoints(context, app_id, purposes).await)?)
    }
}
