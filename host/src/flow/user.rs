//! Verifies users with the provider.

use std::sync::Arc;

use cordboard_core::AppId;

use crate::contract::conference::Person;
use crate::contract::crm::{Outcome, UserQuery};
use crate::contract::effect::Failure;
use crate::plug::CallError;
use crate::plug::rules::is_id;
use crate::store::{Change, OperationKind};
use crate::topology::{Account, Connection, Generation, InFlightGuard};

use super::ApiError;
use super::command_result::{CommandResult, broken, interrupted};
use super::execute::{Completion, Run};
use super::invocation::Invocation;
use super::operation::{begin, json};
use super::state::BridgeState;

/// Looks up a user by e-mail address. The CRM identifies the user by the returned id from then on.
pub(super) async fn verify(
    state: &Arc<BridgeState>,
    app: &AppId,
    account: &Account,
    in_flight: InFlightGuard,
    query: UserQuery,
) -> Result<CommandResult, ApiError> {
    let Some(connection) = account.conferencing.clone() else { return Ok(CommandResult::unsupported()) };
    let email = query.email;
    let key = format!("verify-user {} {email}", connection.id);
    let work = {
        let (state, app) = (Arc::clone(state), app.clone());
        async move {
            if state.store.is_verified_user(&connection.id, &email).await? {
                // An id from an earlier lookup, which the CRM sends in place of the address.
                return Ok(CommandResult::new(Outcome::User(Some(email))));
            }
            let generation = connection.serving(&email);
            let operation = begin(OperationKind::VerifyUser, Some(app), &connection, generation, None)?;
            let invocation = Invocation::VerifyUser(email.clone());
            let mut run = Run::begin(&state, &connection, generation, operation, invocation).await?;
            let completion = run.execute(|plug, context| plug.verify_user(context, &email)).await?;
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
                // A provider without users accepts every user.
                Completion::Failed(Failure::Unsupported) => (Outcome::User(Some(email)), Vec::new()),
                Completion::Failed(failure) => (Outcome::Failed(failure), Vec::new()),
                Completion::Broken(error) => return broken(run, error, None).await,
            };
            let succeeded = !matches!(outcome, Outcome::Failed(_));
            // The CRM verifies users often, even if no meeting follows, so a lookup that changed nothing is not stored.
            if run.had_effects() || !changes.is_empty() || !succeeded {
                run.finish(json(&outcome), succeeded, None, changes).await?;
            }
            Ok(CommandResult::new(outcome))
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// Marks a user as verified if the CRM sent an id that the connection's plug returned before.
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
