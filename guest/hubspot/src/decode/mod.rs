//! What HubSpot sends, as commands: a file for each webhook.
//!
//! All bodies are flat JSON objects. HubSpot may add fields at any time, so unknown ones pass; a documented one that is
//! missing or of another type is refused by name, since guessing would book the wrong meeting.

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

/// Reads the body that came to a route.
///
/// # Errors
/// `malformed`, naming the field, where the body is not as HubSpot documents it; `unsupported` for a route that this
/// plug does not declare.
pub fn command(route: &str, body: &[u8]) -> Result<Command, Rejection> {
    let read = match route {
        routes::CREATE_MEETING => create_meeting::read,
        routes::UPDATE_MEETING => update_meeting::read,
        routes::DELETE_MEETING => delete_meeting::read,
        routes::VERIFY_USER => verify_user::read,
        routes::PHONE_NUMBERS => phone_numbers::read,
        _ => {
            return Err(Rejection::Unsupported("a route that is not one of this plug's".to_owned()));
        }
    };
    read(&Fields::parse(body)?)
}
