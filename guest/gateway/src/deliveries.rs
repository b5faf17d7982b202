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
use crate::listing::{Page, Wanted};
use crate::owner::Connection;
use crate::spin::store::{Store, keys};

const PREFIX: &str = "delivery:";
const LOOKED_AT_ONCE: usize = 1000;

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
            verdict: verdict.word().to_owned(),
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

/// Those that are kept, after one.
///
/// # Errors
/// Where the store fails.
pub async fn list(store: &Store, wanted: &Wanted<'_>) -> Result<String, Refusal> {
    let mut page = Page::new(wanted);
    for id in keys(PREFIX, &format!("{PREFIX}{}", wanted.after), None, wanted.limit)? {
        if page.is_full() {
            break;
        }
        let cursor = id.strip_prefix(PREFIX).unwrap_or_default();
        page.goes_on_from(cursor);
        // It may have been forgotten meanwhile.
        let Some(kept) = store.get_readable::<Kept>(&id).await? else { continue };
        page.add(&json!({
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
        }));
    }
    Ok(page.json("deliveries"))
}

/// Forgets those that came before a time, at most a number of them; how many.
///
/// # Errors
/// Where the store fails.
pub async fn forget(store: &Store, before: u64, most: usize) -> Result<usize, Refusal> {
    let (mut forgotten, mut after) = (0, PREFIX.to_owned());
    while forgotten < most {
        // Their keys are in no order of time, so all may have to be looked at.
        let ids = keys(PREFIX, &after, None, LOOKED_AT_ONCE)?;
        let Some(last) = ids.last() else { break };
        last.clone_into(&mut after);
        for id in &ids {
            let kept = store.get_readable::<Kept>(id).await?;
            if forgotten < most && kept.is_some_and(|kept| kept.received_at < before) {
                store.delete(id).await?;
                forgotten += 1;
            }
        }
    }
    Ok(forgotten)
}
