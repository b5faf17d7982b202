//! Lists a user's telephone numbers.

use std::sync::Arc;

use cordboard_core::command::PhoneNumbers;

use crate::flow::ApiError;
use crate::flow::operation::{Invocation, Run, begin};
use cordboard_runtime::contract::crm::NumbersQuery;
use cordboard_store::OperationKind;

use super::caller::{Caller, Purpose};
use super::commands::Commands;
use super::execute::execute;
use super::result::CommandResult;

/// Asks the account's telephony plug for a user's numbers.
pub async fn numbers(caller: &Caller<'_>, query: NumbersQuery) -> Result<CommandResult, ApiError> {
    let (app, user) = (caller.app.clone(), query.user_id);
    let account = caller.account(&query.account_id)?;
    let in_flight = caller.admit(&account.id, Purpose::New)?;
    let Some(connection) = account.telephony.clone() else { return Ok(CommandResult::unsupported()) };
    let key = format!("phone-numbers {} {user}", connection.id);
    let work = move |commands: Arc<Commands>| async move {
        let generation = connection.serving(&user);
        let operation = begin(OperationKind::PhoneNumbers, Some(app), &connection.id, generation.plug.digest(), None)?;
        let numbers = Invocation::PhoneNumbers(PhoneNumbers(user));
        execute(&commands, Run::begin(&commands.executor, &connection, generation, operation, numbers).await?).await
    };
    caller.share(in_flight, key, work).await
}
