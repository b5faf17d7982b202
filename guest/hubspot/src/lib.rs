//! HubSpot asks for conferences and telephone numbers: the plug for the `crm` contract, and for `settings`.
//!
//! Each of the five addresses that HubSpot calls is a route (`routes`). What it sends becomes a command (`decode`, a
//! file for each), and what came of the command becomes the answer that HubSpot documents (`encode`). Where HubSpot
//! calls is kept by HubSpot itself, and set through `settings`.

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
            "Client secret of the HubSpot public app, with which HubSpot signs its requests",
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
