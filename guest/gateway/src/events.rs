//! Stores events, each once, and lists them in order.
//!
//! An event's key is a digest of its dedupe key, so an event that arrives twice, even concurrently, is one value. A
//! second key starts with the time of the write, so the sorted keys list events in order. A reader that follows the
//! list must not miss an event, so a page ends before the events that may be in the process of being written.

use cordboard_core::AccountId;
use cordboard_core::api_error::ApiError;
use cordboard_core::event::{self, Envelope, document};
use cordboard_core::record::{Conference, ConnectionId};
use cordboard_core::types::meeting_event::{EventData, MeetingEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::inbound_requests::InboundRequest;
use crate::keys::{conference_key, connection_key, digest, key};
use crate::listing::{Deleted, Listing, PageRequest};
use crate::spin::clock::now;
use crate::spin::log::warn;
use crate::spin::store::{Store, set_both};

/// Events by the time of their write.
const BY_TIME: Listing = Listing("listed:");
/// How many aliases to follow to a conference's first id.
const MAX_ALIASES: usize = 8;
/// Earlier events may still be written for this long: [`WRITE_TIMEOUT_MS`] plus an allowance for clock skew.
const SETTLE_MS: u64 = 5_000;
const WRITE_TIMEOUT_MS: u64 = 2_000;
const MAX_ATTEMPTS: usize = 3;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredEvent {
    received_at: u64,
    /// The time in the valid second key: two concurrent requests may each have written one.
    listed_at: u64,
    event: Value,
}

/// Stores the events of a webhook request.
///
/// # Errors
/// Returns an error if the store fails. Some events may then be stored; the sender's repeat stores the rest.
pub async fn store_all(store: &Store, request: &InboundRequest<'_>, events: Vec<MeetingEvent>) -> Result<(), ApiError> {
    let InboundRequest { connection, seen, body_digest, id: request_id, .. } = request;
    let received_at = seen.received_at;
    let mut last = 0;
    for (index, event) in events.into_iter().enumerate() {
        if let (EventData::Alias(original), Some(conference)) = (&event.data, &event.conference) {
            store.set(&key("alias", &connection.key(), &conference.id), original).await?;
        }
        let (dedupe_key, window_ms) = event::dedupe_key(event.dedupe_key.as_deref(), body_digest, index);
        let id = |window: u64| digest(&[&connection.key(), &seen.route, &dedupe_key, &window.to_string()]);
        let windows = windows(received_at, window_ms);
        let (id, stored) = match find_duplicate(store, windows.map(id), received_at, window_ms).await? {
            Some((id, duplicate)) if store.has(&BY_TIME.key(duplicate.listed_at, &id)).await? => continue,
            // Its second key is missing, possibly removed because a reader may have passed it.
            Some(duplicate) => duplicate,
            None => {
                let envelope = Envelope {
                    received_at,
                    account: &connection.id.account,
                    connection: &connection.id.name,
                    route: &seen.route,
                    dedupe_key: &dedupe_key,
                    request_id,
                    // Looked up when it is listed, since the event may precede the conference's record.
                    conference: None,
                };
                (id(windows[0]), StoredEvent { received_at, listed_at: 0, event: document(&envelope, &event) })
            }
        };
        last = write(store, &id, stored, last).await?;
    }
    Ok(())
}

/// Returns the current and the previous time window of a dedupe key that is valid for `window_ms`.
fn windows(received_at: u64, window_ms: Option<u64>) -> [u64; 2] {
    let window = window_ms.map_or(0, |window_ms| received_at / window_ms.max(1));
    [window, window.saturating_sub(1)]
}

/// Returns an event with the same dedupe key in this window or the previous one.
async fn find_duplicate(
    store: &Store,
    [id, before]: [String; 2],
    received_at: u64,
    window_ms: Option<u64>,
) -> Result<Option<(String, StoredEvent)>, ApiError> {
    if let Some(stored) = store.get(&event_key(&id)).await? {
        return Ok(Some((id, stored)));
    }
    let Some(window_ms) = window_ms else { return Ok(None) };
    let stored = store.get::<StoredEvent>(&event_key(&before)).await?;
    Ok(stored
        .filter(|stored| received_at.saturating_sub(stored.received_at) < window_ms)
        .map(|stored| (before, stored)))
}

/// Writes an event after the time `behind` and returns the time of the write.
async fn write(store: &Store, id: &str, mut stored: StoredEvent, behind: u64) -> Result<u64, ApiError> {
    for _ in 0..MAX_ATTEMPTS {
        stored.listed_at = now().max(behind + 1);
        let by_time = BY_TIME.key(stored.listed_at, id);
        set_both((&event_key(id), &stored), (&by_time, &true))?;
        if now().saturating_sub(stored.listed_at) < WRITE_TIMEOUT_MS {
            return Ok(stored.listed_at);
        }
        // A reader may already have passed this position.
        store.delete(&by_time).await?;
    }
    warn("the key-value store takes seconds to write: check its load");
    Err(ApiError::Unavailable("the store is too slow".to_owned()))
}

fn event_key(id: &str) -> String {
    format!("event:{id}")
}

/// Returns a page of the events written after a cursor, in order. With `fresh` it includes events so new that others
/// may still be written before them; the next page repeats those.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn list(store: &Store, after: &str, limit: usize, fresh: bool) -> Result<String, ApiError> {
    let page = PageRequest { after, limit, settled: now().saturating_sub(SETTLE_MS), fresh };
    let read = async |time: u64, id: &str, cursor: &str| {
        let stored = store.get_readable::<StoredEvent>(&event_key(id)).await?;
        let stored = stored.filter(|stored| stored.listed_at == time).map(|stored| stored.event);
        let Some(Value::Object(mut members)) = stored else { return Ok(None) };
        respell(&mut members);
        if let Some(Conference { id, user_id, user, .. }) = conference_of(store, &members).await? {
            members.insert("conferenceId".to_owned(), Value::from(id));
            members.insert("user".to_owned(), event::user(&user_id, &user));
        }
        members.insert("cursor".to_owned(), Value::from(cursor));
        Ok(Some(Value::Object(members)))
    };
    BY_TIME.page("events", &page, read).await
}

/// Renames members that a store may hold under other names, and turns an id that it holds as a number into text.
fn respell(members: &mut Map<String, Value>) {
    for (stored, current) in [("happening", "data"), ("delivery", "requestId")] {
        if let Some(value) = members.remove(stored) {
            members.insert(current.to_owned(), value);
        }
    }
    if let Some(account) = members.get_mut("account")
        && let Some(number) = account.as_u64()
    {
        *account = Value::from(number.to_string());
    }
}

/// Returns the conference of an event, by the provider's id in the event or an earlier id that it is an alias of.
async fn conference_of(store: &Store, event: &Map<String, Value>) -> Result<Option<Conference>, ApiError> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let account = text("account").and_then(|account| account.parse::<AccountId>().ok());
    let (Some(account), Some(connection)) = (account, text("connection")) else { return Ok(None) };
    let connection = connection_key(&ConnectionId::new(account, connection));
    let mut provider_id = text("providerConferenceId").map(str::to_owned);
    for _ in 0..MAX_ALIASES {
        let Some(id) = provider_id else { return Ok(None) };
        if let Some(conference_id) = store.get_readable::<String>(&key("known", &connection, &id)).await? {
            return store.get_readable(&conference_key(&conference_id)).await;
        }
        provider_id = store.get_readable::<String>(&key("alias", &connection, &id)).await?;
    }
    Ok(None)
}

/// Deletes up to `limit` events written before a time.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn delete(store: &Store, before: u64, limit: usize) -> Result<Deleted, ApiError> {
    let delete_one = async |time: u64, id: &str| {
        let stored = store.get_readable::<StoredEvent>(&event_key(id)).await?;
        // An event listed under another key stays until that key's time.
        if stored.is_none_or(|stored| stored.listed_at == time) { store.delete(&event_key(id)).await } else { Ok(()) }
    };
    BY_TIME.delete(store, before, limit, delete_one).await
}
