//! HubSpot asks for conferences and telephone numbers: the plug for the `crm` contract.
//!
//! Each of the five addresses that HubSpot calls is a route (`routes`). What it sends becomes a command (`decode`, a
//! file for each), and what came of the command becomes the answer that HubSpot documents (`encode`).

mod decode;
mod encode;
mod routes;

use cordboard_plug::settings::inbound;
use cordboard_plug::{Command, Context, Crm, Description, Outcome, Rejection, WebhookRequest, WebhookResponse};

/// The plug of a HubSpot public app.
pub struct HubSpot;

impl Crm for HubSpot {
    fn describe() -> Description {
        let summary = "HubSpot: video conference links for meetings, and telephone numbers for the help desk";
        Description {
            routes: routes::all(),
            settings: vec![inbound(
                routes::CLIENT_SECRET,
                "Client secret of the HubSpot public app, with which HubSpot signs its requests",
                true,
            )],
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

cordboard_plug::export!(crm: HubSpot);
