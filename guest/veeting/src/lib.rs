//! Plug for Veeting Rooms and its white labels, such as simplex Meeting.
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! It reads the six documented webhooks. The API for creating, changing and closing meetings is not public, so the plug
//! does not call it: conferences use the link in the setting `room-url`, and without it the plug creates none.

mod receive;
mod room;
mod routes;

use cordboard_plug::manifest::UpdateMode;
use cordboard_plug::{
    Conference, Context, Description, Failure, Meeting, Provider, Receipt, Rejection, WebhookRequest, settings,
};

use routes::Hook;

/// The Veeting plug.
pub struct Veeting;

impl Provider for Veeting {
    fn describe() -> Description {
        let summary = "Veeting Rooms and its white labels, such as simplex Meeting";
        let mut description = cordboard_plug::describe("veeting", summary, env!("CARGO_PKG_VERSION"));
        description.routes = Hook::ALL.iter().map(Hook::route).collect();
        description.settings =
            vec![settings::inbound(routes::API_KEY, "API key for all webhooks that have no key of their own", false)];
        description.settings.extend(Hook::ALL.iter().map(Hook::api_key));
        description.settings.push(room::ROOM_URL.declared());
        description.capabilities.creates = true;
        description.capabilities.creates_with = vec![room::ROOM_URL.key().to_owned()];
        description.capabilities.updates = UpdateMode::InPlace;
        description
    }

    async fn create(context: &Context<'_>, meeting: Meeting) -> Result<Conference, Failure> {
        room::create(context, &meeting)
    }

    async fn update(context: &Context<'_>, current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        room::update(context, current)
    }

    /// Accepts every user: there is no directory to look them up in.
    async fn verify_user(_context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(email))
    }

    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        receive::receive(&request)
    }
}

cordboard_plug::export!(provider: Veeting);
