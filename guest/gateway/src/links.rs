//! Our links, which lead to the present one of a conference.

use cordboard_core::api_error::ApiError;
use cordboard_core::link;

use crate::conference::look_up;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

/// Lets our link lead to a conference.
///
/// # Errors
/// Where the store fails.
pub async fn save(store: &Store, id: &str) -> Result<(), ApiError> {
    store.set(&key(&link(id)), &id).await
}

fn key(link: &str) -> String {
    format!("link:{link}")
}

/// Sends a visitor where the conference now is.
///
/// # Errors
/// Where there is no such link, or the conference was deleted.
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
    let present = found.filter(|found| !found.deleted);
    let present = present.and_then(|found| url::Url::parse(&found.record.join_url).ok());
    let present = present.ok_or(ApiError::NotFound("conference"))?;
    // The link may change any time, so nobody should remember where this one led.
    let headers = vec![("location", present.into()), ("cache-control", "no-store".to_owned())];
    Ok(Reply { status: 302, headers, body: Vec::new() })
}
