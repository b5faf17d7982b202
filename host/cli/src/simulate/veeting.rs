//! Veeting Rooms' webhooks, from its document "simplex Meeting Webhooks".
//!
//! `samples/` holds the document's samples, with their JSON repaired: a line break in a string, a trailing comma,
//! unquoted keys. The summary is without its envelope, and the recording has a valid URL.

use serde_json::{Value, json};

use super::sample::{Body, Facts, HOUR_MS, Sample, fields};
use cordboard::events::rfc3339;

const MEETING: &str = include_str!("samples/meeting.json");
const SUMMARY: &str = include_str!("samples/summary.json");
const RECORDING: &str = include_str!("samples/recording.json");

/// The webhooks, each with its own route.
pub(super) const EVENTS: [&str; 6] = [
    "onMeetingScheduled",
    "onMeetingUpdated",
    "onMeetingClosed",
    "onMeetingDeleted",
    "onMeetingSummaryCreated",
    "onMeetingRecordingCreated",
];

/// Returns a sample event. Its meeting starts in an hour, or closed just now.
pub(super) fn sample(event: &'static str, facts: &Facts) -> Sample {
    // As long as the IDs in the document.
    let id: String = facts.random.chars().take(24).collect();
    let [now, start, end] = [0, 1, 2].map(|hours| rfc3339(facts.now + hours * HOUR_MS).unwrap_or_default());
    let (document, changes) = match event {
        "onMeetingSummaryCreated" => (SUMMARY, vec![("id", id)]),
        "onMeetingRecordingCreated" => (RECORDING, vec![("meetingSummaryId", id)]),
        "onMeetingClosed" => (MEETING, vec![("startTime", start), ("endTime", end), ("dtClosedAt", now)]),
        _ => (MEETING, vec![("startTime", start), ("endTime", end)]),
    };
    let mut fields = fields(serde_json::from_str(document).unwrap_or_default());
    fields.extend(changes.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))));
    // The document's two samples of a meeting use different names here.
    if event == "onMeetingDeleted"
        && let Some(email) = fields.remove("addedByEmail")
    {
        fields.insert("addedByUserEmail".to_owned(), email);
    }
    let body: Body = match event {
        "onMeetingSummaryCreated" => Box::new(|data| json!({ "responseCode": 0, "data": data })),
        "onMeetingDeleted" => Box::new(|meeting| Value::Array(vec![Value::Object(meeting)])),
        _ => Box::new(Value::Object),
    };
    Sample { route: event, fields, body }
}
