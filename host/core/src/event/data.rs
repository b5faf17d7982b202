//! The contract's event records as JSON. The matches are exhaustive, so a new case does not compile until it has a JSON
//! form.

use serde_json::{Value, json};

use super::rfc3339;
use crate::types::meeting_event::{
    AccountNotice, ArtifactChanged, ArtifactKind, ArtifactState, AttendanceReported, Attendee, CallChanged,
    CallDirection, CallStatus, CaptureChange, CaptureChanged, EventData, File, LeaveReason, Link, LinkRole, Medium,
    MeetingChange, MeetingChanged, ParticipantChange, ParticipantChanged, Role, SessionChange, SessionChanged,
    Snapshot, Span, Venue,
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
        EventData::Account(notice) => json!({ "account": account(notice) }),
    }
}

fn meeting(changed: &MeetingChanged) -> Value {
    let MeetingChanged { change, snapshot } = changed;
    let change = match change {
        MeetingChange::Scheduled => "scheduled",
        MeetingChange::Updated => "updated",
        MeetingChange::Cancelled => "cancelled",
    };
    json!({ "change": change, "snapshot": self::snapshot(snapshot) })
}

fn session(changed: &SessionChanged) -> Value {
    let SessionChanged { change, snapshot } = changed;
    let change = match change {
        SessionChange::Started => "started",
        SessionChange::Ended => "ended",
    };
    json!({ "change": change, "snapshot": snapshot.as_ref().map(self::snapshot) })
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
    let venue = match venue {
        Venue::Conference => "conference",
        Venue::Lobby => "lobby",
        Venue::Livestream => "livestream",
    };
    let change = match change {
        ParticipantChange::Joined => json!("joined"),
        ParticipantChange::Left(reason) => json!({ "left": reason.as_ref().map(leave_reason) }),
        ParticipantChange::RoleChanged => json!("role-changed"),
    };
    json!({
        "id": id,
        "name": name,
        "email": email,
        "role": role.as_ref().map(self::role),
        "venue": venue,
        "change": change,
        "joinUrl": join_url,
    })
}

fn role(role: &Role) -> Value {
    match role {
        Role::Organizer => json!("organizer"),
        Role::Moderator => json!("moderator"),
        Role::Participant => json!("participant"),
        Role::Other(word) => json!({ "other": word }),
    }
}

fn leave_reason(reason: &LeaveReason) -> Value {
    match reason {
        LeaveReason::UserExit => json!("user-exit"),
        LeaveReason::UserDropped => json!("user-dropped"),
        LeaveReason::HostKicked => json!("host-kicked"),
        LeaveReason::HostKickedBlocked => json!("host-kicked-blocked"),
        LeaveReason::Other(word) => json!({ "other": word }),
    }
}

fn capture(changed: &CaptureChanged) -> Value {
    let CaptureChanged { medium, change } = changed;
    let medium = match medium {
        Medium::Recording => "recording",
        Medium::Streaming => "streaming",
        Medium::Broadcasting => "broadcasting",
        Medium::Transcription => "transcription",
    };
    let change = match change {
        CaptureChange::Started => "started",
        CaptureChange::Paused => "paused",
        CaptureChange::Resumed => "resumed",
        CaptureChange::Stopped => "stopped",
        CaptureChange::Failed => "failed",
    };
    json!({ "medium": medium, "change": change })
}

fn artifact(changed: &ArtifactChanged) -> Value {
    let ArtifactChanged { kind, state, id, links, token } = changed;
    let kind = match kind {
        ArtifactKind::Recording => json!("recording"),
        ArtifactKind::Transcript => json!("transcript"),
        ArtifactKind::Summary => json!("summary"),
        ArtifactKind::Chat => json!("chat"),
        ArtifactKind::StreamPreview => json!("stream-preview"),
        ArtifactKind::Other(word) => json!({ "other": word }),
    };
    let state = match state {
        ArtifactState::Ready => "ready",
        ArtifactState::Failed => "failed",
        ArtifactState::Deleted => "deleted",
    };
    let links: Vec<_> = links.iter().map(link).collect();
    json!({ "kind": kind, "state": state, "id": id, "links": links, "token": token })
}

fn link(link: &Link) -> Value {
    let Link { role, url, relative, expires_at } = link;
    let role = match role {
        LinkRole::Download => json!("download"),
        LinkRole::Play => json!("play"),
        LinkRole::Merged => json!("merged"),
        LinkRole::Part => json!("part"),
        LinkRole::Video => json!("video"),
        LinkRole::Image => json!("image"),
        LinkRole::Other(word) => json!({ "other": word }),
    };
    json!({ "role": role, "url": url, "relative": relative, "expiresAt": expires_at.and_then(rfc3339) })
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
    let direction = match direction {
        CallDirection::Outbound => "outbound",
        CallDirection::Inbound => "inbound",
    };
    let status = match status {
        CallStatus::New => json!("new"),
        CallStatus::Dialed => json!("dialed"),
        CallStatus::Answered => json!("answered"),
        CallStatus::Connected => json!("connected"),
        CallStatus::Ended => json!("ended"),
        CallStatus::Rejected => json!("rejected"),
        CallStatus::NoAnswer => json!("no-answer"),
        CallStatus::Cancelled => json!("cancelled"),
        CallStatus::NotEnabled => json!("not-enabled"),
        CallStatus::Failed => json!("failed"),
        CallStatus::Other(word) => json!({ "other": word }),
    };
    json!({
        "direction": direction,
        "status": status,
        "participantId": participant_id,
        "phoneNumber": phone_number,
    })
}

fn account(notice: &AccountNotice) -> Value {
    match notice {
        AccountNotice::PictureAccepted => json!("picture-accepted"),
        AccountNotice::PictureFailed => json!("picture-failed"),
        AccountNotice::FileAdded(added) => json!({ "fileAdded": file(added) }),
        AccountNotice::FileDeleted(deleted) => json!({ "fileDeleted": file(deleted) }),
        AccountNotice::Other(word) => json!({ "other": word }),
    }
}

fn file(file: &File) -> Value {
    let File { id, name, size } = file;
    json!({ "id": id, "name": name, "size": size })
}
