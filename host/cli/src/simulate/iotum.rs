//! iotum's webhooks (iotum/community wiki, page "Webhooks"): an event, its time, and a payload of JSON in a string.

use serde_json::{Map, Value, json};

use super::sample::{Facts, Sample, fields};
use cordboard::events::rfc3339;

/// All events, in the order of the page.
pub(super) const EVENTS: [&str; 22] = [
    "conference_start",
    "conference_end",
    "start_recording",
    "stop_recording",
    "start_streaming",
    "stop_streaming",
    "recording_ready",
    "transcription_ready",
    "enter_livestream",
    "leave_livestream",
    "stream_preview_updated",
    "profile_picture_upload_success",
    "profile_picture_upload_failure",
    "enter_conference",
    "leave_conference",
    "dialout_status_change",
    "participant_role_changed",
    "start_broadcasting",
    "stop_broadcasting",
    "drive_file_added",
    "drive_file_deleted",
    "one_time_access_code_reused",
];

/// The participant of all samples.
pub(crate) const PARTICIPANT: &str = "p-4711";

/// Returns a sample of an event that happens now. The page shows the payload of `conference_end` in full; the others
/// are built from its lists of fields.
pub(super) fn sample(event: &'static str, facts: &Facts) -> Sample {
    let timestamp = rfc3339(facts.now);
    let body =
        move |payload| json!({ "event": event, "payload": Value::Object(payload).to_string(), "timestamp": timestamp });
    Sample { route: "events", fields: payload(event), body: Box::new(body) }
}

fn payload(event: &str) -> Map<String, Value> {
    let mut payload = fields(json!({ "host_id": 61803, "company_id": 7012, "conference_id": 1_258_835 }));
    let more = match event {
        "recording_ready" => {
            json!({ "recording_id": 90210, "download_link": "https://media.example.com/recordings/90210.mp4" })
        }
        "enter_livestream" => json!({ "participant_id": PARTICIPANT }),
        "leave_livestream" => json!({ "participant_id": PARTICIPANT, "reason_for_leaving": "host_kicked" }),
        "stream_preview_updated" => json!({
            "video_url": "https://previews.s3.example.com/1258835.mp4",
            "image_url": "https://previews.s3.example.com/1258835.jpg",
        }),
        "enter_conference" => json!({
            "participant_id": PARTICIPANT,
            "participant_role": "participant",
            "meeting_url": "https://app.portal.example.com/conf/call/5551234",
        }),
        "leave_conference" => json!({
            "participant_id": PARTICIPANT,
            "participant_role": "participant",
            "reason_for_leaving": "user_exit",
        }),
        "dialout_status_change" => {
            json!({ "participant_id": PARTICIPANT, "status": "answered", "phone_number": "+14165550123" })
        }
        "participant_role_changed" => json!({ "participant_id": PARTICIPANT, "participant_role": "moderator" }),
        "drive_file_added" => json!({ "id": 3301, "filename": "slides.pdf", "size": 48213 }),
        "drive_file_deleted" => json!({ "id": 3301, "filename": "slides.pdf" }),
        "one_time_access_code_reused" => json!({ "conference_id": 1_258_901, "original_conference_id": 1_258_835 }),
        // The other events have no additional fields.
        _ => json!({}),
    };
    payload.extend(fields(more));
    match event {
        "participant_role_changed" => payload.remove("company_id"),
        "profile_picture_upload_success"
        | "profile_picture_upload_failure"
        | "drive_file_added"
        | "drive_file_deleted" => payload.remove("conference_id"),
        _ => None,
    };
    payload
}
