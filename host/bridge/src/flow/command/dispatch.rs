//! Passes each command of the CRM to the function that carries it out.

use cordboard_core::SignedRequest;

use cordboard_runtime::contract::crm::Command;

use crate::flow::ApiError;

use super::caller::Caller;
use super::result::CommandResult;
use super::{create, delete, numbers, update, user};

/// Carries out a command. `request` is the CRM's request that carries it.
pub async fn dispatch(
    caller: &Caller<'_>,
    command: Command,
    request: SignedRequest,
) -> Result<CommandResult, ApiError> {
    match command {
        Command::Create(meeting) => create::create(caller, meeting, request).await,
        Command::Update(change) => update::update(caller, change).await,
        Command::Delete(conference) => delete::delete(caller, conference, None).await,
        Command::VerifyUser(query) => user::verify(caller, query).await,
        Command::PhoneNumbers(query) => numbers::numbers(caller, query).await,
    }
}
