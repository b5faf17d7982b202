//! The contract's event records as JSON. Each record is taken apart completely, so a new field does not compile until it
//! has a JSON form.

use serde_json::{Value, json};

use super::{case, rfc3339};
use crate::types::meeting_event::{
    ArtifactChanged, AttendanceReported, Attendee, CallChanged, CaptureChanged, EventData, Link, MeetingChanged,
    ParticipantChange, ParticipantChanged, SessionChanged, Snapshot, Span,
};

/// The event's data as JSON. The mapping from `cordboard:types/meeting-event` is:
///
/// - A record becomes an object with camelCase keys. An absent field is null.
/// - An enum case, or a variant case without a payload, becomes a string with the contract's name, such as
///   `"no-answer"`.
/// - A variant case with a payload becomes an object with one camelCase key, such as `{"fileAdded": {…}}`, `{"other":
///   "…"}`, or `{"left": null}` if the payload is an absent option.
/// - The data itself is such a variant: `{"participant": {"id": "7", "change": "joined", …}}`.
/// - Times are RFC 3339 in UTC with milliseconds.
pub fn data(data: &EventData) -> Value {
    match data {
        EventData::Meeting(changed) => json!({ "meeting": meeting(changed) }),
        EventData::Session(changed) => json!({ "session": session(changed) }),
        EventData::Participant(changed) => json!({ "participant": participant(changed) }),
        EventData::Capture(changed) => json!({ "capture": capture(changed) }),
        EventData::Artifact(changed) => json!({ "artifact": artifact(changed) }),
        EventData::Attendance(report) => json!({ "attendance": attendance(report) }),
        EventData::Call(changed) => json!({ "call": call(changed) }),
        EventData::Alias(original) => json!({ "alias": original }),
        EventData::Account(notice) => json!({ "account": case::json(notice) }),
    }
}

fn meeting(changed: &MeetingChanged) -> Value {
    let MeetingChanged { change, snapshot } = changed;
    json!({ "change": case::json(change), "snapshot": self::snapshot(snapshot) })
}

fn session(changed: &SessionChanged) -> Value {
    let SessionChanged { change, snapshot } = changed;
    json!({ "change": case::json(change), "snapshot": snapshot.as_ref().map(self::snapshot) })
}

fn snapshot(snapshot: &Snapshot) -> Value {
    let Snapshot { topic, agenda, start, end, timezone, organizer_id, organizer_name, organizer_email, sequence } =
        snapshot;
    json!({
        "topic": topic,
        "agenda": agenda,
        "start": start.and_then(rfc3339),
        "end": end.and_then(rfc3339),
        "timezone": timezone,
        "organizerId": organizer_id,
        "organizerName": organizer_name,
        "organizerEmail": organizer_email,
        "sequence": sequence,
    })
}

fn participant(changed: &ParticipantChanged) -> Value {
    let ParticipantChanged { id, name, email, role, venue, change, join_url } = changed;
    let change = match change {
        ParticipantChange::Left(reason) => json!({ "left": reason.as_ref().map(case::json) }),
        ParticipantChange::Joined | ParticipantChange::RoleChanged => case::json(change),
    };
    json!({
        "id": id,
        "name": name,
        "email": email,
        "role": role.as_ref().map(case::json),
        "venue": case::json(venue),
        "change": change,
        "joinUrl": join_url,
    })
}

fn capture(changed: &CaptureChanged) -> Value {
    let CaptureChanged { medium, change } = changed;
    json!({ "medium": case::json(medium), "change": case::json(change) })
}

fn artifact(changed: &ArtifactChanged) -> Value {
    let ArtifactChanged { kind, state, id, links, token } = changed;
    let links: Vec<_> = links.iter().map(link).collect();
    json!({ "kind": case::json(kind), "state": case::json(state), "id": id, "links": links, "token": token })
}

fn link(link: &Link) -> Value {
    let Link { role, url, relative, expires_at } = link;
    json!({
        "role": case::json(role),
        "url": url,
        "relative": relative,
        "expiresAt": expires_at.and_then(rfc3339),
    })
}

fn attendance(report: &AttendanceReported) -> Value {
    let AttendanceReported { id, agenda, minutes, attendees, recording_pending } = report;
    let attendees: Vec<_> = attendees.iter().map(attendee).collect();
    json!({
        "id": id,
        "agenda": agenda,
        "minutes": minutes,
        "attendees": attendees,
        "recordingPending": recording_pending,
    })
}

fn attendee(attendee: &Attendee) -> Value {
    let Attendee { name, id, email, spans } = attendee;
    let spans: Vec<_> = spans.iter().map(span).collect();
    json!({ "name": name, "id": id, "email": email, "spans": spans })
}

fn span(span: &Span) -> Value {
    let Span { joined, left } = span;
    json!({ "joined": joined.and_then(rfc3339), "left": left.and_then(rfc3339) })
}

fn call(changed: &CallChanged) -> Value {
    let CallChanged { direction, status, participant_id, phone_number } = changed;
    json!({
        "direction": case::json(direction),
        "status": case::json(status),
        "participantId": participant_id,
        "phoneNumber": phone_number,
    })
}
