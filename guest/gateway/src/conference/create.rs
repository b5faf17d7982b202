//! A conference for a meeting.

use cordboard_core::likeness;
use cordboard_core::refusal::Refusal;
use cordboard_core::types::conference::{Meeting, Person};
use cordboard_core::types::effect::Failure;

use super::user::person;
use super::{Found, checked, find, for_crm, may_change_link};
use crate::crm::Asked;
use crate::drive::drive;
use crate::flight::{Landing, Turn, join};
use crate::kept::{Conference, key};
use crate::links;
use crate::owner::Connection;
use crate::plugs::crm::{Created, Outcome};
use crate::plugs::provider;
use crate::spin::clock::random_id;
use crate::spin::log::say;
use crate::spin::store::Store;

/// Makes a conference, or gives the one that was made for the same request.
pub(super) async fn create(
    asked: &Asked<'_>,
    connection: &Connection,
    store: &Store,
    meeting: Meeting,
) -> Result<Outcome, Refusal> {
    let repeat = key("request", &connection.key(), &asked.digest);
    if let Some(id) = store.get::<String>(&repeat).await?
        && let Some(outcome) = again(asked, connection, store, &id).await?
    {
        return Ok(outcome);
    }
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let numbers = [meeting.account_id, meeting.user_id, meeting.start, meeting.end];
    let likeness = likeness(&connection.name, user, &meeting.topic, numbers);
    let mut deleted = None;
    loop {
        match join(store, &likeness, asked.request.asked_at, deleted.as_deref()).await? {
            Turn::Landed(Landing::Made(id)) => {
                if let Some(outcome) = again(asked, connection, store, &id).await? {
                    return Ok(outcome);
                }
                deleted = Some(id);
            }
            Turn::Landed(Landing::Failed(failure)) => return Ok(Outcome::Failed(failure)),
            Turn::Ours(flight) => {
                let made = make(asked, connection, store, meeting).await;
                let landing = match &made {
                    Ok(Outcome::Created(created)) => Some(Landing::Made(created.id.clone())),
                    Ok(Outcome::Failed(failure)) => Some(Landing::Failed(failure.clone())),
                    Ok(_) | Err(_) => None,
                };
                flight.land(store, landing).await?;
                if let Ok(Outcome::Created(created)) = &made {
                    store.set(&repeat, &created.id).await?;
                }
                return made;
            }
        }
    }
}

/// The conference that was made for an equal request; none where it was deleted since.
async fn again(
    asked: &Asked<'_>,
    connection: &Connection,
    store: &Store,
    id: &str,
) -> Result<Option<Outcome>, Refusal> {
    let Found { record, deleted } = find(store, asked.app.id, id).await?;
    if deleted {
        return Ok(None);
    }
    let conference = for_crm(&asked.app.public_url, connection, &record);
    Ok(Some(Outcome::Created(Created { id: record.id, conference })))
}

async fn make(
    asked: &Asked<'_>,
    connection: &Connection,
    store: &Store,
    mut meeting: Meeting,
) -> Result<Outcome, Refusal> {
    meeting.user = person(connection, store, meeting.user).await?;
    let made = match drive(connection, store, |context| provider::create(context, &meeting)).await? {
        Ok(made) => checked(made)?,
        Err(failure) => {
            let with = &connection.description.capabilities.creates_with;
            if failure == Failure::Unsupported && !with.is_empty() {
                say(&format!(
                    "{connection} makes conferences with one of {}: add one to its settings",
                    with.join(", ")
                ));
            }
            return Ok(Outcome::Failed(failure));
        }
    };
    let id = random_id()?;
    let record = Conference::made(id.clone(), asked.app.id, connection, &made, &meeting, asked.request.received_at);
    store.set(&Conference::key(&id), &record).await?;
    store.set(&key("known", &connection.key(), &record.provider_id), &id).await?;
    if may_change_link(connection) {
        links::keep(store, &id).await?;
    }
    Ok(Outcome::Created(Created { conference: for_crm(&asked.app.public_url, connection, &record), id }))
}
