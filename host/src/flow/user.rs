//! Whether the provider knows a user.

use std::sync::Arc;

use crate::contract::conference::Person;
use crate::contract::crm::{Outcome, UserQuery};
use crate::contract::effect::Failure;
use crate::plug::CallError;
use crate::plug::rules::is_id;
use crate::store::{Change, OperationKind};
use crate::topology::{Account, Connection, Generation, InFlightGuard};

use super::ApiError;
use super::command_result::{CommandResult, broken, interrupted};
use super::execute::{Completion, Pause, Run};
use super::invocation::Invocation;
use super::operation::{begin, json};
use super::state::BridgeState;

/// Looks a user up; the id that is found stands for the user from then on.
pub(super) async fn verify(
    state: &Arc<BridgeState>,
    app: u64,
    account: &Account,
    in_flight: InFlightGuard,
    query: UserQuery,
) -> Result<CommandResult, ApiError> {
    let Some(connection) = account.conferencing.clone() else { return Ok(CommandResult::unsupported()) };
    let email = query.email;
    let key = format!("verify-user {} {email}", connection.id);
    let work = {
        let state = Arc::clone(state);
        async move {
            if state.store.is_verified_user(&connection.id, &email).await? {
                // The CRM sends the id that it was given in place of the address.
                return Ok(CommandResult::new(Outcome::User(Some(email))));
            }
            let generation = connection.serving(&email);
            let operation = begin(OperationKind::VerifyUser, Some(app), &connection, generation, None)?;
            let invocation = Invocation::VerifyUser(email.clone());
            let mut run = Run::begin(&state, &connection, generation, operation, invocation).await?;
            let completion =
                run.execute(|plug, context| Ok(plug.verify_user(context, &email)?.map_err(Pause::from))).await?;
            let (outcome, changes) = match completion {
                Completion::Done(None) => (Outcome::User(None), Vec::new()),
                Completion::Done(Some(id)) if id == email => (Outcome::User(Some(id)), Vec::new()),
                Completion::Done(Some(id)) if !is_id(&id) => {
                    let why = "the user's id is empty, too long or not text".to_owned();
                    return broken(run, CallError::ContractBroken(why), None).await;
                }
                Completion::Done(Some(id)) => {
                    let known = Change::VerifiedUser { connection: connection.id.clone(), id: id.clone() };
                    (Outcome::User(Some(id)), vec![known])
                }
                // A provider without users has nothing against any.
                Completion::Failed(Failure::Unsupported) => (Outcome::User(Some(email)), Vec::new()),
                Completion::Failed(failure) => (Outcome::Failed(failure), Vec::new()),
                Completion::Broken(error) => return broken(run, error, None).await,
            };
            let succeeded = !matches!(outcome, Outcome::Failed(_));
            // The CRM asks this often, also where no meeting follows: what changed nothing is not written down.
            if run.had_effects() || !changes.is_empty() || !succeeded {
                run.finish(json(&outcome), succeeded, None, changes).await?;
            }
            Ok(CommandResult::new(outcome))
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// The host knows which ids its plug gave for users.
pub(super) async fn person(
    state: &BridgeState,
    connection: &Connection,
    generation: &Generation,
    user: Person,
) -> Result<Person, ApiError> {
    if let Person::Email(text) = &user
        && generation.plug.description().capabilities.knows_users
        && state.store.is_verified_user(&connection.id, text).await?
    {
        return Ok(Person::Verified(text.clone()));
    }
    Ok(user)
}
