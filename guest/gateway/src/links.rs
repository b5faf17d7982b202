//! Stable links, which redirect to the current link of a conference.

use cordboard_core::api_error::ApiError;
use cordboard_core::record::Conference;

use crate::conference::look_up;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

/// Stores the stable link of a conference.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn save(store: &Store, conference: &Conference) -> Result<(), ApiError> {
    store.set(&key(&conference.link()), &conference.id).await
}

fn key(link: &str) -> String {
    format!("link:{link}")
}

/// Redirects to the current link of a conference.
///
/// # Errors
/// Returns an error if there is no such link, the conference was deleted or the store fails.
pub async fn follow(link: &str) -> Result<Reply, ApiError> {
    let is_link = link.len() == 32 && link.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_link {
        return Err(ApiError::NotFound("conference"));
    }
    let store = Store::open().await?;
    let id: Option<String> = store.get(&key(link)).await?;
    let found = match id {
        Some(id) => look_up(&store, &id).await?,
        None => None,
    };
    let current = found.and_then(|conference| conference.redirect()).ok_or(ApiError::NotFound("conference"))?;
    // The conference's link may change at any time, so the redirect must not be cached.
    let headers = vec![("location", current), ("cache-control", "no-store".to_owned())];
    Ok(Reply { status: 302, headers, body: String::new() })
}
