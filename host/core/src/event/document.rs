//! An event as a JSON object.
//!
//! | key | value |
//! |---|---|
//! | `type` | flat name, such as `participant.joined` ([`kind`](super::kind())) |
//! | `sourceEvent` | the provider's name for the event |
//! | `occurredAt` | time, or null if the provider does not say |
//! | `receivedAt` | time |
//! | `account` | the CRM's id of the account, a string |
//! | `connection`, `route` | names of the connection and of the route that received the event |
//! | `conferenceId` | Cordboard's id of the conference, or null if it was not created through Cordboard |
//! | `providerConferenceId`, `code` | the provider's id of it and the code that people dial or type; or null |
//! | `user` | `{id, name}` of the user who booked it, as the CRM sent them, both strings; or null |
//! | `organization` | `{company, host}`, the provider's ids of them; either may be null |
//! | `data` | what happened, as described at [`data`](super::data()) |
//! | `dedupeKey` | the same for two reports of one event, within account, connection and route |
//! | `requestId` | Cordboard's id of the webhook request |
//! | `extras` | everything that no other key holds: JSON pointer into the original → its value |
//!
//! Times are RFC 3339 in UTC with milliseconds. Numbers keep all their digits. Each host adds a position: `sequence`, a
//! number, or `cursor`.

use serde_json::{Value, json};

use super::{data, extras, kind, rfc3339};
use crate::types::meeting_event::MeetingEvent;
use crate::{AccountId, UserId};

/// What the host knows about an event.
pub struct Envelope<'a> {
    /// When the event was received, in epoch milliseconds.
    pub received_at: u64,
    /// The CRM's id of the account.
    pub account: &'a AccountId,
    /// The connection's name.
    pub connection: &'a str,
    /// The route that received the event.
    pub route: &'a str,
    /// The same for two reports of one event.
    pub dedupe_key: &'a str,
    /// Cordboard's id of the webhook request.
    pub request_id: &'a str,
    /// Cordboard's id of the conference, and the CRM's id and name of the user who booked it.
    pub conference: Option<(&'a str, &'a UserId, &'a str)>,
}

/// Returns the event's JSON object.
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

/// The user who booked a conference, as JSON.
pub fn user(id: &UserId, name: &str) -> Value {
    json!({ "id": id, "name": name })
}
