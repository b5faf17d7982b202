//! Decodes HubSpot's webhooks into commands.
//!
//! All bodies are flat JSON objects. HubSpot may add fields at any time, so unknown fields are ignored. A documented
//! field that is missing or of the wrong type is rejected by name, since guessing could book the wrong meeting.

mod field;
mod fields;
mod surrogate;
mod whole;

use cordboard_plug::{Change, Command, Meeting, NumbersQuery, Person, Rejection, UserQuery};

use crate::routes;
use field::Field;
use fields::Fields;

/// Decodes the body of a request to a route.
///
/// # Errors
/// Returns `malformed`, naming the field, if the body differs from HubSpot's documents, and `unsupported` for a route
/// that this plug does not declare.
pub fn command(route: &str, body: &[u8]) -> Result<Command, Rejection> {
    let body = Fields::parse(body);
    Ok(match route {
        routes::CREATE_MEETING => Command::Create(meeting(&body?)?),
        routes::UPDATE_MEETING => {
            let body = body?;
            Command::Update(Change { conference_id: body.id(Field::ConferenceId)?, meeting: meeting(&body)? })
        }
        // HubSpot sends neither account nor user.
        routes::DELETE_MEETING => Command::Delete(body?.id(Field::ConferenceId)?),
        routes::VERIFY_USER => {
            let body = body?;
            Command::VerifyUser(UserQuery {
                account_id: body.number(Field::PortalId)?,
                email: body.text(Field::UserEmail)?,
            })
        }
        routes::PHONE_NUMBERS => {
            let body = body?;
            Command::PhoneNumbers(NumbersQuery {
                app_id: body.number(Field::AppId)?,
                account_id: body.number(Field::PortalId)?,
                user_id: body.number(Field::UserId)?,
            })
        }
        _ => return Err(Rejection::Unsupported("a route that this plug does not declare".to_owned())),
    })
}

/// Reads the fields of a create. An update has the same fields, although HubSpot does not document `source` there.
/// `userEmail` may hold any text: once `verify-user` has returned an id, HubSpot sends that id in place of the email
/// address.
fn meeting(body: &Fields<'_>) -> Result<Meeting, Rejection> {
    Ok(Meeting {
        account_id: body.number(Field::PortalId)?,
        user_id: body.number(Field::UserId)?,
        user: Person::Email(body.text(Field::UserEmail)?),
        topic: body.text(Field::Topic)?,
        start: body.whole(Field::StartTime)?,
        end: body.whole(Field::EndTime)?,
        source: body.text_if_any(Field::Source)?,
    })
}
