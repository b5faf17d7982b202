//! An event as one JSON object.
//!
//! | key | value |
//! |---|---|
//! | `type` | flat name, such as `participant.joined` ([`kind`](super::kind())) |
//! | `sourceEvent` | the provider's own name of it |
//! | `occurredAt` | time, or null where the provider does not say |
//! | `receivedAt` | time |
//! | `account` | the CRM's number of the account |
//! | `connection`, `route` | name of the connection, and of the route that the event came by |
//! | `conferenceId` | our id of the conference, or null where we did not make it |
//! | `providerConferenceId`, `code` | the provider's id of it and what a person dials or types; or null |
//! | `user` | `{id, name}` of who booked it, as the CRM wrote them; or null |
//! | `organization` | `{company, host}`, the provider's ids of them; either may be null |
//! | `happening` | what happened, as [`happening`](super::happening()) tells |
//! | `dedupeKey` | equal for two deliveries of one fact, within account, connection and route |
//! | `delivery` | our id of the request that it came with |
//! | `extras` | what no other key holds: JSON pointer into the original → its value |
//!
//! Times are RFC 3339 in UTC with milliseconds. Numbers keep their digits, however many. A host adds how it counts:
//! `sequence`, a number, or `cursor`.

use serde_json::{Value, json};

use super::{extras, happening, kind, rfc3339};
use crate::types::meeting_event::MeetingEvent;

/// What its host knows of an event.
pub struct Around<'a> {
    /// Epoch milliseconds.
    pub received_at: u64,
    /// The CRM's number of the account.
    pub account: u64,
    /// The connection's name.
    pub connection: &'a str,
    /// The route that it came by.
    pub route: &'a str,
    /// Equal for two deliveries of one fact.
    pub dedupe_key: &'a str,
    /// Our id of the request that it came with.
    pub delivery: &'a str,
    /// Our id of the conference, and the CRM's number and name of who booked it.
    pub conference: Option<(&'a str, u64, &'a str)>,
}

/// The object.
pub fn document(around: &Around<'_>, event: &MeetingEvent) -> Value {
    let reference = event.conference.as_ref();
    json!({
        "type": kind(&event.happening),
        "sourceEvent": event.source_event,
        "occurredAt": event.occurred_at.and_then(rfc3339),
        "receivedAt": rfc3339(around.received_at),
        "account": around.account,
        "connection": around.connection,
        "route": around.route,
        "conferenceId": around.conference.map(|(id, ..)| id),
        "providerConferenceId": reference.map(|conference| &conference.id),
        "code": reference.and_then(|conference| conference.code.as_ref()),
        "user": around.conference.map(|(_, id, name)| user(id, name)),
        "organization": { "company": event.organization.company, "host": event.organization.host },
        "happening": happening(&event.happening),
        "dedupeKey": around.dedupe_key,
        "delivery": around.delivery,
        "extras": extras(&event.extras),
    })
}

/// Who booked a conference.
pub fn user(id: u64, name: &str) -> Value {
    json!({ "id": id, "name": name })
}
