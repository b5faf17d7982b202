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
//! | `data` | what happened, as [`data`](super::data()) tells |
//! | `dedupeKey` | equal for two deliveries of one fact, within account, connection and route |
//! | `requestId` | our id of the request that it came with |
//! | `extras` | what no other key holds: JSON pointer into the original → its value |
//!
//! Times are RFC 3339 in UTC with milliseconds. Numbers keep their digits, however many. A host adds how it counts:
//! `sequence`, a number, or `cursor`.

use serde_json::{Value, json};

use super::{data, extras, kind, rfc3339};
use crate::types::meeting_event::MeetingEvent;

/// What its host knows of an event.
pub struct Envelope<'a> {
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
    pub request_id: &'a str,
    /// Our id of the conference, and the CRM's number and name of who booked it.
    pub conference: Option<(&'a str, u64, &'a str)>,
}

/// The object.
pub fn document(envelope: &Envelope<'_>, event: &MeetingEvent) -> Value {
    let reference = event.conference.as_ref();
    json!({
        "type": kind(&event.data),
        "sourceEvent": event.source_event,
        "occurredAt": event.occurred_at.and_then(rfc3339),
        "receivedAt": rfc3339(envelope.received_at),
        "account": envelope.account,
        "connection": envelope.connection,
        "route": envelope.route,
        "conferenceId": envelope.conference.map(|(id, ..)| id),
        "providerConferenceId": reference.map(|conference| &conference.id),
        "code": reference.and_then(|conference| conference.code.as_ref()),
        "user": envelope.conference.map(|(_, id, name)| user(id, name)),
        "organization": { "company": event.organization.company, "host": event.organization.host },
        "data": data(&event.data),
        "dedupeKey": envelope.dedupe_key,
        "requestId": envelope.request_id,
        "extras": extras(&event.extras),
    })
}

/// Who booked a conference.
pub fn user(id: u64, name: &str) -> Value {
    json!({ "id": id, "name": name })
}
