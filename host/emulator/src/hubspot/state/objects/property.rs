//! The properties of objects and their types. Custom properties of accounts hold text.

use super::ObjectType;

/// Properties that only HubSpot sets; writes of others are ignored.
pub const READ_ONLY: [&str; 3] = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PropertyKind {
    /// A time, stored as ISO 8601 in UTC.
    Time,
    /// A number.
    Number,
    /// One of several values, compared case-sensitively.
    Choice,
    /// Text, compared case-insensitively.
    Text,
}

/// Returns the type of a property.
pub fn kind(name: &str) -> PropertyKind {
    match name {
        "hs_timestamp" | "hs_meeting_start_time" | "hs_meeting_end_time" | "hs_createdate" | "hs_lastmodifieddate" => {
            PropertyKind::Time
        }
        "hs_object_id" | "hubspot_owner_id" | "hs_created_by_user_id" => PropertyKind::Number,
        "hs_meeting_outcome" | "hs_meeting_location_type" | "hs_meeting_source" | "hs_activity_type" => {
            PropertyKind::Choice
        }
        _ => PropertyKind::Text,
    }
}

/// Documented or observed properties of all objects.
const COMMON: [&str; 9] = [
    "hs_attachment_ids",
    "hs_created_by_user_id",
    "hs_createdate",
    "hs_lastmodifieddate",
    "hs_object_id",
    "hs_object_source",
    "hs_timestamp",
    "hs_unique_id",
    "hubspot_owner_id",
];

/// Further ones of meetings.
const MEETING: [&str; 22] = [
    "hs_activity_type",
    "hs_attendee_owner_ids",
    "hs_guest_emails",
    "hs_i_cal_uid",
    "hs_internal_meeting_notes",
    "hs_meeting_body",
    "hs_meeting_calendar_event_hash",
    "hs_meeting_created_from_link_id",
    "hs_meeting_end_time",
    "hs_meeting_external_url",
    "hs_meeting_location",
    "hs_meeting_location_type",
    "hs_meeting_notetaker_id",
    "hs_meeting_outcome",
    "hs_meeting_source",
    "hs_meeting_source_id",
    "hs_meeting_start_time",
    "hs_meeting_title",
    "hs_meeting_transcript",
    "hs_meeting_web_conference_meeting_id",
    "hs_timezone",
    "hs_video_conference_url",
];

/// Further ones of notes.
const NOTE: [&str; 2] = ["hs_body_preview", "hs_note_body"];

/// The outcomes of meetings; accounts may define more.
pub const OUTCOMES: [&str; 5] = ["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"];

/// Whether a property is predefined for this type of object.
pub fn is_known(object_type: ObjectType, name: &str) -> bool {
    let further: &[&str] = match object_type {
        ObjectType::Meeting => &MEETING,
        ObjectType::Note => &NOTE,
    };
    COMMON.contains(&name) || further.contains(&name)
}
