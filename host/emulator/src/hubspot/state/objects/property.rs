//! What properties hold. Any name is taken, since accounts define their own: those hold text.

/// Set by HubSpot alone; what others write into them is ignored.
pub const READ_ONLY: [&str; 3] = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PropertyKind {
    /// A time, kept as ISO 8601 in UTC.
    Time,
    /// A number.
    Number,
    /// One of several values, which are compared as they are written.
    Choice,
    /// Text, which is compared without regard to case.
    Text,
}

/// What the property of this name holds.
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
