//! Looks up stored conferences. Whether one was changed or deleted is stored under separate keys, which an update of
//! the record cannot overwrite.

use cordboard_core::AppId;
use cordboard_core::api_error::ApiError;
use cordboard_core::record::Conference;

use crate::keys::{conference_key, digest};
use crate::spin::clock::now;
use crate::spin::store::Store;

/// Returns a conference of this app, even if it has been deleted.
///
/// # Errors
/// Returns an error if there is no such conference or the store fails.
pub async fn find(store: &Store, app: &AppId, id: &str) -> Result<Conference, ApiError> {
    let found = look_up(store, id).await?.filter(|conference| conference.app == *app);
    found.ok_or(ApiError::NotFound("conference"))
}

/// Returns a conference of any app, even if it has been deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn look_up(store: &Store, id: &str) -> Result<Option<Conference>, ApiError> {
    let Some(mut conference) = store.get::<Conference>(&conference_key(id)).await? else { return Ok(None) };
    let deleted: Option<serde_json::Value> = store.get(&deleted(id)).await?;
    // A value that is no time says only that it was deleted.
    conference.deleted_at = deleted.map(|at| at.as_u64().unwrap_or_default());
    Ok(Some(conference))
}

/// Whether a conference has been deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn is_deleted(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&deleted(id)).await
}

/// Marks a conference as deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn set_deleted(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&deleted(id), &now()).await
}

/// Whether the CRM has changed or deleted a conference since its creation, or tried to.
pub(super) async fn is_changed(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&changed(id)).await
}

/// Marks a conference as changed by the CRM. A delete counts as a change.
pub(super) async fn set_changed(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&changed(id), &true).await
}

fn changed(id: &str) -> String {
    format!("changed:{}", digest(&[id]))
}

fn deleted(id: &str) -> String {
    format!("deleted:{}", digest(&[id]))
}
