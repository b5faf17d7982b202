//! Creates the conference of a meeting.

use std::ops::RangeInclusive;

use cordboard_core::api_error::ApiError;
use cordboard_core::command::{Create, created};
use cordboard_core::fingerprint;
use cordboard_core::types::conference::Meeting;
use cordboard_core::types::crm::Outcome;
use cordboard_core::types::effect::Failure;
use cordboard_core::types::provider;

use super::find::{find, is_changed};
use super::user::person;
use crate::command::run;
use crate::config::Connection;
use crate::crm::CrmRequest;
use crate::keys::key;
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
    let repeat = key("request", &connection.key(), &crm_request.signed.digest);
    if let Some(id) = store.get::<String>(&repeat).await?
        && let Some(outcome) = again(crm_request, connection, store, &id, crm_request.signed.unchanged()).await?
    {
        return Ok(outcome);
    }
    let fingerprint = fingerprint(&connection.id.name, &meeting);
    let mut over = None;
    loop {
        match join(store, &fingerprint, crm_request.inbound.front_received_at, over.as_deref()).await? {
            Join::Follower(SharedResult::Made(id)) => {
                // A change or delete proves that the CRM received the id, so this create is a new request.
                if let Some(outcome) = again(crm_request, connection, store, &id, Some(0..=u64::MAX)).await? {
                    store.set(&repeat, &id).await?;
                    return Ok(outcome);
                }
                over = Some(id);
            }
            Join::Follower(SharedResult::Failed(failure)) => return Ok(Outcome::Failed(failure)),
            Join::Leader(leader) => {
                let made = make(crm_request, connection, store, meeting).await;
                let (result, stored) = match &made {
                    Ok(Outcome::Created(created)) => {
                        // Store this before the round ends: a repeat then finds either the round or the conference.
                        (SharedResult::Made(created.id.clone()), store.set(&repeat, &created.id).await)
                    }
                    Ok(Outcome::Failed(failure)) => (SharedResult::Failed(failure.clone()), Ok(())),
                    Ok(_) | Err(_) => (SharedResult::interrupted(), Ok(())),
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
    let record = find(store, &crm_request.app.id, id).await?;
    let is_over = match unchanged {
        Some(range) => !range.contains(&record.created_at) || is_changed(store, id).await?,
        None => false,
    };
    if record.deleted_at.is_some() || is_over {
        return Ok(None);
    }
    Ok(Some(created(&record, &crm_request.app.public_url, &connection.description)))
}

async fn make(
    crm_request: &CrmRequest<'_>,
    connection: &Connection,
    store: &Store,
    mut meeting: Meeting,
) -> Result<Outcome, ApiError> {
    meeting.user = person(connection, store, meeting.user).await?;
    let (id, create) = (random_id()?, Create(meeting));
    let target = crm_request.target(connection, &id, crm_request.signed.received_at);
    let outcome = run(connection, store, &target, &create, |context| provider::create(context, &create.0)).await?;
    let with = &connection.description.capabilities.creates_with;
    if outcome == Outcome::Failed(Failure::Unsupported) && !with.is_empty() {
        warn(&format!("{connection} cannot create conferences without one of these settings: {}", with.join(", ")));
    }
    Ok(outcome)
}
