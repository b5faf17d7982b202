//! Lists a user's telephone numbers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use cordboard_core::rules;
use cordboard_runtime::Plug;
use cordboard_runtime::contract::crm::{NumbersQuery, Outcome};
use cordboard_runtime::contract::effect::{Context, Failure};
use cordboard_runtime::contract::telephone::PhoneNumber;
use cordboard_store::OperationKind;

use super::ApiError;
use super::command_result::CommandResult;
use super::commands::{Commands, Purpose};
use super::execute::Run;
use super::invocation::Invocation;
use super::operation::begin;
use super::plug_command::{CallResult, Caller, Ended, PlugCommand, execute, share};

/// The query for the telephone numbers of a user, given the CRM's id of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumbers(String);

/// Asks the account's telephony plug for a user's numbers.
pub(super) async fn numbers(caller: &Caller<'_>, query: NumbersQuery) -> Result<CommandResult, ApiError> {
    let (app, user) = (caller.app.clone(), query.user_id);
    if query.app_id != app.as_str() {
        return Err(ApiError::NotFound("app"));
    }
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
    share(caller.commands, in_flight, key, work).await
}

impl PlugCommand for PhoneNumbers {
    type Output = Vec<PhoneNumber>;

    fn call(&self, plug: &Plug, context: &Context) -> CallResult<Vec<PhoneNumber>> {
        plug.phone_numbers(context, &self.0)
    }

    fn end(&self, _: &Run<'_>, result: Result<Vec<PhoneNumber>, Failure>) -> Result<Ended, String> {
        let outcome = match result {
            Ok(numbers) => {
                rules::numbers(&numbers)?;
                Outcome::PhoneNumbers(numbers)
            }
            Err(failure) => Outcome::Failed(failure),
        };
        Ok(Ended::with(outcome))
    }
}
