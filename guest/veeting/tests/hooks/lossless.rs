//! Checks that an event holds every leaf of its body.

use std::collections::BTreeMap;

use cordboard_plug::meeting_event::{EventData, LinkRole, MeetingEvent, Snapshot};
use serde_json::Value;

/// Panics if a leaf of `body` is neither in a field of the event nor among its extras, or if an extra is not in `body`.
/// `prefix` is the pointer of `body` in the whole body.
pub fn assert_lossless(event: &MeetingEvent, body: &Value, prefix: &str) {
    let mut leaves = BTreeMap::new();
    flatten(body, prefix.to_owned(), &mut leaves);
    let extras: BTreeMap<_, _> = event.extras.iter().cloned().collect();
    assert_eq!(extras.len(), event.extras.len(), "duplicate pointer: {:?}", event.extras);
    for (pointer, text) in &extras {
        assert_eq!(leaves.get(pointer).map(|leaf| leaf.to_string()).as_ref(), Some(text), "invented: {pointer}");
    }
    let slots = slots(event, body, prefix, &extras);
    for (pointer, leaf) in &leaves {
        let held = slots.get(pointer).is_some_and(|slot| slot.holds(leaf));
        assert!(held || extras.contains_key(pointer), "lost: {pointer} = {leaf}\n{event:#?}");
    }
}

fn flatten(value: &Value, at: String, leaves: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) if !members.is_empty() => members.iter().for_each(|(name, member)| {
            flatten(member, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), leaves);
        }),
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(index, item)| flatten(item, format!("{at}/{index}"), leaves));
        }
        leaf => drop(leaves.insert(at, leaf.clone())),
    }
}

/// The value of a field of an event.
enum Slot {
    Text(String),
    Time(u64),
    Boolean(bool),
}

impl Slot {
    /// Whether the field reproduces the leaf exactly.
    fn holds(&self, leaf: &Value) -> bool {
        let text = leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned);
        match self {
            Self::Text(slot) => *slot == text && !matches!(leaf, Value::Bool(_) | Value::Null),
            Self::Boolean(slot) => leaf.as_bool() == Some(*slot),
            Self::Time(slot) => {
                let is_plain = text.len() == 24 && text.ends_with('Z');
                let written = is_plain.then(|| text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
                text == slot.to_string() || written == i64::try_from(*slot).ok()
            }
        }
    }
}

type Extras = BTreeMap<String, String>;

fn slots(event: &MeetingEvent, body: &Value, prefix: &str, extras: &Extras) -> BTreeMap<String, Slot> {
    let mut slots = BTreeMap::new();
    let mut put = |pointer: String, slot: Option<Slot>| drop(slot.map(|slot| slots.insert(pointer, slot)));
    let text = |text: &Option<String>| text.clone().map(Slot::Text);
    let conference = event.conference.as_ref().unwrap();
    let id = Some(Slot::Text(conference.id.clone()));
    match &event.data {
        EventData::Meeting(_) | EventData::Session(_) => {
            let snapshot = snapshot(event);
            put(format!("{prefix}/id"), id);
            put(format!("{prefix}/meetingId"), text(&conference.code));
            put(format!("{prefix}/accountId"), text(&event.organization.company));
            put(format!("{prefix}/topic"), text(&snapshot.topic));
            put(format!("{prefix}/agenda"), text(&snapshot.agenda));
            put(format!("{prefix}/startTime"), snapshot.start.map(Slot::Time));
            put(format!("{prefix}/endTime"), snapshot.end.map(Slot::Time));
            put(format!("{prefix}/dtClosedAt"), event.occurred_at.map(Slot::Time));
            put(format!("{prefix}/timezone"), text(&snapshot.timezone));
            put(format!("{prefix}/addedByUserId"), text(&snapshot.organizer_id));
            put(format!("{prefix}/addedByUsername"), text(&snapshot.organizer_name));
            put(format!("{prefix}/icalSequence"), snapshot.sequence.map(|number| Slot::Text(number.to_string())));
            // The field holds only one of the two; the other must be among the extras.
            let first = body.pointer("/addedByEmail").and_then(Value::as_str).is_some_and(|email| !email.is_empty());
            let email = if first { "addedByEmail" } else { "addedByUserEmail" };
            put(format!("{prefix}/{email}"), text(&snapshot.organizer_email));
        }
        EventData::Attendance(report) => {
            let at = if body.pointer("/data").is_some_and(Value::is_object) { "/data" } else { "" };
            put(format!("{at}/id"), Some(Slot::Text(report.id.clone())));
            put(format!("{at}/meetingId"), id);
            put(format!("{at}/accountId"), text(&event.organization.company));
            put(format!("{at}/agenda"), text(&report.agenda));
            put(format!("{at}/minutes"), text(&report.minutes));
            put(format!("{at}/isRecordingPrepared"), Some(Slot::Boolean(report.recording_pending)));
            let mut attendees = report.attendees.iter();
            for (index, participant) in list(body.pointer(&format!("{at}/participants"))).iter().enumerate() {
                if !participant.is_object() {
                    continue;
                }
                let attendee = attendees.next().unwrap();
                let at = format!("{at}/participants/{index}");
                put(format!("{at}/name"), Some(Slot::Text(attendee.name.clone())));
                let steps = attendee.spans.iter().flat_map(|span| [("joined", span.joined), ("left", span.left)]);
                let mut steps = steps.filter_map(|(action, time)| Some((action, time?)));
                for index in 0..list(participant.pointer("/durations")).len() {
                    let action = format!("{at}/durations/{index}/action");
                    let entry = body.pointer(&action);
                    if entry.is_some() && !extras.keys().any(|key| key.starts_with(&action)) {
                        let (word, time) = steps.next().unwrap();
                        put(action, Some(Slot::Text(word.to_owned())));
                        put(format!("{at}/durations/{index}/timestamp"), Some(Slot::Time(time)));
                    }
                }
                assert_eq!(steps.next(), None, "invented step");
            }
            assert!(attendees.next().is_none(), "invented attendee");
        }
        EventData::Artifact(artifact) => {
            put("/meetingId".to_owned(), id);
            put("/meetingSummaryId".to_owned(), text(&artifact.id));
            put("/meetingToken".to_owned(), text(&artifact.token));
            let merged = artifact.links.iter().find(|link| link.role == LinkRole::Merged);
            put("/mergedRecordingUrl".to_owned(), merged.map(|link| Slot::Text(link.url.clone())));
            let mut parts = artifact.links.iter().filter(|link| link.role == LinkRole::Part);
            for (index, part) in list(body.pointer("/recordingUrls")).iter().enumerate() {
                let pointer = format!("/recordingUrls/{index}");
                if part.is_string() && !extras.contains_key(&pointer) {
                    put(pointer, parts.next().map(|link| Slot::Text(link.url.clone())));
                }
            }
            assert!(parts.next().is_none(), "invented part");
        }
        other => panic!("no webhook has this event: {other:?}"),
    }
    slots
}

/// Returns the snapshot of an event that has one.
fn snapshot(event: &MeetingEvent) -> &Snapshot {
    match &event.data {
        EventData::Meeting(meeting) => &meeting.snapshot,
        EventData::Session(session) => session.snapshot.as_ref().unwrap(),
        other => panic!("no snapshot in {other:?}"),
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
