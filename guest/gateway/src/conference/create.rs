//! Creates the conference of a meeting.

use std::ops::RangeInclusive;

use cordboard_core::api_error::ApiError;
use cordboard_core::types::conference::Meeting;
use cordboard_core::types::effect::Failure;
use cordboard_core::{fingerprint, repeat_window};

use super::find::is_changed;
use super::user::person;
use super::{Found, checked, find, for_crm, may_change_link};
use crate::config::Connection;
use crate::crm::CrmRequest;
use crate::execute::execute;
use crate::keys::{Conference, key};
use crate::links;
use crate::plugs::crm::{Created, Outcome};
use crate::plugs::provider;
use crate::single_flight::{Join, SharedResult, join};
use crate::spin::clock::random_id;
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Creates a conference, or returns the one created for an equal request.
pub(super) async fn create(
    crm_request: &CrmRequest<'_>,
    connection: &Connection,
    store: &Store,
    meeting: Meeting,
) -> Result<Outcome, ApiError> {
    let repeat = key("request", &connection.key(), &crm_request.digest);
    // If the signature does not cover the time, requests for two similar meetings can be byte-identical.
    let unchanged = (!crm_request.covers_time).then(|| repeat_window(crm_request.inbound.received_at));
    if let Some(id) = store.get::<String>(&repeat).await?
        && let Some(outcome) = again(crm_request, connection, store, &id, unchanged).await?
    {
        return Ok(outcome);
    }
    let fingerprint = fingerprint(&connection.name, &meeting);
    let mut over = None;
    loop {
        match join(store, &fingerprint, crm_request.inbound.front_received_at, over.as_deref()).await? {
            Join::Follower(SharedResult::Made(id)) => {
                // A change or delete proves that the CRM received the id, so this create is a new request.
                if let Some(outcome) = again(crm_request, connection, store, &id, Some(0..=u64::MAX)).await? {
                    return Ok(outcome);
                }
                over = Some(id);
            }
            Join::Follower(SharedResult::Failed(failure)) => return Ok(Outcome::Failed(failure)),
            Join::Leader(leader) => {
                let made = make(crm_request, connection, store, meeting).await;
                let result = match &made {
                    Ok(Outcome::Created(created)) => Some(SharedResult::Made(created.id.clone())),
                    Ok(Outcome::Failed(failure)) => Some(SharedResult::Failed(failure.clone())),
                    Ok(_) | Err(_) => None,
                };
                // Store this before the round ends: a repeat then finds either the round or the conference.
                let stored = match &made {
                    Ok(Outcome::Created(created)) => store.set(&repeat, &created.id).await,
                    Ok(_) | Err(_) => Ok(()),
                };
                leader.finish(store, result).await?;
                stored?;
                return made;
            }
        }
    }
}

/// Returns the conference created for an equal request, or `None` if it has been deleted. With `unchanged`, the
/// conference must also have been created in that range of epoch milliseconds, and the CRM must not have tried to
/// change or delete it since.
async fn again(
    crm_request: &CrmRequest<'_>,
    connection: &Connection,
    store: &Store,
    id: &str,
    unchanged: Option<RangeInclusive<u64>>,
) -> Result<Option<Outcome>, ApiError> {
    let Found { record, deleted } = find(store, &crm_request.app.id, id).await?;
    let is_over = match unchanged {
        Some(asked_for) => !asked_for.contains(&record.created_at) || is_changed(store, id).await?,
        None => false,
    };
    if deleted || is_over {
        return Ok(None);
    }
    let conference = for_crm(&crm_request.app.public_url, connection, &record);
    Ok(Some(Outcome::Created(Created { id: record.id, conference })))
}

async fn make(
    crm_request: &CrmRequest<'_>,
    connection: &Connection,
    store: &Store,
    mut meeting: Meeting,
) -> Result<Outcome, ApiError> {
    meeting.user = person(connection, store, meeting.user).await?;
    let made = match execute(connection, store, |context| provider::create(context, &meeting)).await? {
        Ok(made) => checked(made)?,
        Err(failure) => {
            let with = &connection.description.capabilities.creates_with;
            if failure == Failure::Unsupported && !with.is_empty() {
                warn(&format!(
                    "{connection} cannot create conferences without one of these settings: {}",
                    with.join(", ")
                ));
            }
            return Ok(Outcome::Failed(failure));
        }
    };
    let id = random_id()?;
    let (app, received_at) = (crm_request.app.id.clone(), crm_request.inbound.received_at);
    let record = Conference::made(id.clone(), app, connection, &made, &meeting, received_at)?;
    store.set(&Conference::key(&id), &record).await?;
    store.set(&key("known", &connection.key(), &record.provider_id), &id).await?;
    if may_change_link(connection) {
        links::save(store, &id).await?;
    }
    Ok(Outcome::Created(Created { conference: for_crm(&crm_request.app.public_url, connection, &record), id }))
}
