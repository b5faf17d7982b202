//! Serves one telephony plug: a user's numbers for the help desk.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::PhoneNumbers;
use cordboard_core::types::crm::{Command, Outcome};
use cordboard_core::types::effect::Failure;
use cordboard_core::types::telephony;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::command::run;
use crate::config::{Accounts, Role};
use crate::crm::{self, CrmRequest};
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
    crm_request.encode(&numbers(&crm_request).await?)
}

async fn numbers(crm_request: &CrmRequest<'_>) -> Result<Outcome, ApiError> {
    let accounts = Accounts::read().await?;
    let connection = crm_request.connection(&accounts, Role::Telephony, telephony::describe).await?;
    let (Command::PhoneNumbers(query), Some(connection)) = (&crm_request.command, connection) else {
        return Ok(Outcome::Failed(Failure::Unsupported));
    };
    let store = Store::open().await?;
    let numbers = PhoneNumbers(query.user_id.clone());
    let target = crm_request.target(&connection, "", 0);
    run(&connection, &store, &target, &numbers, |context| telephony::phone_numbers(context, &numbers.0)).await
}
