//! The JSON form of a stored event, as `cordboard events --json` prints it: the members of
//! [`document`](super::document()) and `sequence`, a number that grows with each event.

use cordboard_core::event::{Envelope, document};
use serde_json::Value;

use cordboard_store::StoredEvent;

/// Returns a stored event as JSON.
pub fn event(stored: &StoredEvent) -> Value {
    let StoredEvent { sequence, event, conference } = stored;
    let conference = conference.as_ref();
    let envelope = Envelope {
        received_at: event.received_at,
        account: &event.connection.account,
        connection: &event.connection.name,
        route: &event.route,
        dedupe_key: &event.dedupe_key,
        request_id: &event.inbound_request,
        conference: conference.map(|made| (made.id.as_str(), &made.user_id, made.user.as_str())),
    };
    let mut document = document(&envelope, &event.event);
    if let Some(members) = document.as_object_mut() {
        members.insert("sequence".to_owned(), Value::from(*sequence));
    }
    document
}
