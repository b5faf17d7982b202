//! Verifies users with the provider.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::topology::{Connection, Generation};
use cordboard_core::rules::is_id;
use cordboard_runtime::Plug;
use cordboard_runtime::contract::conference::Person;
use cordboard_runtime::contract::crm::{Outcome, UserQuery};
use cordboard_runtime::contract::effect::{Context, Failure};
use cordboard_store::{Change, OperationKind, Store};

use super::ApiError;
use super::command_result::CommandResult;
use super::commands::{Commands, Purpose};
use super::execute::Run;
use super::invocation::Invocation;
use super::operation::begin;
use super::plug_command::{CallResult, Caller, Ended, PlugCommand, execute, share};

/// The lookup of a user of the provider by e-mail address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyUser(String);

/// Looks up a user by e-mail address. The CRM identifies the user by the returned id from then on.
pub(super) async fn verify(caller: &Caller<'_>, query: UserQuery) -> Result<CommandResult, ApiError> {
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
    share(caller.commands, in_flight, key, work).await
}

impl PlugCommand for VerifyUser {
    type Output = Option<String>;

    fn call(&self, plug: &Plug, context: &Context) -> CallResult<Option<String>> {
        plug.verify_user(context, &self.0)
    }

    fn end(&self, run: &Run<'_>, result: Result<Option<String>, Failure>) -> Result<Ended, String> {
        match result {
            Ok(Some(id)) if id != self.0 => {
                if !is_id(&id) {
                    return Err("the user's id is empty, too long or not text".to_owned());
                }
                let known = Change::VerifiedUser { connection: run.operation().connection.clone(), id: id.clone() };
                Ok(Ended { outcome: Outcome::User(Some(id)), changes: vec![known], leftover: None })
            }
            Ok(user) => Ok(Ended::with(Outcome::User(user))),
            // A provider without users accepts every user.
            Err(Failure::Unsupported) => Ok(Ended::with(Outcome::User(Some(self.0.clone())))),
            Err(failure) => Ok(Ended::with(Outcome::Failed(failure))),
        }
    }
}

/// Marks a user as verified if the CRM sent an id that the connection's plug returned before.
pub(super) async fn person(
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
