//! Executes the CRM's conference commands, one file per operation.

mod create;
mod delete;
mod find;
mod orphan;
mod update;
mod user;

pub use find::{find, is_deleted, look_up, set_deleted};
pub use orphan::orphaned;

use cordboard_core::api_error::ApiError;
use cordboard_core::record::Conference;
use cordboard_core::types::crm::{Command, Outcome};
use cordboard_core::types::effect::Failure;
use cordboard_core::types::provider;

use crate::config::{Accounts, Connection, Role};
use crate::crm::CrmRequest;
use crate::spin::store::Store;

/// Executes a command.
///
/// # Errors
/// Returns an error if the account or conference is unknown, the store fails or the plug violates the contract.
pub async fn run(crm_request: &CrmRequest<'_>) -> Result<Outcome, ApiError> {
    let accounts = Accounts::read().await?;
    let store = Store::open().await?;
    let connection = crm_request.connection(&accounts, Role::Conferencing, provider::describe).await?;
    match (&crm_request.command, connection) {
        (Command::Create(meeting), Some(connection)) => {
            create::create(crm_request, &connection, &store, meeting.clone()).await
        }
        (Command::VerifyUser(query), Some(connection)) => {
            user::verify(crm_request, &connection, &store, &query.email).await
        }
        (Command::Update(change), _) => update::update(crm_request, &accounts, &store, change).await,
        (Command::Delete(id), _) => delete::delete(crm_request, &accounts, &store, id).await,
        _ => Ok(Outcome::Failed(Failure::Unsupported)),
    }
}

/// Returns the connection that created a conference, or `None` if it is no longer configured.
async fn connection_of(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    conference: &Conference,
) -> Result<Option<Connection>, ApiError> {
    let Some(config) = accounts.named(&conference.connection) else { return Ok(None) };
    let connection = Connection::read(conference.connection.clone(), config, provider::describe()).await?;
    crm_request.inbound.set_subject(format!("conference {}, {connection}", conference.id));
    Ok(Some(connection))
}
