//! A conference for a meeting.

use std::ops::RangeInclusive;

use cordboard_core::refusal::Refusal;
use cordboard_core::types::conference::{Meeting, Person};
use cordboard_core::types::effect::Failure;
use cordboard_core::{likeness, repeat_window};

use super::find::is_changed;
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
    // Where the proof covers no time, two meetings that look alike come with the same bytes.
    let unchanged = (!asked.covers_time).then(|| repeat_window(asked.request.received_at));
    if let Some(id) = store.get::<String>(&repeat).await?
        && let Some(outcome) = again(asked, connection, store, &id, unchanged).await?
    {
        return Ok(outcome);
    }
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let numbers = [meeting.account_id, meeting.user_id, meeting.start, meeting.end];
    let likeness = likeness(&connection.name, user, &meeting.topic, numbers);
    let mut over = None;
    loop {
        match join(store, &likeness, asked.request.asked_at, over.as_deref()).await? {
            Turn::Landed(Landing::Made(id)) => {
                // Whoever changed it had its id from an answer.
                if let Some(outcome) = again(asked, connection, store, &id, Some(0..=u64::MAX)).await? {
                    return Ok(outcome);
                }
                over = Some(id);
            }
            Turn::Landed(Landing::Failed(failure)) => return Ok(Outcome::Failed(failure)),
            Turn::Ours(flight) => {
                let made = make(asked, connection, store, meeting).await;
                let landing = match &made {
                    Ok(Outcome::Created(created)) => Some(Landing::Made(created.id.clone())),
                    Ok(Outcome::Failed(failure)) => Some(Landing::Failed(failure.clone())),
                    Ok(_) | Err(_) => None,
                };
                // Before the turn is over, so that a repeat finds one or the other.
                let noted = match &made {
                    Ok(Outcome::Created(created)) => store.set(&repeat, &created.id).await,
                    Ok(_) | Err(_) => Ok(()),
                };
                flight.land(store, landing).await?;
                noted?;
                return made;
            }
        }
    }
}

/// The conference that was made for an equal request; none where it was deleted since. With `unchanged`, only one that was
/// asked for then (epoch milliseconds), and that the CRM has not wanted changed or deleted since.
async fn again(
    asked: &Asked<'_>,
    connection: &Connection,
    store: &Store,
    id: &str,
    unchanged: Option<RangeInclusive<u64>>,
) -> Result<Option<Outcome>, Refusal> {
    let Found { record, deleted } = find(store, asked.app.id, id).await?;
    let is_over = match unchanged {
        Some(asked_for) => !asked_for.contains(&record.created_at) || is_changed(store, id).await?,
        None => false,
    };
    if deleted || is_over {
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
