//! Executes the CRM's conference commands, one file per operation.

mod create;
mod delete;
mod find;
mod orphan;
mod update;
mod user;

pub use find::{Found, find, look_up};
pub use orphan::orphaned;

use cordboard_core::api_error::ApiError;
use cordboard_core::link;
use cordboard_core::rules;
use cordboard_core::types::conference::Conference as AtProvider;
use cordboard_core::types::effect::Failure;
use cordboard_core::types::manifest::UpdateMode;

use crate::config::{Accounts, Connection, Role};
use crate::crm::{CrmRequest, account};
use crate::keys::Conference;
use crate::plugs::crm::{Command, Outcome};
use crate::plugs::provider;
use crate::spin::store::Store;

/// Executes a command.
///
/// # Errors
/// Returns an error if the account or conference is unknown, the store fails or the plug violates the contract.
pub async fn run(crm_request: &CrmRequest<'_>) -> Result<Outcome, ApiError> {
    let accounts = Accounts::read().await?;
    let store = Store::open().await?;
    match &crm_request.command {
        Command::Create(meeting) => match connection(crm_request, &accounts, &meeting.account_id).await? {
            Some(connection) => create::create(crm_request, &connection, &store, meeting.clone()).await,
            None => Ok(Outcome::Failed(Failure::Unsupported)),
        },
        Command::Update(change) => update::update(crm_request, &accounts, &store, change).await,
        Command::Delete(id) => delete::delete(crm_request, &accounts, &store, id).await,
        Command::VerifyUser(query) => match connection(crm_request, &accounts, &query.account_id).await? {
            Some(connection) => user::verify(&connection, &store, &query.email).await,
            None => Ok(Outcome::Failed(Failure::Unsupported)),
        },
        Command::PhoneNumbers(_) => Ok(Outcome::Failed(Failure::Unsupported)),
    }
}

/// Returns the connection that creates an account's conferences.
async fn connection(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    account_id: &str,
) -> Result<Option<Connection>, ApiError> {
    let account = account(account_id)?;
    let Some((name, config)) = accounts.connection(&account, Role::Conferencing)? else { return Ok(None) };
    let connection = Connection::read(&account, name, config, provider::describe()).await?;
    crm_request.inbound.set_subject(connection.to_string());
    Ok(Some(connection))
}

/// Returns the connection that created a conference, or `None` if it is no longer configured.
async fn connection_of(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    conference: &Conference,
) -> Result<Option<Connection>, ApiError> {
    let (account, name) = (&conference.account, &conference.connection);
    let Some(config) = accounts.named(account, name) else { return Ok(None) };
    let connection = Connection::read(account, name, config, provider::describe()).await?;
    crm_request.inbound.set_subject(format!("conference {}, {connection}", conference.id));
    Ok(Some(connection))
}

/// Checks a conference returned by a plug against the contract's limits.
fn checked(made: AtProvider) -> Result<AtProvider, ApiError> {
    rules::conference(&made).map_err(ApiError::PlugFailed)?;
    Ok(made)
}

/// Returns a conference as the CRM sees it. The CRM reads a link only once, so if the provider's link may change, the
/// CRM gets a link to the bridge, which redirects to the current one.
fn for_crm(public_url: &str, connection: &Connection, conference: &Conference) -> AtProvider {
    let mut told = conference.at_provider();
    if may_change_link(connection) {
        let ours = format!("{public_url}/j/{}", link(&conference.id));
        told.details = told.details.replace(&told.join_url, &ours);
        told.join_url = ours;
    }
    told
}

fn may_change_link(connection: &Connection) -> bool {
    connection.description.capabilities.updates == UpdateMode::MayChangeLink
}
