//! The plug for Veeting Rooms and its white labels, of which simplex Meeting is one.
//!
//! It reads the six webhooks that their documents show. What their API wants to hear in order to make, change or close
//! a meeting is not public, so this plug asks nothing of it: a connection that sets `room-url` gives that link, one
//! that does not makes no conferences.

mod receive;
mod room;
mod routes;

use cordboard_plug::manifest::UpdateMode;
use cordboard_plug::{
    Conference, Context, Description, Failure, Meeting, Provider, Receipt, Rejection, WebhookRequest, settings,
};

use routes::Hook;

/// Veeting Rooms.
pub struct Veeting;

impl Provider for Veeting {
    fn describe() -> Description {
        let summary = "Veeting Rooms and its white labels, such as simplex Meeting";
        let mut description = cordboard_plug::describe("veeting", summary, env!("CARGO_PKG_VERSION"));
        description.routes = Hook::ALL.iter().map(Hook::route).collect();
        description.settings = vec![settings::inbound(
            routes::API_KEY,
            "The API key of every web hook that has none of its own here",
            false,
        )];
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

    /// There is no directory that could be asked.
    async fn verify_user(_context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(email))
    }

    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        receive::receive(&request)
    }
}

cordboard_plug::export!(provider: Veeting);
