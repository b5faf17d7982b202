//! The channel connection's `url`: a user connects a telephone number to the help desk.

use cordboard_plug::{Command, NumbersQuery, Rejection};

use super::field::Field;
use super::fields::Fields;

/// Reads `appId`, `portalId` and `userId`.
pub fn read(body: &Fields<'_>) -> Result<Command, Rejection> {
    Ok(Command::PhoneNumbers(NumbersQuery {
        app_id: body.number(Field::AppId)?,
        account_id: body.number(Field::PortalId)?,
        user_id: body.number(Field::UserId)?,
    }))
}
