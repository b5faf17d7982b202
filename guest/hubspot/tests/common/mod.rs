//! Calls the plug as a host does, through the contract's functions.
#![allow(dead_code, reason = "each test file uses some of it")]

use cordboard_hubspot::HubSpot;
use cordboard_plug::contract::crm::Guest;
use cordboard_plug::testing::Script;
use cordboard_plug::{Command, Outcome, Piece, Rejection, WebhookRequest, WebhookResponse};
use serde_json::Value;

pub const ROUTES: [&str; 5] = ["create-meeting", "update-meeting", "delete-meeting", "verify-user", "phone-numbers"];

/// The examples in HubSpot's documents for each route; the one for telephone numbers follows their table.
pub const EXAMPLES: [(&str, &str); 5] = [
    (
        "create-meeting",
        r#"{
  "portalId": 123123,
  "userId": 123,
  "userEmail": "test.user@example.com",
  "topic": "A Test Meeting",
  "source": "MEETINGS",
  "startTime": 1534197600000,
  "endTime": 1534201200000
}"#,
    ),
    (
        "update-meeting",
        r#"{
  "conferenceId": "some-unique-id",
  "userId": 123,
  "userEmail": "test.user@example.com",
  "portalId": 123123,
  "topic": "A Test Meeting (updated)",
  "startTime": 1534197600000,
  "endTime": 1534201200000
}"#,
    ),
    (
        "delete-meeting",
        r#"{
  "conferenceId": "some-unique-id"
}"#,
    ),
    (
        "verify-user",
        r#"{
  "portalId": 123123,
  "userEmail": "test.user@example.com"
}"#,
    ),
    ("phone-numbers", r#"{"appId": 54321, "portalId": 123123, "userId": 123}"#),
];

pub fn decode(route: &str, body: impl AsRef<[u8]>) -> Result<Command, Rejection> {
    let request = WebhookRequest {
        route: route.to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.as_ref().to_vec(),
        received_at: 1_767_323_045_000,
    };
    HubSpot::decode(Script::new().context().clone(), request)
}

/// Returns the message with which a body is rejected.
pub fn refusal(route: &str, body: impl AsRef<[u8]>) -> String {
    match decode(route, body) {
        Err(Rejection::Malformed(sentence)) => sentence,
        other => panic!("{route}: the body was not rejected as malformed: {other:?}"),
    }
}

pub fn encode(outcome: Outcome) -> WebhookResponse {
    HubSpot::encode(Script::new().context().clone(), outcome)
}

pub fn header<'a>(response: &'a WebhookResponse, name: &str) -> Option<&'a str> {
    let header = response.headers.iter().find(|header| header.name == name)?;
    Some(std::str::from_utf8(&header.value).unwrap())
}

/// Returns the body as JSON; every piece of it must be text.
pub fn json(response: &WebhookResponse) -> Value {
    let text: String = response
        .body
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            other => panic!("{other:?} in an answer to HubSpot"),
        })
        .collect();
    serde_json::from_str(&text).unwrap()
}
