//! Finds stored conferences.

use cordboard_core::AppId;

use cordboard_store::{Conference, Store};

use super::ApiError;

/// Returns a conference of this app, including a deleted one.
pub(super) async fn find(store: &dyn Store, app: &AppId, id: &str) -> Result<Conference, ApiError> {
    let found = store.conference(id).await?;
    found.filter(|conference| conference.app == *app).ok_or(ApiError::NotFound("conference"))
}
