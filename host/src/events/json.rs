//! The JSON form of a stored event: what `cordboard events --json` prints.
//!
//! | key | value |
//! |---|---|
//! | `sequence` | number; grows with each event |
//! | `type` | flat name, such as `participant.joined` ([`kind`]) |
//! | `sourceEvent` | the provider's own name of it |
//! | `occurredAt` | time, or null where the provider does not say |
//! | `receivedAt` | time |
//! | `account` | the CRM's number of the account |
//! | `connection`, `route` | name of the connection, and of the route that the event came by |
//! | `conferenceId` | our id of the conference, or null where we did not make it |
//! | `providerConferenceId`, `code` | the provider's id of it and what a person dials or types; or null |
//! | `user` | `{id, name}` of who booked it, as the CRM wrote them; or null |
//! | `organization` | `{company, host}`, the provider's ids of them; either may be null |
//! | `happening` | what happened, as [`cordboard_core::event::happening()`] tells |
//! | `dedupeKey` | equal for two deliveries of one fact, within account, connection and route |
//! | `delivery` | our id of the request that it came with |
//! | `extras` | what no other key holds: JSON pointer into the original → its value |
//!
//! Times are RFC 3339 in UTC with milliseconds. Numbers keep their digits, however many.

use cordboard_core::event::extras;
use serde_json::{Value, json};

use super::happening::happening;
use super::{kind, rfc3339};
use crate::store::StoredEvent;

/// A stored event as JSON.
pub fn event(stored: &StoredEvent) -> Value {
    let event = &stored.event.event;
    let reference = event.conference.as_ref();
    json!({
        "sequence": stored.sequence,
        "type": kind(&event.happening),
        "sourceEvent": event.source_event,
        "occurredAt": event.occurred_at.and_then(rfc3339),
        "receivedAt": rfc3339(stored.event.received_at),
        "account": stored.event.connection.account,
        "connection": stored.event.connection.name,
        "route": stored.event.route,
        "conferenceId": stored.conference.as_ref().map(|conference| &conference.id),
        "providerConferenceId": reference.map(|conference| &conference.id),
        "code": reference.and_then(|conference| conference.code.as_ref()),
        "user": stored.conference.as_ref().map(|conference| json!({
            "id": conference.user_id,
            "name": conference.user,
        })),
        "organization": { "company": event.organization.company, "host": event.organization.host },
        "happening": happening(&event.happening),
        "dedupeKey": stored.event.dedupe_key,
        "delivery": stored.event.delivery,
        "extras": extras(&event.extras),
    })
}
