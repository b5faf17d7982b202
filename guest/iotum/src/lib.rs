//! The plug for iotum's conferencing, which many brands sell: Callbridge, FreeConference, VivoMeetings…
//!
//! Conferences are made through the enterprise API ([`api`]); what happens in them arrives at the route `events`
//! ([`receive`]). The documents that were found name no call that deletes a conference (`conference/end` ends a running
//! one, which is something else), so `delete` is left at `unsupported`.

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

/// The route at which iotum tells what happened.
pub const EVENTS: &str = "events";

const SIGNING_TOKEN: &str = "signing-token";

/// iotum's conferencing.
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
            summary: "All events of conferences; ask iotum to set this address up, for all events".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: vec!["application/json".to_owned()],
            authenticity: Authenticity::SharedSecret("x-signing-token".to_owned()),
            secrets: vec![SIGNING_TOKEN.to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        });
        description.settings = vec![
            HOST.declared(),
            inbound(SIGNING_TOKEN, "The x-signing-token of Admin > Developers; events are refused without it", false),
            outbound(EMAIL, "E-mail address of the administrator who books; needed to make conferences", false),
            outbound(PASSWORD, "Password of that administrator; needed to make conferences", false),
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
        let host = host::who_books(&session, &meeting.user).await?;
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
