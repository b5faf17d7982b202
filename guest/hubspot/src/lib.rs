//! The HubSpot plug, which implements the `crm` and `settings` contracts.
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! Each of the five addresses that HubSpot calls is a route (`routes`). `decode` turns a request into a command, and
//! `encode` turns the outcome into the answer that HubSpot documents. HubSpot stores the addresses that it calls;
//! `settings` manages them.

mod decode;
mod encode;
mod routes;
mod settings;

use cordboard_plug::settings::inbound;
use cordboard_plug::{Command, Context, Crm, Description, Outcome, Rejection, WebhookRequest, WebhookResponse};

/// The plug of a HubSpot public app.
pub struct HubSpot;

impl Crm for HubSpot {
    fn describe() -> Description {
        let summary = "HubSpot: video conference links for meetings, and telephone numbers for the help desk";
        let client_secret = inbound(
            routes::CLIENT_SECRET,
            "Client secret of the HubSpot public app, used to verify HubSpot's signatures",
            true,
        );
        Description {
            routes: routes::all(),
            settings: [vec![client_secret], settings::declared()].concat(),
            outbound_hosts: vec![settings::API_URL.host()],
            ..cordboard_plug::describe("hubspot", summary, env!("CARGO_PKG_VERSION"))
        }
    }

    fn decode(_context: &Context<'_>, request: WebhookRequest) -> Result<Command, Rejection> {
        decode::command(&request.route, &request.body)
    }

    fn encode(_context: &Context<'_>, outcome: Outcome) -> WebhookResponse {
        encode::response(outcome)
    }
}

cordboard_plug::export!(crm, settings: HubSpot);
