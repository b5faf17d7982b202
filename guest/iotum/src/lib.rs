//! Plug for iotum's conferencing, which is sold under many brands: Callbridge, FreeConference, VivoMeetings…
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! Conferences are created and updated through the enterprise API ([`api`]). Events arrive at the route `events`
//! ([`receive`]). The available documents have no call that deletes a conference (`conference/end` only ends a running
//! one), so `delete` returns `unsupported`.

mod address;
pub mod api;
pub mod receive;

use cordboard_plug::manifest::{Authenticity, IfUnset, Route, UpdateMode};
use cordboard_plug::settings::{inbound, outbound};
use cordboard_plug::{
    Conference, Context, Description, Failure, Meeting, Provider, Receipt, Rejection, WebhookRequest,
};

use api::session::{EMAIL, HOST, PASSWORD, Session};
use api::{conference, host};

/// The route for iotum's webhook.
pub const EVENTS: &str = "events";

const SIGNING_TOKEN: &str = "signing-token";

/// The iotum plug.
pub struct Iotum;

impl Provider for Iotum {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe(
            "iotum",
            "Conferences of iotum: Callbridge, FreeConference, VivoMeetings and other brands",
            env!("CARGO_PKG_VERSION"),
        );
        description.routes.push(Route {
            name: EVENTS.to_owned(),
            summary: "All conference events; ask iotum to configure this address for all of them".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: vec!["application/json".to_owned()],
            authenticity: Authenticity::SharedSecret("x-signing-token".to_owned()),
            secrets: vec![SIGNING_TOKEN.to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        });
        description.settings = vec![
            HOST.declared(),
            inbound(SIGNING_TOKEN, "The x-signing-token from Admin > Developers; required to receive events", false),
            outbound(EMAIL, "Email address of an administrator; required to create conferences", false),
            outbound(PASSWORD, "Password of that administrator; required to create conferences", false),
            host::FALLBACK.declared(),
            host::COMPANY.declared(),
        ];
        description.capabilities.creates = true;
        description.capabilities.creates_with = vec![EMAIL.to_owned()];
        description.capabilities.updates = UpdateMode::InPlace;
        description.capabilities.knows_users = true;
        description.outbound_hosts = vec![HOST.host()];
        description
    }

    async fn create(context: &Context<'_>, meeting: Meeting) -> Result<Conference, Failure> {
        let plan = conference::Plan::of(&meeting)?;
        let session = Session::open(context)?;
        let host = host::booking_host(&session, &meeting.user).await?;
        conference::create(&session, &host, plan).await
    }

    async fn update(context: &Context<'_>, current: Conference, meeting: Meeting) -> Result<Conference, Failure> {
        let plan = conference::Plan::of(&meeting)?;
        conference::update(&Session::open(context)?, current, plan).await
    }

    async fn verify_user(context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        host::find(&Session::open(context)?, &email).await
    }

    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        receive::receive(&request)
    }
}

cordboard_plug::export!(provider: Iotum);
