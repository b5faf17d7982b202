//! `createMeetingUrl`: a user books a meeting with a video conference link.

use cordboard_plug::{Command, Meeting, Person, Rejection};

use super::field::Field;
use super::fields::Fields;

/// Reads `portalId`, `userId`, `userEmail`, `topic`, `startTime`, `endTime` and the optional `source`.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    meeting(body).map(Command::Create)
}

/// Reads the fields that create and update share. `userEmail` may hold any text: once `verify-user` has returned an id,
/// HubSpot sends that id in place of the email address.
pub(super) fn meeting(body: &Fields<'_>) -> Result<Meeting, Rejection> {
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
