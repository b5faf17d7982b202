//! `userVerifyUrl`: HubSpot asks whether the conferencing system knows a user.

use cordboard_plug::{Command, Rejection, UserQuery};

use super::field::Field;
use super::fields::Fields;

/// Reads `portalId` and `userEmail`.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    let account_id = body.number(Field::PortalId)?;
    Ok(Command::VerifyUser(UserQuery { account_id, email: body.text(Field::UserEmail)? }))
}
