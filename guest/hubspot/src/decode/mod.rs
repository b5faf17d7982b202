//! Decodes HubSpot's webhooks into commands, one file per webhook.
//!
//! All bodies are flat JSON objects. HubSpot may add fields at any time, so unknown fields are ignored. A documented
//! field that is missing or of the wrong type is rejected by name, since guessing could book the wrong meeting.

mod create_meeting;
mod delete_meeting;
mod field;
mod fields;
mod phone_numbers;
mod surrogate;
mod update_meeting;
mod verify_user;
mod whole;

use cordboard_plug::{Command, Rejection};

use crate::routes;
use fields::Fields;

/// Decodes the body of a request to a route.
///
/// # Errors
/// Returns `malformed`, naming the field, if the body differs from HubSpot's documents, and `unsupported` for a route
/// that this plug does not declare.
pub fn command(route: &str, body: &[u8]) -> Result<Command, Rejection> {
    let read = match route {
        routes::CREATE_MEETING => create_meeting::read,
        routes::UPDATE_MEETING => update_meeting::read,
        routes::DELETE_MEETING => delete_meeting::read,
        routes::VERIFY_USER => verify_user::read,
        routes::PHONE_NUMBERS => phone_numbers::read,
        _ => {
            return Err(Rejection::Unsupported("a route that this plug does not declare".to_owned()));
        }
    };
    read(&Fields::parse(body)?)
}
