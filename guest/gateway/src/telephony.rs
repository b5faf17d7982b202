//! Serves one telephony plug: a user's numbers for the help desk.

use cordboard_core::api_error::ApiError;
use cordboard_core::rules;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::config::{Accounts, Connection, Role};
use crate::crm::{self, CrmRequest, account};
use crate::execute::execute;
use crate::plugs::crm::{Command, Outcome};
use crate::plugs::telephony;
use crate::spin;
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

/// Answers a request forwarded by the front component.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    spin::answer(request, |path| path.len() == 3, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, ApiError> {
    let crm_request = crm::decode(request).await?;
    let outcome = numbers(&crm_request).await?;
    crm::encode(&crm_request, &outcome)
}

async fn numbers(crm_request: &CrmRequest<'_>) -> Result<Outcome, ApiError> {
    let Command::PhoneNumbers(query) = &crm_request.command else { return Ok(Outcome::Failed(Failure::Unsupported)) };
    let accounts = Accounts::read().await?;
    let account = account(&query.account_id)?;
    let Some((name, config)) = accounts.connection(&account, Role::Telephony)? else {
        return Ok(Outcome::Failed(Failure::Unsupported));
    };
    let connection = Connection::read(&account, name, config, telephony::describe()).await?;
    crm_request.inbound.set_subject(connection.to_string());
    let store = Store::open().await?;
    let numbers = execute(&connection, &store, |context| telephony::phone_numbers(context, &query.user_id)).await?;
    Ok(match numbers {
        Ok(numbers) => {
            rules::numbers(&numbers).map_err(ApiError::PlugFailed)?;
            Outcome::PhoneNumbers(numbers)
        }
        Err(failure) => Outcome::Failed(failure),
    })
}
