//! Veeting Rooms' webhooks, from its document "simplex Meeting Webhooks".
//!
//! `samples/` holds the document's samples, with their JSON repaired: a line break in a string, a trailing comma,
//! unquoted keys. The summary is without its envelope, and the recording has a valid URL.

use serde_json::{Map, Value, json};

use super::sample::{Facts, Sample, fields};
use cordboard::events::rfc3339;

const MEETING: &str = include_str!("samples/meeting.json");
const SUMMARY: &str = include_str!("samples/summary.json");
const RECORDING: &str = include_str!("samples/recording.json");

const HOUR_MS: u64 = 60 * 60 * 1000;

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
    let mut whole: Box<dyn FnOnce(Map<String, Value>) -> Value + Send> = Box::new(Value::Object);
    let mut fields = match event {
        "onMeetingSummaryCreated" => document(SUMMARY),
        "onMeetingRecordingCreated" => document(RECORDING),
        _ => meeting(facts.now),
    };
    match event {
        "onMeetingSummaryCreated" => {
            whole = Box::new(|data| json!({ "responseCode": 0, "data": data }));
            fields.insert("id".to_owned(), id.into());
        }
        "onMeetingRecordingCreated" => {
            fields.insert("meetingSummaryId".to_owned(), id.into());
        }
        "onMeetingClosed" => {
            fields.insert("dtClosedAt".to_owned(), rfc3339(facts.now).into());
        }
        "onMeetingDeleted" => {
            whole = Box::new(|meeting| Value::Array(vec![Value::Object(meeting)]));
            // The document's two samples of a meeting use different names here.
            if let Some(email) = fields.remove("addedByEmail") {
                fields.insert("addedByUserEmail".to_owned(), email);
            }
        }
        _ => {}
    }
    Sample { route: event, fields, whole }
}

fn meeting(now: u64) -> Map<String, Value> {
    let mut meeting = document(MEETING);
    meeting.insert("startTime".to_owned(), rfc3339(now + HOUR_MS).into());
    meeting.insert("endTime".to_owned(), rfc3339(now + 2 * HOUR_MS).into());
    meeting
}

fn document(text: &str) -> Map<String, Value> {
    fields(serde_json::from_str(text).unwrap_or_default())
}
