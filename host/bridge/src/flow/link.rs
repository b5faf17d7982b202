//! Our links, which redirect to the current link of a conference.

use cordboard_store::{Store, StoreError};

/// Returns the current link of a conference by the last segment of our link, or `None` if there is no such conference
/// or it was deleted.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn follow(store: &dyn Store, link: &str) -> Result<Option<String>, StoreError> {
    let found = store.conference_of_link(link).await?;
    Ok(found.and_then(|conference| conference.redirect()))
}
