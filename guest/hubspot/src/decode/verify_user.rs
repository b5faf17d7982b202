//! `userVerifyUrl`: whether a user is known to the conferencing system.

use cordboard_plug::{Command, Rejection, UserQuery};

use super::field::Field;
use super::fields::Fields;

/// `portalId` and `userEmail`.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    let account_id = body.whole(Field::PortalId)?;
    Ok(Command::VerifyUser(UserQuery { account_id, email: body.text(Field::UserEmail)? }))
}
