//! Requests of providers that were not read: kept as they came, without what proves the sender.
//!
//! A delivery is kept before its plug reads it and forgotten once its events are kept; what stays has a verdict. It is
//! kept under a digest of itself, so that a sender that tries again fills nothing.

use cordboard_core::api_error::ApiError;
use cordboard_core::types::http::WebhookRequest;
use cordboard_core::{event, hex};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::config::Connection;
use crate::keys::digest;
use crate::listing::{Deleted, Listing, PageRequest};
use crate::spin::clock::now;
use crate::spin::store::{Store, set_both};

/// Deliveries by the time at which they came.
const BY_TIME: Listing = Listing("unread:");
/// More than is between the time at which one came and that at which it was written.
const SETTLE_MS: u64 = 10_000;

/// What became of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its plug has not answered yet, or trapped.
    #[serde(alias = "unread")]
    Unprocessed,
    /// Its sender broke its own contract.
    Malformed,
    /// Its plug does not know such a kind of event.
    Unsupported,
    /// Its plug broke the contract over it.
    #[serde(alias = "quarantined")]
    DeadLettered,
}

impl Verdict {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unprocessed => "unprocessed",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::DeadLettered => "dead-lettered",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredRequest {
    received_at: u64,
    account: u64,
    connection: String,
    route: String,
    method: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    verdict: Verdict,
    detail: String,
}

/// A request of a provider, on its way to being read.
pub struct InboundRequest<'a> {
    /// Whose provider it is.
    pub connection: &'a Connection,
    /// As its plug sees it.
    pub seen: &'a WebhookRequest,
    /// The SHA-256 of its body, in hexadecimal.
    pub body_digest: String,
    /// Our id of it.
    pub id: String,
    /// When it first came: one that comes again is still the same.
    since: u64,
}

impl<'a> InboundRequest<'a> {
    /// Keeps it as unread.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn begin(store: &Store, connection: &'a Connection, seen: &'a WebhookRequest) -> Result<Self, ApiError> {
        let body_digest = hex(&Sha256::digest(&seen.body));
        let content = digest(&[&seen.route, &seen.method, &seen.query, &body_digest]);
        let id = digest(&[&connection.key(), &content]);
        let before = store.get_readable::<StoredRequest>(&key(&id)).await?;
        let since = before.map_or(seen.received_at, |stored| stored.received_at);
        let request = Self { connection, seen, body_digest, id, since };
        request.set_verdict(Verdict::Unprocessed, "")?;
        Ok(request)
    }

    /// Keeps what became of it and why.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn set_verdict(&self, verdict: Verdict, detail: &str) -> Result<(), ApiError> {
        let Self { connection, seen, .. } = self;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stored = StoredRequest {
            received_at: self.since,
            account: connection.account,
            connection: connection.name.clone(),
            route: seen.route.clone(),
            method: seen.method.clone(),
            query: seen.query.clone(),
            headers: seen.headers.iter().map(|header| (header.name.clone(), text(&header.value))).collect(),
            body: text(&seen.body),
            verdict,
            detail: detail.to_owned(),
        };
        set_both((&key(&self.id), &stored), (&BY_TIME.key(self.since, &self.id), &true))
    }

    /// Forgets it, once it was read.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn delete(&self, store: &Store) -> Result<(), ApiError> {
        store.delete(&key(&self.id)).await?;
        store.delete(&BY_TIME.key(self.since, &self.id)).await
    }
}

fn key(id: &str) -> String {
    format!("delivery:{id}")
}

/// Those that are kept, after one. The youngest are shown, and the next page begins with them again.
///
/// # Errors
/// Where the store fails.
pub async fn list(store: &Store, after: &str, limit: usize) -> Result<String, ApiError> {
    let page = PageRequest { after, limit, settled: now().saturating_sub(SETTLE_MS), fresh: true };
    let read = async |time: u64, id: &str, cursor: &str| {
        // It may have been read meanwhile, or come twice at once.
        let stored = store.get_readable::<StoredRequest>(&key(id)).await?.filter(|stored| stored.received_at == time);
        Ok(stored.map(|stored| {
            json!({
                "cursor": cursor,
                "receivedAt": event::rfc3339(stored.received_at),
                "account": stored.account,
                "connection": stored.connection,
                "route": stored.route,
                "method": stored.method,
                "query": stored.query,
                "headers": stored.headers,
                "body": stored.body,
                "verdict": stored.verdict,
                "detail": stored.detail,
            })
        }))
    };
    BY_TIME.page("deliveries", &page, read).await
}

/// Forgets those that came before a time, at most a number of them.
///
/// # Errors
/// Where the store fails.
pub async fn delete(store: &Store, before: u64, limit: usize) -> Result<Deleted, ApiError> {
    // One that came twice at once goes with the first of its keys: its body is not read for that.
    BY_TIME.delete(store, before, limit, async |_, id| store.delete(&key(id)).await).await
}
