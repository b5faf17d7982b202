//! Sizes of values that a plug returned: the bytes of their texts, plus an overhead for each list item.

use crate::types::effect::{Capture, Effect, OutboundRequest, Piece, StateEntry};
use crate::types::meeting_event::{
    AccountNotice, ArtifactChanged, ArtifactKind, AttendanceReported, Attendee, CallChanged, CallStatus, EventData,
    File, LeaveReason, Link, LinkRole, MeetingEvent, ParticipantChange, ParticipantChanged, Role, Snapshot,
};

/// Overhead of a list item in bytes, so that a list of empty items is not free.
const ITEM: usize = 32;

/// Bytes of an effect, as counted before it is journaled and performed.
pub fn effect_bytes(effect: &Effect) -> usize {
    match effect {
        Effect::Call(request) => request_bytes(request),
        Effect::SetState(entries) => list(entries, |StateEntry { key, value, .. }| key.len() + value.len()),
        Effect::DeleteState(keys) => list(keys, String::len),
    }
}

/// Bytes of the state that an effect stores.
pub fn state_bytes(effect: &Effect) -> usize {
    match effect {
        Effect::SetState(_) => effect_bytes(effect),
        Effect::Call(_) | Effect::DeleteState(_) => 0,
    }
}

/// Bytes of the pieces of a text, before it is rendered.
pub(super) fn pieces_bytes(pieces: &[Piece]) -> usize {
    list(pieces, |piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Secret(secret) => secret.key.len(),
        Piece::Signature(signature) => signature.key.len() + signature.text.len(),
    })
}

fn request_bytes(request: &OutboundRequest) -> usize {
    let OutboundRequest { method: _, url, headers, basic, body, captures, idempotent: _ } = request;
    let capture =
        |Capture { pointer, key, expires_in_pointer }: &Capture| pointer.len() + key.len() + text(expires_in_pointer);
    let basic = basic.as_ref().map_or(0, |(user, password)| user.len() + password.len());
    pieces_bytes(url)
        + list(headers, |(name, value)| name.len() + pieces_bytes(value))
        + basic
        + pieces_bytes(body)
        + list(captures, capture)
}

/// Bytes of an event.
pub fn event_bytes(event: &MeetingEvent) -> usize {
    let MeetingEvent { source_event, occurred_at: _, conference, organization, data, dedupe_key, extras } = event;
    let conference = conference.as_ref().map_or(0, |conference| conference.id.len() + text(&conference.code));
    source_event.len()
        + conference
        + text(&organization.company)
        + text(&organization.host)
        + data_bytes(data)
        + text(dedupe_key)
        + list(extras, |(pointer, json)| pointer.len() + json.len())
}

fn data_bytes(data: &EventData) -> usize {
    match data {
        EventData::Meeting(changed) => snapshot(&changed.snapshot),
        EventData::Session(changed) => changed.snapshot.as_ref().map_or(0, snapshot),
        EventData::Participant(changed) => participant(changed),
        EventData::Capture(_) => 0,
        EventData::Artifact(changed) => artifact(changed),
        EventData::Attendance(report) => attendance(report),
        EventData::Call(changed) => call(changed),
        EventData::Alias(original) => original.len(),
        EventData::Account(notice) => match notice {
            AccountNotice::PictureAccepted | AccountNotice::PictureFailed => 0,
            AccountNotice::FileAdded(File { id, name, size: _ })
            | AccountNotice::FileDeleted(File { id, name, .. }) => id.len() + name.len(),
            AccountNotice::Other(other) => other.len(),
        },
    }
}

fn snapshot(of: &Snapshot) -> usize {
    let Snapshot { topic, agenda, start: _, end: _, timezone, organizer_id, organizer_name, organizer_email, .. } = of;
    [topic, agenda, timezone, organizer_id, organizer_name, organizer_email].into_iter().map(text).sum()
}

fn participant(of: &ParticipantChanged) -> usize {
    let ParticipantChanged { id, name, email, role, venue: _, change, join_url } = of;
    let texts: usize = [id, name, email, join_url].into_iter().map(text).sum();
    let role = if let Some(Role::Other(role)) = role { role.len() } else { 0 };
    let reason = match change {
        ParticipantChange::Left(Some(LeaveReason::Other(reason))) => reason.len(),
        _ => 0,
    };
    texts + role + reason
}

fn artifact(of: &ArtifactChanged) -> usize {
    let ArtifactChanged { kind, state: _, id, links, token } = of;
    let kind = if let ArtifactKind::Other(kind) = kind { kind.len() } else { 0 };
    let link =
        |Link { role, url, .. }: &Link| url.len() + if let LinkRole::Other(role) = role { role.len() } else { 0 };
    kind + text(id) + list(links, link) + text(token)
}

fn attendance(of: &AttendanceReported) -> usize {
    let AttendanceReported { id, agenda, minutes, attendees, recording_pending: _ } = of;
    let attendee =
        |Attendee { name, id, email, spans }: &Attendee| name.len() + text(id) + text(email) + list(spans, |_| 0);
    id.len() + text(agenda) + text(minutes) + list(attendees, attendee)
}

fn call(of: &CallChanged) -> usize {
    let CallChanged { direction: _, status, participant_id, phone_number } = of;
    let status = if let CallStatus::Other(status) = status { status.len() } else { 0 };
    status + text(participant_id) + text(phone_number)
}

fn text(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn list<T>(items: &[T], each: impl Fn(&T) -> usize) -> usize {
    items.iter().map(|item| ITEM + each(item)).sum()
}
