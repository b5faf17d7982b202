//! Events that are kept, each once.
//!
//! An event's key is made of what tells it from others, so that one that comes twice, even at once, is one value. Beside
//! it stands a key with the time at which it came, by which events are listed in order. The event is written first:
//! where the second write is missing, its sender was not told that all is well and sends it again.

use cordboard_core::event::{self, Around, document};
use cordboard_core::refusal::Refusal;
use cordboard_core::types::meeting_event::{Happening, MeetingEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::deliveries::Delivery;
use crate::kept::{Conference, connection_key, digest, key};
use crate::spin::store::{Store, keys};

const BY_TIME: &str = "received:";
/// How often a conference may have been given another id.
const MOST_ALIASES: usize = 8;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    received_at: u64,
    event: Value,
}

/// Keeps the events of a delivery.
///
/// # Errors
/// Where the store fails: then not all of them may be kept, and the same delivery, sent again, completes them.
pub async fn keep(store: &Store, delivery: &Delivery<'_>, events: Vec<MeetingEvent>) -> Result<(), Refusal> {
    let Delivery { connection, seen, body_digest, id: delivery } = delivery;
    for (index, event) in events.into_iter().enumerate() {
        if let (Happening::Alias(original), Some(conference)) = (&event.happening, &event.conference) {
            store.set(&key("alias", &connection.key(), &conference.id), original).await?;
        }
        let (dedupe_key, within) = event::dedupe_key(event.dedupe_key.as_deref(), body_digest, index);
        let of_window = |window: u64| digest(&[&connection.key(), &seen.route, &dedupe_key, &window.to_string()]);
        // What stands for a fact for some minutes only has a key for these and those before.
        let window = within.map_or(0, |within| seen.received_at / within.max(1));
        let id = of_window(window);
        let mut twin = store.get::<Kept>(&event_key(&id)).await?.map(|twin| (twin, id.clone()));
        if let (None, Some(within)) = (&twin, within) {
            let before = of_window(window.saturating_sub(1));
            let kept = store.get::<Kept>(&event_key(&before)).await?;
            twin = kept.map(|twin| (twin, before));
            twin = twin.filter(|(twin, _)| seen.received_at.saturating_sub(twin.received_at) < within);
        }
        if let Some((twin, twin_id)) = twin {
            // Its second key may be what is missing.
            store.set(&time_key(twin.received_at, &twin_id), &true).await?;
            continue;
        }
        let around = Around {
            received_at: seen.received_at,
            account: connection.account,
            connection: &connection.name,
            route: &seen.route,
            dedupe_key: &dedupe_key,
            delivery,
            // Looked up when it is listed: it may come before we know.
            conference: None,
        };
        let event = document(&around, &event);
        let received_at = seen.received_at;
        store.set(&event_key(&id), &Kept { received_at, event }).await?;
        store.set(&time_key(received_at, &id), &true).await?;
    }
    Ok(())
}

fn event_key(id: &str) -> String {
    format!("event:{id}")
}

/// In the order of time as text.
fn time_key(received_at: u64, id: &str) -> String {
    format!("{BY_TIME}{received_at:020}:{id}")
}

/// Those that came after one, in the order in which they came and up to a number.
///
/// # Errors
/// Where the store fails.
pub async fn list(store: &Store, after: &str, limit: usize) -> Result<Value, Refusal> {
    let mut listed = Vec::new();
    let mut last = None;
    for by_time in keys(BY_TIME, &format!("{BY_TIME}{after}"), limit)? {
        let cursor = by_time.strip_prefix(BY_TIME).unwrap_or_default().to_owned();
        let (time, id) = cursor.split_once(':').unwrap_or_default();
        // Two deliveries at once wrote one event, each with a time of its own: that of the event counts.
        let kept = store.get::<Kept>(&event_key(id)).await?;
        if let Some(mut kept) = kept.filter(|kept| time.parse() == Ok(kept.received_at)) {
            let conference = conference_of(store, &kept.event).await?;
            if let Some(members) = kept.event.as_object_mut() {
                members.insert("cursor".to_owned(), Value::from(cursor.as_str()));
                if let Some(Conference { id, user_id, user, .. }) = conference {
                    members.insert("conferenceId".to_owned(), Value::from(id));
                    members.insert("user".to_owned(), event::user(user_id, &user));
                }
            }
            listed.push(kept.event);
        }
        last = Some(cursor);
    }
    // Where nothing new came, the cursor stays.
    let next = last.or_else(|| Some(after.to_owned()).filter(|after| !after.is_empty()));
    Ok(json!({ "events": listed, "next": next }))
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
        if let Some(known) = store.get::<String>(&key("known", &connection, &id)).await? {
            return store.get(&Conference::key(&known)).await;
        }
        provider_id = store.get::<String>(&key("alias", &connection, &id)).await?;
    }
    Ok(None)
}

/// Forgets events that came before a time, at most a number of them; how many keys were looked at.
///
/// # Errors
/// Where the store fails.
pub async fn forget(store: &Store, before: u64, most: usize) -> Result<Value, Refusal> {
    let mut forgotten = 0;
    for by_time in keys(BY_TIME, BY_TIME, most)? {
        let (time, id) = by_time.strip_prefix(BY_TIME).and_then(|rest| rest.split_once(':')).unwrap_or_default();
        if time.parse().is_ok_and(|time: u64| time >= before) {
            break;
        }
        store.delete(&event_key(id)).await?;
        store.delete(&by_time).await?;
        forgotten += 1;
    }
    Ok(json!({ "forgotten": forgotten, "more": forgotten == most }))
}
