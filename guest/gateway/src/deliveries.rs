//! Requests of providers that were not read: kept as they came, without what proves the sender.
//!
//! A delivery is kept before its plug reads it and forgotten once its events are kept; what stays has a verdict. It is
//! kept under a digest of itself, so that a sender that tries again fills nothing.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::http::WebhookRequest;
use cordboard_core::{event, hex};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::kept::digest;
use crate::listing::{Forgotten, Listing, Wanted};
use crate::owner::Connection;
use crate::spin::clock::now;
use crate::spin::store::{Store, set_both};

/// Deliveries by the time at which they came.
const BY_TIME: Listing = Listing("unread:");
/// More than is between the time at which one came and that at which it was written.
const HELD_BACK_MS: u64 = 10_000;

/// What became of a delivery.
#[derive(Clone, Copy, PartialEq, Eq)]
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

impl Verdict {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::Quarantined => "quarantined",
        }
    }
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
    verdict: String,
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
    /// Our id of it.
    pub id: String,
    /// When it first came: one that comes again is still the same.
    since: u64,
}

impl<'a> Delivery<'a> {
    /// Keeps it as unread.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn begin(store: &Store, connection: &'a Connection, seen: &'a WebhookRequest) -> Result<Self, Refusal> {
        let body_digest = hex(&Sha256::digest(&seen.body));
        let request = digest(&[&seen.route, &seen.method, &seen.query, &body_digest]);
        let id = digest(&[&connection.key(), &request]);
        let before = store.get_readable::<Kept>(&key(&id)).await?;
        let since = before.map_or(seen.received_at, |kept| kept.received_at);
        let delivery = Self { connection, seen, body_digest, id, since };
        delivery.keep(Verdict::Unread, "")?;
        Ok(delivery)
    }

    /// Keeps what became of it and why.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn keep(&self, verdict: Verdict, detail: &str) -> Result<(), Refusal> {
        let Self { connection, seen, .. } = self;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let kept = Kept {
            received_at: self.since,
            account: connection.account,
            connection: connection.name.clone(),
            route: seen.route.clone(),
            method: seen.method.clone(),
            query: seen.query.clone(),
            headers: seen.headers.iter().map(|header| (header.name.clone(), text(&header.value))).collect(),
            body: text(&seen.body),
            verdict: verdict.word().to_owned(),
            detail: detail.to_owned(),
        };
        set_both((&key(&self.id), &kept), (&BY_TIME.key(self.since, &self.id), &true))
    }

    /// Forgets it, once it was read.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn forget(&self, store: &Store) -> Result<(), Refusal> {
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
pub async fn list(store: &Store, after: &str, limit: usize) -> Result<String, Refusal> {
    let wanted = Wanted { after, limit, settled: now().saturating_sub(HELD_BACK_MS), fresh: true };
    let read = async |time: u64, id: &str, cursor: &str| {
        // It may have been read meanwhile, or come twice at once.
        let kept = store.get_readable::<Kept>(&key(id)).await?.filter(|kept| kept.received_at == time);
        Ok(kept.map(|kept| {
            json!({
                "cursor": cursor,
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
            })
        }))
    };
    BY_TIME.page("deliveries", &wanted, read).await
}

/// Forgets those that came before a time, at most a number of them.
///
/// # Errors
/// Where the store fails.
pub async fn forget(store: &Store, before: u64, most: usize) -> Result<Forgotten, Refusal> {
    // One that came twice at once goes with the first of its keys: its body is not read for that.
    BY_TIME.forget(store, before, most, async |_, id| store.delete(&key(id)).await).await
}
