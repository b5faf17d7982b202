//! `updateMeetingUrl`: the title or the times of a meeting changed.

use cordboard_plug::{Change, Command, Rejection};

use super::create_meeting::meeting;
use super::field::Field;
use super::fields::Fields;

/// Reads `conferenceId` and the fields of a create, including `source`, although HubSpot does not document it here.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    let conference_id = body.id(Field::ConferenceId)?;
    Ok(Command::Update(Change { conference_id, meeting: meeting(body)? }))
}
