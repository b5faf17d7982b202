//! Encodes outcomes as the answers that HubSpot documents.

mod numbers;
mod problem;

use cordboard_plug::{Created, Header, Outcome, Piece, WebhookResponse};
use serde_json::json;

use numbers::numbers;

/// Returns the answer to HubSpot.
pub fn response(outcome: Outcome) -> WebhookResponse {
    match outcome {
        Outcome::Created(Created { id, conference }) => ok(&json!({
            "conferenceId": id,
            "conferenceUrl": conference.join_url,
            // Plain text, in which HubSpot keeps newlines.
            "conferenceDetails": conference.details,
        })),
        Outcome::Updated | Outcome::Deleted => WebhookResponse { status: 204, headers: Vec::new(), body: Vec::new() },
        Outcome::User(Some(id)) => ok(&json!({ "id": id })),
        Outcome::User(None) => problem::unknown_user(),
        Outcome::PhoneNumbers(found) => ok(&numbers(found)),
        Outcome::Failed(failure) => problem::failed(&failure),
    }
}

fn ok(body: &serde_json::Value) -> WebhookResponse {
    WebhookResponse {
        status: 200,
        headers: vec![header("content-type", "application/json")],
        body: vec![Piece::Text(body.to_string())],
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.as_bytes().to_vec() }
}
