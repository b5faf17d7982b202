//! Requests of providers that were not read: kept as they came, without what proves the sender.
//!
//! A delivery is kept before its plug reads it and forgotten once its events are kept; what stays has a verdict. It is
//! kept under a digest of itself, so that a sender that tries again fills nothing.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::http::WebhookRequest;
use cordboard_core::{event, hex};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kept::digest;
use crate::owner::Connection;
use crate::spin::store::{Store, keys};

const PREFIX: &str = "delivery:";

/// What became of a delivery.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its plug has not answered yet, or trapped.
    Unread,
    /// Its sender broke its own contract.
    Malformed,
    /// Its plug does not know such a kind of event.
    Unsupported,
    /// Its plug broke the contract over it.
    Quarantined,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
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
pub struct Delivery<'a> {
    /// Whose provider it is.
    pub connection: &'a Connection,
    /// As its plug sees it.
    pub seen: &'a WebhookRequest,
    /// The SHA-256 of its body, in hexadecimal.
    pub body_digest: String,
    /// Its key in the store.
    pub id: String,
}

impl<'a> Delivery<'a> {
    /// One that is not kept yet.
    pub fn new(connection: &'a Connection, seen: &'a WebhookRequest) -> Self {
        let body_digest = hex(&Sha256::digest(&seen.body));
        let id = digest(&[&seen.route, &seen.method, &seen.query, &body_digest]);
        let id = format!("{PREFIX}{}", digest(&[&connection.key(), &id]));
        Self { connection, seen, body_digest, id }
    }

    /// Keeps it, with what became of it and why.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn keep(&self, store: &Store, verdict: Verdict, detail: &str) -> Result<(), Refusal> {
        let Self { connection, seen, .. } = self;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let kept = Kept {
            received_at: seen.received_at,
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
        store.set(&self.id, &kept).await
    }

    /// Forgets it, once it was read.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn forget(&self, store: &Store) -> Result<(), Refusal> {
        store.delete(&self.id).await
    }
}

/// Those that are kept, after one and up to a number.
///
/// # Errors
/// Where the store fails.
pub async fn list(store: &Store, after: &str, limit: usize) -> Result<Value, Refusal> {
    let mut listed = Vec::new();
    for id in keys(PREFIX, &format!("{PREFIX}{after}"), limit)? {
        // It may have been forgotten meanwhile.
        let Some(kept) = store.get::<Kept>(&id).await? else { continue };
        listed.push(json!({
            "cursor": id.strip_prefix(PREFIX),
            "receivedAt": event::rfc3339(kept.received_at),
            "account": kept.account,
            "connection": kept.connection,
            "route": kept.route,
            "method": kept.method,
            "query": kept.query,
            "headers": kept.headers,
            "body": kept.body,
            "verdict": kept.verdict,
            "detail": kept.detail,
        }));
    }
    Ok(json!({ "deliveries": listed }))
}
