//! Reads the MeetingSummary object, which lists the attendees some minutes after a meeting was closed.

use cordboard_plug::meeting_event::{
    AttendanceReported, Attendee, ConferenceRef, EventData, MeetingEvent, Organization, Span,
};
use cordboard_plug::{Document, Rejection, dedupe};
use serde_json::Value;

use super::leaf;
use crate::routes::Hook;

/// Reads an event from a summary, with or without the documented wrapper `{ "responseCode": …, "data": … }`.
///
/// `recording-pending` has the value of `isRecordingPrepared`: the sender only reports whether a recording exists, not
/// whether one is to follow.
pub fn read(hook: Hook, mut body: Document) -> Result<MeetingEvent, Rejection> {
    let at = if matches!(body.peek("/data"), Some(Value::Object(_))) { "/data" } else { "" };
    let place = |name: &str| format!("{at}/{name}");
    let id = leaf::identity(&mut body, &place("id"), &place("id"))?;
    let meeting_id = leaf::identity(&mut body, &place("meetingId"), &place("meetingId"))?;
    let dedupe_key = dedupe::key(vec![hook.name().into(), id.as_str().into()]);
    let report = AttendanceReported {
        id,
        agenda: body.text(&place("agenda")),
        minutes: body.text(&place("minutes")),
        attendees: attendees(&mut body, &place("participants")),
        recording_pending: body.boolean(&place("isRecordingPrepared")).unwrap_or(false),
    };
    Ok(MeetingEvent {
        source_event: hook.name().to_owned(),
        occurred_at: None,
        conference: Some(ConferenceRef { id: meeting_id, code: None }),
        organization: Organization { company: body.id(&place("accountId")), host: None },
        data: EventData::Attendance(report),
        dedupe_key,
        extras: body.into_extras(),
    })
}

/// Reads one attendee from each object in the list, even if it has no name.
fn attendees(body: &mut Document, list: &str) -> Vec<Attendee> {
    let mut attendees = Vec::new();
    for index in 0..length(body, list) {
        let at = format!("{list}/{index}");
        if !matches!(body.peek(&at), Some(Value::Object(_))) {
            continue;
        }
        attendees.push(Attendee {
            name: body.string(&format!("{at}/name")).unwrap_or_default(),
            id: None,
            email: None,
            spans: spans(body, &format!("{at}/durations")),
        });
    }
    attendees
}

/// A step of an attendee, in the sender's order.
enum Step {
    Joined(u64),
    Left(u64),
}

/// Pairs each join with the leave that follows it. Other steps, and those without a time, become extras.
fn spans(body: &mut Document, list: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open = None;
    for index in 0..length(body, list) {
        match step(body, &format!("{list}/{index}")) {
            Some(Step::Joined(time)) => {
                if let Some(joined) = open.replace(time) {
                    spans.push(Span { joined: Some(joined), left: None });
                }
            }
            Some(Step::Left(time)) => spans.push(Span { joined: open.take(), left: Some(time) }),
            None => {}
        }
    }
    spans.extend(open.map(|joined| Span { joined: Some(joined), left: None }));
    spans
}

fn step(body: &mut Document, at: &str) -> Option<Step> {
    let action = format!("{at}/action");
    let step = match body.peek(&action)?.as_str()? {
        "joined" => Step::Joined,
        "left" => Step::Left,
        _ => return None,
    };
    let time = leaf::time(body, &format!("{at}/timestamp"))?;
    // Take the action only now: one without a time cannot be a span and stays whole.
    body.string(&action);
    Some(step(time))
}

fn length(body: &Document, list: &str) -> usize {
    body.peek(list).and_then(Value::as_array).map_or(0, Vec::len)
}
