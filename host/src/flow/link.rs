//! Our links, which lead to the present one of a conference.

use crate::store::StoreError;

use super::state::BridgeState;

/// The present link of a conference that is there, by the last part of ours.
///
/// # Errors
/// Where the store fails.
pub async fn follow(state: &BridgeState, link: &str) -> Result<Option<String>, StoreError> {
    let found = state.store.conference_of_link(link).await?;
    Ok(found.filter(|conference| conference.deleted_at.is_none()).and_then(|conference| {
        // As a header can hold it.
        url::Url::parse(&conference.join_url).ok().map(String::from)
    }))
}
