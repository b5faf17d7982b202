//! Conferences that are kept, and that they were changed or deleted: values of their own, which no change writes over.

use cordboard_core::api_error::ApiError;

use crate::keys::{Conference, digest};
use crate::spin::store::Store;

/// A conference that was made.
pub struct Found {
    /// As it is, or was.
    pub record: Conference,
    /// Whether it is there no more.
    pub deleted: bool,
}

/// A conference of this app, deleted ones too.
///
/// # Errors
/// Where there is none, or the store fails.
pub async fn find(store: &Store, app: u64, id: &str) -> Result<Found, ApiError> {
    let found = look_up(store, id).await?.filter(|found| found.record.app == app);
    found.ok_or(ApiError::NotFound("conference"))
}

/// A conference of any app.
///
/// # Errors
/// Where the store fails.
pub async fn look_up(store: &Store, id: &str) -> Result<Option<Found>, ApiError> {
    let Some(record) = store.get::<Conference>(&Conference::key(id)).await? else { return Ok(None) };
    let deleted = is_deleted(store, id).await?;
    Ok(Some(Found { record, deleted }))
}

/// Whether a conference was deleted.
///
/// # Errors
/// Where the store fails.
pub(super) async fn is_deleted(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&deleted(id)).await
}

/// Keeps that a conference was deleted.
///
/// # Errors
/// Where the store fails.
pub(super) async fn set_deleted(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&deleted(id), &true).await
}

/// Whether the CRM has changed or deleted a conference since it was made, or tried to.
///
/// # Errors
/// Where the store fails.
pub(super) async fn is_changed(store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&changed(id)).await
}

/// Keeps that the CRM wants a conference changed or deleted.
///
/// # Errors
/// Where the store fails.
pub(super) async fn set_changed(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&changed(id), &true).await
}

fn changed(id: &str) -> String {
    format!("changed:{}", digest(&[id]))
}

fn deleted(id: &str) -> String {
    format!("deleted:{}", digest(&[id]))
}
