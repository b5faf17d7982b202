//! Lists a user's telephone numbers.

use std::sync::Arc;

use cordboard_core::AppId;

use crate::contract::crm::{NumbersQuery, Outcome};
use crate::plug::{CallError, rules};
use crate::store::OperationKind;
use crate::topology::{Account, InFlightGuard};

use super::ApiError;
use super::command_result::{CommandResult, broken, interrupted};
use super::execute::{Completion, Run};
use super::invocation::Invocation;
use super::operation::{begin, json};
use super::state::BridgeState;

/// Asks the account's telephony plug for a user's numbers.
pub(super) async fn numbers(
    state: &Arc<BridgeState>,
    app: &AppId,
    account: &Account,
    in_flight: InFlightGuard,
    query: NumbersQuery,
) -> Result<CommandResult, ApiError> {
    let Some(connection) = account.telephony.clone() else { return Ok(CommandResult::unsupported()) };
    let user = query.user_id;
    let key = format!("phone-numbers {} {user}", connection.id);
    let work = {
        let (state, app) = (Arc::clone(state), app.clone());
        async move {
            let generation = connection.serving(&user);
            let operation = begin(OperationKind::PhoneNumbers, Some(app), &connection, generation, None)?;
            let invocation = Invocation::PhoneNumbers(user.clone());
            let mut run = Run::begin(&state, &connection, generation, operation, invocation).await?;
            let outcome = match run.execute(|plug, context| plug.phone_numbers(context, &user)).await? {
                Completion::Done(numbers) => match rules::numbers(&numbers) {
                    Ok(()) => Outcome::PhoneNumbers(numbers),
                    Err(why) => return broken(run, CallError::ContractBroken(why), None).await,
                },
                Completion::Failed(failure) => Outcome::Failed(failure),
                Completion::Broken(error) => return broken(run, error, None).await,
            };
            let succeeded = !matches!(outcome, Outcome::Failed(_));
            if run.had_effects() || !succeeded {
                run.finish(json(&outcome), succeeded, None, Vec::new()).await?;
            }
            Ok(CommandResult::new(outcome))
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}
