//! One telephony plug: a user's numbers for the help desk.

use cordboard_core::refusal::Refusal;
use cordboard_core::rules;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::crm::{self, Asked};
use crate::drive::drive;
use crate::owner::{Accounts, Connection, Role};
use crate::plugs::crm::{Command, Outcome};
use crate::plugs::telephony;
use crate::spin;
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

/// Answers a request that the front passed on.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    spin::answer(request, |path| path.len() == 3, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, Refusal> {
    let asked = crm::decode(request).await?;
    let outcome = numbers(&asked).await?;
    crm::encode(&asked, &outcome)
}

async fn numbers(asked: &Asked<'_>) -> Result<Outcome, Refusal> {
    let Command::PhoneNumbers(query) = &asked.command else { return Ok(Outcome::Failed(Failure::Unsupported)) };
    let accounts = Accounts::read().await?;
    let Some((name, plugged)) = accounts.connection(query.account_id, Role::Telephony)? else {
        return Ok(Outcome::Failed(Failure::Unsupported));
    };
    let connection = Connection::read(query.account_id, name, plugged, telephony::describe()).await?;
    asked.request.is_of(connection.to_string());
    let store = Store::open().await?;
    let numbers = drive(&connection, &store, |context| telephony::phone_numbers(context, query.user_id)).await?;
    Ok(match numbers {
        Ok(numbers) => {
            rules::numbers(&numbers).map_err(Refusal::Broken)?;
            Outcome::PhoneNumbers(numbers)
        }
        Err(failure) => Outcome::Failed(failure),
    })
}
