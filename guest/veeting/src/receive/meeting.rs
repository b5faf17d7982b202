//! Reads the Meeting object, which four of the webhooks send.

use cordboard_plug::meeting_event::{
    ConferenceRef, EventData, MeetingChange, MeetingChanged, MeetingEvent, Organization, Snapshot,
};
use cordboard_plug::{Document, Rejection, dedupe};
use serde_json::Value;

use super::leaf;
use crate::routes::Hook;

/// How many meetings one request may delete. The sender documents no limit; this one bounds memory.
const MAX_MEETINGS: usize = 1_000;

/// Reads an event from one Meeting object.
pub fn read(hook: Hook, body: Document, data: impl FnOnce(Snapshot) -> EventData) -> Result<MeetingEvent, Rejection> {
    read_at("", hook, body, data)
}

/// Reads events from the list of deleted meetings, or from a single object without a list.
pub fn read_deleted(hook: Hook, body: Document) -> Result<Vec<MeetingEvent>, Rejection> {
    let cancelled = |snapshot| EventData::Meeting(MeetingChanged { change: MeetingChange::Cancelled, snapshot });
    let meetings = match body.into_items() {
        Ok(meetings) => meetings,
        Err(meeting) => return Ok(vec![read(hook, meeting, cancelled)?]),
    };
    if meetings.len() > MAX_MEETINGS {
        return Err(Rejection::Malformed(format!(
            "the request has more than {MAX_MEETINGS} meetings: send fewer at a time"
        )));
    }
    let meetings = meetings.enumerate();
    meetings.map(|(index, meeting)| read_at(&format!("/{index}"), hook, meeting, cancelled)).collect()
}

/// Reads an event from the object at the pointer `prefix` of the whole body.
fn read_at(
    prefix: &str,
    hook: Hook,
    mut meeting: Document,
    data: impl FnOnce(Snapshot) -> EventData,
) -> Result<MeetingEvent, Rejection> {
    // Summaries and recordings refer to the object's `id`, not to its `meetingId`.
    let id = leaf::identity(&mut meeting, "/id", &format!("{prefix}/id"))?;
    let dedupe_key = dedupe_key(hook, &id, &meeting);
    let occurred_at = match hook {
        Hook::Closed => leaf::time(&mut meeting, "/dtClosedAt"),
        _ => None,
    };
    let conference = ConferenceRef { id, code: meeting.id("/meetingId") };
    let organization = Organization { company: meeting.id("/accountId"), host: None };
    let data = data(snapshot(&mut meeting));
    Ok(MeetingEvent {
        source_event: hook.name().to_owned(),
        occurred_at,
        conference: Some(conference),
        organization,
        data,
        dedupe_key,
        extras: meeting.extras_under(prefix),
    })
}

fn snapshot(meeting: &mut Document) -> Snapshot {
    Snapshot {
        topic: meeting.text("/topic"),
        agenda: meeting.text("/agenda"),
        start: leaf::time(meeting, "/startTime"),
        end: leaf::time(meeting, "/endTime"),
        timezone: leaf::timezone(meeting, "/timezone"),
        organizer_id: meeting.id("/addedByUserId"),
        organizer_name: meeting.text("/addedByUsername"),
        // The documented samples use both names.
        organizer_email: meeting.text("/addedByEmail").or_else(|| meeting.text("/addedByUserEmail")),
        sequence: leaf::sequence(meeting, "/icalSequence"),
    }
}

/// Returns the dedupe key, if there is one. Bodies have neither an id nor a time of the event, so only unique events
/// can be identified: a meeting is scheduled and deleted once per revision and start, and closed once at a given time.
/// A close without a time (permanent rooms close repeatedly) and an update (two may share a revision) have no key.
fn dedupe_key(hook: Hook, id: &str, meeting: &Document) -> Option<String> {
    let mut parts = vec![hook.name().into(), id.into(), leaf::part(meeting, "/icalSequence")];
    match hook {
        Hook::Scheduled | Hook::Deleted => parts.push(leaf::part(meeting, "/startTime")),
        Hook::Closed => match leaf::part(meeting, "/dtClosedAt") {
            Value::String(text) if !text.is_empty() => parts.push(text.into()),
            Value::Number(number) => parts.push(number.into()),
            _ => return None,
        },
        _ => return None,
    }
    dedupe::key(parts)
}
