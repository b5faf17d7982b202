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
    let document = match event {
        "onMeetingSummaryCreated" => SUMMARY,
        "onMeetingRecordingCreated" => RECORDING,
        _ => MEETING,
    };
    let mut fields = fields(serde_json::from_str(document).unwrap_or_default());
    let mut set = |name: &str, value: String| fields.insert(name.to_owned(), value.into());
    // As long as the IDs in the document.
    let id = facts.random.chars().take(24).collect();
    match event {
        "onMeetingSummaryCreated" => set("id", id),
        "onMeetingRecordingCreated" => set("meetingSummaryId", id),
        _ => {
            set("startTime", time(facts.now + HOUR_MS));
            set("endTime", time(facts.now + 2 * HOUR_MS))
        }
    };
    let body: Body = match event {
        "onMeetingSummaryCreated" => Box::new(|data| json!({ "responseCode": 0, "data": data })),
        "onMeetingDeleted" => Box::new(|meeting| Value::Array(vec![Value::Object(meeting)])),
        _ => Box::new(Value::Object),
    };
    if event == "onMeetingClosed" {
        fields.insert("dtClosedAt".to_owned(), time(facts.now).into());
    }
    // The document's two samples of a meeting use different names here.
    if event == "onMeetingDeleted"
        && let Some(email) = fields.remove("addedByEmail")
    {
        fields.insert("addedByUserEmail".to_owned(), email);
    }
    Sample { route: event, fields, body }
}

fn time(at: u64) -> String {
    rfc3339(at).unwrap_or_default()
}
