//! What the CRM wants of a conference, an operation a file.

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
use crate::crm::CrmRequest;
use crate::keys::Conference;
use crate::plugs::crm::{Command, Outcome};
use crate::plugs::provider;
use crate::spin::store::Store;

/// Carries a command out.
///
/// # Errors
/// Where the account or conference is not known, the store fails or the plug breaks the contract.
pub async fn run(crm_request: &CrmRequest<'_>) -> Result<Outcome, ApiError> {
    let accounts = Accounts::read().await?;
    let store = Store::open().await?;
    match &crm_request.command {
        Command::Create(meeting) => match connection(crm_request, &accounts, meeting.account_id).await? {
            Some(connection) => create::create(crm_request, &connection, &store, meeting.clone()).await,
            None => Ok(Outcome::Failed(Failure::Unsupported)),
        },
        Command::Update(change) => update::update(crm_request, &accounts, &store, change).await,
        Command::Delete(id) => delete::delete(crm_request, &accounts, &store, id).await,
        Command::VerifyUser(query) => match connection(crm_request, &accounts, query.account_id).await? {
            Some(connection) => user::verify(&connection, &store, &query.email).await,
            None => Ok(Outcome::Failed(Failure::Unsupported)),
        },
        Command::PhoneNumbers(_) => Ok(Outcome::Failed(Failure::Unsupported)),
    }
}

/// The connection that makes an account's conferences.
async fn connection(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    account: u64,
) -> Result<Option<Connection>, ApiError> {
    let Some((name, config)) = accounts.connection(account, Role::Conferencing)? else { return Ok(None) };
    let connection = Connection::read(account, name, config, provider::describe()).await?;
    crm_request.inbound.set_subject(connection.to_string());
    Ok(Some(connection))
}

/// The connection that made a conference; none where it is not configured any more.
async fn connection_of(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    conference: &Conference,
) -> Result<Option<Connection>, ApiError> {
    let (account, name) = (conference.account, &conference.connection);
    let Some(config) = accounts.named(account, name) else { return Ok(None) };
    let connection = Connection::read(account, name, config, provider::describe()).await?;
    crm_request.inbound.set_subject(format!("conference {}, {connection}", conference.id));
    Ok(Some(connection))
}

/// Checks what a plug says it made.
fn checked(made: AtProvider) -> Result<AtProvider, ApiError> {
    rules::conference(&made).map_err(ApiError::PlugFailed)?;
    Ok(made)
}

/// As the CRM is told of it. It reads a link only once, so where the provider's may change it is given ours, which leads
/// to the present one.
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
