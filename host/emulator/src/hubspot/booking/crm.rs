//! Converts a booked meeting to an object of the account's CRM.

use crate::hubspot::clock;
use crate::hubspot::state::meetings::{Meeting, Status};
use crate::hubspot::state::objects::Properties;

/// Returns the properties of a meeting. HubSpot documents none for the conference; these are the ones that it has been
/// observed to set.
pub fn properties(meeting: &Meeting) -> Properties {
    let time = |millis| clock::iso(millis).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let outcome = if meeting.status == Status::Canceled { "CANCELED" } else { "SCHEDULED" };
    let properties = [
        ("hs_meeting_title", meeting.topic.clone()),
        ("hs_timestamp", time(meeting.start_time)),
        ("hs_meeting_start_time", time(meeting.start_time)),
        ("hs_meeting_end_time", time(meeting.end_time)),
        ("hs_meeting_location", text(&meeting.conference_url)),
        ("hs_meeting_location_type", "VCE".to_owned()),
        ("hs_video_conference_url", text(&meeting.conference_url)),
        ("hs_meeting_web_conference_meeting_id", text(&meeting.conference_id)),
        ("hs_meeting_outcome", outcome.to_owned()),
    ];
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
