//! Verifies users with the provider.

use std::sync::Arc;

use cordboard_core::command::VerifyUser;

use crate::flow::ApiError;
use crate::flow::operation::{Invocation, Run, begin};
use crate::topology::{Connection, Generation};
use cordboard_runtime::contract::conference::Person;
use cordboard_runtime::contract::crm::{Outcome, UserQuery};
use cordboard_store::{OperationKind, Store};

use super::caller::{Caller, Purpose};
use super::commands::Commands;
use super::execute::execute;
use super::result::CommandResult;

/// Looks up a user by e-mail address. The CRM identifies the user by the returned id from then on.
pub async fn verify(caller: &Caller<'_>, query: UserQuery) -> Result<CommandResult, ApiError> {
    let account = caller.account(&query.account_id)?;
    let in_flight = caller.admit(&account.id, Purpose::New)?;
    let Some(connection) = account.conferencing.clone() else { return Ok(CommandResult::unsupported()) };
    let (app, email) = (caller.app.clone(), query.email);
    let key = format!("verify-user {} {email}", connection.id);
    let work = move |commands: Arc<Commands>| async move {
        if commands.store.is_verified_user(&connection.id, &email).await? {
            // An id from an earlier lookup, which the CRM sends in place of the address.
            return Ok(CommandResult::new(Outcome::User(Some(email))));
        }
        let generation = connection.serving(&email);
        let operation = begin(OperationKind::VerifyUser, Some(app), &connection.id, generation.plug.digest(), None)?;
        let verify = Invocation::VerifyUser(VerifyUser(email));
        execute(&commands, Run::begin(&commands.executor, &connection, generation, operation, verify).await?).await
    };
    caller.share(in_flight, key, work).await
}

/// Marks a user as verified if the CRM sent an id that the connection's plug returned before.
pub async fn person(
    store: &dyn Store,
    connection: &Connection,
    generation: &Generation,
    user: Person,
) -> Result<Person, ApiError> {
    if let Person::Email(text) = &user
        && generation.plug.description().capabilities.knows_users
        && store.is_verified_user(&connection.id, text).await?
    {
        return Ok(Person::Verified(text.clone()));
    }
    Ok(user)
}
