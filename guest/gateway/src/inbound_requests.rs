//! Stores webhook requests that have not been processed, without their signature headers.
//!
//! A request is stored before its plug processes it and deleted once its events are stored; one that remains has a
//! verdict. Its key is a digest of its content, so repeats take no extra space.

use cordboard_core::api_error::ApiError;
use cordboard_core::types::http::WebhookRequest;
use cordboard_core::{AccountId, event, hex};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::config::Connection;
use crate::keys::digest;
use crate::listing::{Deleted, Listing, PageRequest};
use crate::spin::clock::now;
use crate::spin::store::{Store, set_both};

/// Requests by their time of arrival.
const BY_TIME: Listing = Listing("unread:");
/// Longer than the time between a request's arrival and its write.
const SETTLE_MS: u64 = 10_000;

/// The verdict on a request that the plug has not processed yet, or on which it trapped.
const UNPROCESSED: &str = "unprocessed";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredRequest {
    received_at: u64,
    account: AccountId,
    connection: String,
    route: String,
    method: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    /// [`UNPROCESSED`], or the word of a [`Verdict`](cordboard_core::webhook::Verdict).
    verdict: String,
    detail: String,
}

/// A provider's webhook request that is being processed.
pub struct InboundRequest<'a> {
    /// The connection that it is for.
    pub connection: &'a Connection,
    /// The request as the plug sees it.
    pub seen: &'a WebhookRequest,
    /// The SHA-256 of its body, in hexadecimal.
    pub body_digest: String,
    /// A digest of the request, equal for its repeats.
    pub id: String,
    /// The time of the first arrival, which repeats keep.
    since: u64,
}

impl<'a> InboundRequest<'a> {
    /// Stores it as unprocessed.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn begin(store: &Store, connection: &'a Connection, seen: &'a WebhookRequest) -> Result<Self, ApiError> {
        let body_digest = hex(&Sha256::digest(&seen.body));
        let content = digest(&[&seen.route, &seen.method, &seen.query, &body_digest]);
        let id = digest(&[&connection.key(), &content]);
        let before = store.get_readable::<StoredRequest>(&key(&id)).await?;
        let since = before.map_or(seen.received_at, |stored| stored.received_at);
        let request = Self { connection, seen, body_digest, id, since };
        request.set_verdict(UNPROCESSED, "")?;
        Ok(request)
    }

    /// Stores its verdict and the reason.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub fn set_verdict(&self, verdict: &str, detail: &str) -> Result<(), ApiError> {
        let Self { connection, seen, .. } = self;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stored = StoredRequest {
            received_at: self.since,
            account: connection.id.account.clone(),
            connection: connection.id.name.clone(),
            route: seen.route.clone(),
            method: seen.method.clone(),
            query: seen.query.clone(),
            headers: seen.headers.iter().map(|header| (header.name.clone(), text(&header.value))).collect(),
            body: text(&seen.body),
            verdict: verdict.to_owned(),
            detail: detail.to_owned(),
        };
        set_both((&key(&self.id), &stored), (&BY_TIME.key(self.since, &self.id), &true))
    }

    /// Deletes it after it has been processed.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn delete(&self, store: &Store) -> Result<(), ApiError> {
        store.delete(&key(&self.id)).await?;
        store.delete(&BY_TIME.key(self.since, &self.id)).await
    }
}

fn key(id: &str) -> String {
    format!("delivery:{id}")
}

/// Returns a page of the stored requests after a cursor. It includes the most recent ones, which the next page repeats.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn list(store: &Store, after: &str, limit: usize) -> Result<String, ApiError> {
    let page = PageRequest { after, limit, settled: now().saturating_sub(SETTLE_MS), fresh: true };
    let read = async |time: u64, id: &str, cursor: &str| {
        // It may have been processed since, or have arrived twice concurrently.
        let stored = store.get_readable::<StoredRequest>(&key(id)).await?.filter(|stored| stored.received_at == time);
        let mut entry = json!(stored);
        if let Some(members) = entry.as_object_mut() {
            members.insert("cursor".to_owned(), cursor.into());
            members.insert("receivedAt".to_owned(), event::rfc3339(time).into());
        }
        Ok(stored.map(|_| entry))
    };
    BY_TIME.page("deliveries", &page, read).await
}

/// Deletes up to `limit` requests that arrived before a time.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn delete(store: &Store, before: u64, limit: usize) -> Result<Deleted, ApiError> {
    // A request that arrived twice concurrently is deleted with its first key: checking would mean reading its body.
    BY_TIME.delete(store, before, limit, async |_, id| store.delete(&key(id)).await).await
}
