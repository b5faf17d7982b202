//! Looks up stored conferences. Whether one was changed or deleted is stored under separate keys, which an update of
//! the record cannot overwrite.

use cordboard_core::AppId;
use cordboard_core::api_error::ApiError;

use crate::keys::{Conference, digest};
use crate::spin::store::Store;

/// A stored conference.
pub struct Found {
    /// The latest record.
    pub record: Conference,
    /// Whether it has been deleted.
    pub deleted: bool,
}

/// Returns a conference of this app, even if it has been deleted.
///
/// # Errors
/// Returns an error if there is no such conference or the store fails.
pub async fn find(store: &Store, app: &AppId, id: &str) -> Result<Found, ApiError> {
    let found = look_up(store, id).await?.filter(|found| found.record.app == *app);
    found.ok_or(ApiError::NotFound("conference"))
}

/// Returns a conference of any app, even if it has been deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn look_up(store: &Store, id: &str) -> Result<Option<Found>, ApiError> {
    let Some(record) = store.get::<Conference>(&Conference::key(id)).await? else { return Ok(None) };
    let deleted = is_deleted(store, id).await?;
    Ok(Some(Found { record, deleted }))
}

/// Whether a conference has been deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub(super) async fn is_deleted(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&deleted(id)).await
}

/// Marks a conference as deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub(super) async fn set_deleted(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&deleted(id), &true).await
}

/// Whether the CRM has changed or deleted a conference since its creation, or tried to.
///
/// # Errors
/// Returns an error if the store fails.
pub(super) async fn is_changed(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&changed(id)).await
}

/// Marks a conference as changed by the CRM. A delete counts as a change.
///
/// # Errors
/// Returns an error if the store fails.
pub(super) async fn set_changed(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&changed(id), &true).await
}

fn changed(id: &str) -> String {
    format!("changed:{}", digest(&[id]))
}

fn deleted(id: &str) -> String {
    format!("deleted:{}", digest(&[id]))
}
