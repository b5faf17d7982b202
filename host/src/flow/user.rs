//! Whether the provider knows a user.

use std::sync::Arc;

use crate::contract::conference::Person;
use crate::contract::crm::{Outcome, UserQuery};
use crate::contract::effect::Failure;
use crate::plug::CallError;
use crate::plug::rules::is_id;
use crate::store::{Change, OperationKind};
use crate::world::{Account, Admitted, Connection, Generation};

use super::ApiError;
use super::asked::Asked;
use super::drive::{End, Run, Stop};
use super::landed::{Landed, broke_off, broken};
use super::operation::{begin, json};
use super::switchboard::Switchboard;

/// Looks a user up; the id that is found stands for the user from then on.
pub(super) async fn verify(
    board: &Arc<Switchboard>,
    app: u64,
    account: &Account,
    asker: Admitted,
    query: UserQuery,
) -> Result<Landed, ApiError> {
    let Some(connection) = account.conferencing.clone() else { return Ok(Landed::cannot()) };
    let email = query.email;
    let key = format!("verify-user {} {email}", connection.id);
    let work = {
        let board = Arc::clone(board);
        async move {
            if board.store.is_verified_user(&connection.id, &email).await? {
                // The CRM sends the id that it was given in place of the address.
                return Ok(Landed::new(Outcome::User(Some(email))));
            }
            let generation = connection.serving(&email);
            let operation = begin(OperationKind::VerifyUser, Some(app), &connection, generation, None)?;
            let what = Asked::VerifyUser(email.clone());
            let mut run = Run::begin(&board, &connection, generation, operation, what).await?;
            let end = run.drive(|plug, context| Ok(plug.verify_user(context, &email)?.map_err(Stop::from))).await?;
            let (outcome, changes) = match end {
                End::Done(None) => (Outcome::User(None), Vec::new()),
                End::Done(Some(id)) if id == email => (Outcome::User(Some(id)), Vec::new()),
                End::Done(Some(id)) if !is_id(&id) => {
                    let why = "the user's id is empty, too long or not text".to_owned();
                    return broken(run, CallError::ContractBroken(why), None).await;
                }
                End::Done(Some(id)) => {
                    let known = Change::VerifiedUser { connection: connection.id.clone(), id: id.clone() };
                    (Outcome::User(Some(id)), vec![known])
                }
                // A provider without users has nothing against any.
                End::Failed(Failure::Unsupported) => (Outcome::User(Some(email)), Vec::new()),
                End::Failed(failure) => (Outcome::Failed(failure), Vec::new()),
                End::Broken(error) => return broken(run, error, None).await,
            };
            let succeeded = !matches!(outcome, Outcome::Failed(_));
            // The CRM asks this often, also where no meeting follows: what changed nothing is not written down.
            if run.had_effects() || !changes.is_empty() || !succeeded {
                run.end(json(&outcome), succeeded, None, changes).await?;
            }
            Ok(Landed::new(outcome))
        }
    };
    board.flights.join(asker, key, work).await.unwrap_or_else(|| Err(broke_off()))
}

/// The host knows which ids its plug gave for users.
pub(super) async fn person(
    board: &Switchboard,
    connection: &Connection,
    generation: &Generation,
    user: Person,
) -> Result<Person, ApiError> {
    if let Person::Email(text) = &user
        && generation.plug.description().capabilities.knows_users
        && board.store.is_verified_user(&connection.id, text).await?
    {
        return Ok(Person::Verified(text.clone()));
    }
    Ok(user)
}
