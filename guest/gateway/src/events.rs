//! Events that are kept, each once.
//!
//! An event's key is made of what tells it from others, so that one that comes twice, even at once, is one value. With it
//! a second key is written that begins with the time, by which events are listed in order. Whoever follows the list must
//! miss none, so that time is the one at which it is written, and a list ends before those that are being written now.

use cordboard_core::event::{self, Around, document};
use cordboard_core::refusal::Refusal;
use cordboard_core::types::meeting_event::{Happening, MeetingEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deliveries::Delivery;
use crate::kept::{Conference, connection_key, digest, key};
use crate::listing::{Forgotten, Listing, Wanted};
use crate::spin::clock::now;
use crate::spin::log::say;
use crate::spin::store::{Store, set_both};

/// Events by the time at which they were written.
const BY_TIME: Listing = Listing("listed:");
/// How often a conference may have been given another id.
const MOST_ALIASES: usize = 8;
/// What is younger may be written beside what is older; the rest of it is for clocks that differ.
const HELD_BACK_MS: u64 = 5_000;
const WRITTEN_WITHIN_MS: u64 = 2_000;
const TRIES: usize = 3;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    received_at: u64,
    /// Which of its second keys counts, where two deliveries wrote it at once.
    listed_at: u64,
    event: Value,
}

/// Keeps the events of a delivery.
///
/// # Errors
/// Where the store fails: then not all of them may be kept, and the same delivery, sent again, completes them.
pub async fn keep(store: &Store, delivery: &Delivery<'_>, events: Vec<MeetingEvent>) -> Result<(), Refusal> {
    let Delivery { connection, seen, body_digest, id: delivery, .. } = delivery;
    let received_at = seen.received_at;
    let mut last = 0;
    for (index, event) in events.into_iter().enumerate() {
        if let (Happening::Alias(original), Some(conference)) = (&event.happening, &event.conference) {
            store.set(&key("alias", &connection.key(), &conference.id), original).await?;
        }
        let (dedupe_key, within) = event::dedupe_key(event.dedupe_key.as_deref(), body_digest, index);
        let id = |window: u64| digest(&[&connection.key(), &seen.route, &dedupe_key, &window.to_string()]);
        let windows = windows(received_at, within);
        let (id, kept) = match twin(store, windows.map(id), received_at, within).await? {
            Some((id, twin)) if store.has(&BY_TIME.key(twin.listed_at, &id)).await? => continue,
            // Its second key is missing, or readers may have gone past it.
            Some(twin) => twin,
            None => {
                let around = Around {
                    received_at,
                    account: connection.account,
                    connection: &connection.name,
                    route: &seen.route,
                    dedupe_key: &dedupe_key,
                    delivery,
                    // Looked up when it is listed: it may come before we know.
                    conference: None,
                };
                (id(windows[0]), Kept { received_at, listed_at: 0, event: document(&around, &event) })
            }
        };
        last = write(store, &id, kept, last).await?;
    }
    Ok(())
}

/// What stands for a fact for some milliseconds only has a key for these and one for those before.
fn windows(received_at: u64, within: Option<u64>) -> [u64; 2] {
    let window = within.map_or(0, |within| received_at / within.max(1));
    [window, window.saturating_sub(1)]
}

/// An event that tells the same, of this window or of the one before.
async fn twin(
    store: &Store,
    [id, before]: [String; 2],
    received_at: u64,
    within: Option<u64>,
) -> Result<Option<(String, Kept)>, Refusal> {
    if let Some(kept) = store.get(&event_key(&id)).await? {
        return Ok(Some((id, kept)));
    }
    let Some(within) = within else { return Ok(None) };
    let kept = store.get::<Kept>(&event_key(&before)).await?;
    Ok(kept.filter(|kept| received_at.saturating_sub(kept.received_at) < within).map(|kept| (before, kept)))
}

/// Writes an event behind another one; when.
async fn write(store: &Store, id: &str, mut kept: Kept, behind: u64) -> Result<u64, Refusal> {
    for _ in 0..TRIES {
        kept.listed_at = now().max(behind + 1);
        let by_time = BY_TIME.key(kept.listed_at, id);
        set_both((&event_key(id), &kept), (&by_time, &true))?;
        if now().saturating_sub(kept.listed_at) < WRITTEN_WITHIN_MS {
            return Ok(kept.listed_at);
        }
        // A reader may have gone past it meanwhile.
        store.delete(&by_time).await?;
    }
    say("the key-value store takes seconds to write: see to it");
    Err(Refusal::Ours("the store is too slow".to_owned()))
}

fn event_key(id: &str) -> String {
    format!("event:{id}")
}

/// Those that were written after one, in order; with `fresh` also those that are so new that others may come before them,
/// which the next page begins with again.
///
/// # Errors
/// Where the store fails.
pub async fn list(store: &Store, after: &str, limit: usize, fresh: bool) -> Result<String, Refusal> {
    let wanted = Wanted { after, limit, settled: now().saturating_sub(HELD_BACK_MS), fresh };
    let read = async |time: u64, id: &str, cursor: &str| {
        let kept = store.get_readable::<Kept>(&event_key(id)).await?;
        let Some(mut kept) = kept.filter(|kept| kept.listed_at == time) else { return Ok(None) };
        let conference = conference_of(store, &kept.event).await?;
        if let Some(members) = kept.event.as_object_mut() {
            members.insert("cursor".to_owned(), Value::from(cursor));
            if let Some(Conference { id, user_id, user, .. }) = conference {
                members.insert("conferenceId".to_owned(), Value::from(id));
                members.insert("user".to_owned(), event::user(user_id, &user));
            }
        }
        Ok(Some(kept.event))
    };
    BY_TIME.page("events", &wanted, read).await
}

/// The conference that we made with the id that an event carries, or with one that it had before.
async fn conference_of(store: &Store, event: &Value) -> Result<Option<Conference>, Refusal> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let (Some(account), Some(connection)) = (event.get("account").and_then(Value::as_u64), text("connection")) else {
        return Ok(None);
    };
    let connection = connection_key(account, connection);
    let mut provider_id = text("providerConferenceId").map(str::to_owned);
    for _ in 0..MOST_ALIASES {
        let Some(id) = provider_id else { return Ok(None) };
        if let Some(known) = store.get_readable::<String>(&key("known", &connection, &id)).await? {
            return store.get_readable(&Conference::key(&known)).await;
        }
        provider_id = store.get_readable::<String>(&key("alias", &connection, &id)).await?;
    }
    Ok(None)
}

/// Forgets events that were written before a time, at most a number of them.
///
/// # Errors
/// Where the store fails.
pub async fn forget(store: &Store, before: u64, most: usize) -> Result<Forgotten, Refusal> {
    let delete = async |time: u64, id: &str| {
        let kept = store.get_readable::<Kept>(&event_key(id)).await?;
        // One that another key lists stays until that one's time.
        if kept.is_none_or(|kept| kept.listed_at == time) { store.delete(&event_key(id)).await } else { Ok(()) }
    };
    BY_TIME.forget(store, before, most, delete).await
}
