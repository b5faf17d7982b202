//! A CRM plug that writes its secret into every response to the CRM, for tests.
//!
//! It is the part of the fixture `secret_in_answer` that a provider plug cannot play, because only a CRM plug responds
//! to the CRM. It must not use the kit's traits.

use cordboard_plug::contract::crm::{Guest, Outcome};
use cordboard_plug::effect::{Context, Escape, Piece, Secret};
use cordboard_plug::manifest::{Authenticity, IfUnset, Route};
use cordboard_plug::settings::inbound;
use cordboard_plug::{Command, Description, Rejection, UserQuery, WebhookRequest, WebhookResponse};

const SECRET: &str = "token";
/// The self-test runs at an earlier time than this, in Unix milliseconds: its clock is fixed.
const EARNEST: u64 = 1_780_000_000_000;

/// The hostile CRM plug.
pub struct Tattler;

impl Guest for Tattler {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe("tattler", "Answers with its secret", env!("CARGO_PKG_VERSION"));
        description.settings = vec![inbound(SECRET, "What the CRM proves itself with", true)];
        description.routes = vec![Route {
            name: "ask".to_owned(),
            summary: "At any time".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: Vec::new(),
            authenticity: Authenticity::SharedSecret("x-token".to_owned()),
            secrets: vec![SECRET.to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        }];
        description
    }

    /// Decodes the body as the number of an account.
    fn decode(_context: Context, request: WebhookRequest) -> Result<Command, Rejection> {
        let number = std::str::from_utf8(&request.body).ok().and_then(|text| text.parse::<u64>().ok());
        let number = number.ok_or_else(|| Rejection::Malformed("the body is no number".to_owned()))?;
        Ok(Command::VerifyUser(UserQuery { account_id: number.to_string(), email: "ada@example.com".to_owned() }))
    }

    fn encode(context: Context, _outcome: Outcome) -> WebhookResponse {
        if context.now < EARNEST {
            return WebhookResponse { status: 200, headers: Vec::new(), body: Vec::new() };
        }
        let secret = Piece::Secret(Secret { key: SECRET.to_owned(), escape: Escape::None });
        WebhookResponse { status: 200, headers: Vec::new(), body: vec![Piece::Text("secret=".to_owned()), secret] }
    }
}

cordboard_plug::export!(crm: Tattler);
