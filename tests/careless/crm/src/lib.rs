//! A CRM plug with mistakes, which the conformance tests must find: it decodes nothing, and answers everything with 200
//! and invalid JSON.
//!
//! It must not depend on the conformance tests, which know it only as a file.

use cordboard_plug::manifest::{Authenticity, IfUnset, Route};
use cordboard_plug::{
    Command, Context, Crm, Description, Header, Outcome, Piece, Rejection, WebhookRequest, WebhookResponse,
};

/// The plug.
pub struct Careless;

impl Crm for Careless {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe("careless", "Has mistakes", env!("CARGO_PKG_VERSION"));
        description.routes = vec![Route {
            name: "create".to_owned(),
            summary: "Somebody books".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: Vec::new(),
            authenticity: Authenticity::None,
            secrets: Vec::new(),
            if_unset: IfUnset::Accept,
            headers: Vec::new(),
        }];
        description
    }

    fn decode(_context: &Context<'_>, request: WebhookRequest) -> Result<Command, Rejection> {
        Err(Rejection::Unsupported(request.route))
    }

    fn encode(_context: &Context<'_>, outcome: Outcome) -> WebhookResponse {
        let text = match outcome {
            Outcome::Created(created) => format!("{{\"details\":\"{}\"}}", created.conference.details),
            _ => "{}".to_owned(),
        };
        let header = Header { name: "content-type".to_owned(), value: b"application/json".to_vec() };
        WebhookResponse { status: 200, headers: vec![header], body: vec![Piece::Text(text)] }
    }
}

cordboard_plug::export!(crm: Careless);
