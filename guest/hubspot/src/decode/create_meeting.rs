//! `createMeetingUrl`: a user books a meeting with a video conference link.

use cordboard_plug::{Command, Meeting, Person, Rejection};

use super::field::Field;
use super::fields::Fields;

/// `portalId`, `userId`, `userEmail`, `topic`, `startTime`, `endTime`, and perhaps `source`.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    meeting(body).map(Command::Create)
}

/// What create and update have in common. `userEmail` is not checked to be an e-mail address: once `verify-user` has
/// given an id, HubSpot sends that in its place.
pub(super) fn meeting(body: &Fields<'_>) -> Result<Meeting, Rejection> {
    Ok(Meeting {
        account_id: body.whole(Field::PortalId)?,
        user_id: body.whole(Field::UserId)?,
        user: Person::Email(body.text(Field::UserEmail)?),
        topic: body.text(Field::Topic)?,
        start: body.whole(Field::StartTime)?,
        end: body.whole(Field::EndTime)?,
        source: body.text_if_any(Field::Source)?,
    })
}
