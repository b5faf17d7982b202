//! `deleteMeetingUrl`: a meeting was deleted.

use cordboard_plug::{Command, Rejection};

use super::field::Field;
use super::fields::Fields;

/// Reads `conferenceId`, the only field: HubSpot sends neither account nor user.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    body.id(Field::ConferenceId).map(Command::Delete)
}
