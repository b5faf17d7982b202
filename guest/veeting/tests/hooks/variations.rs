//! Tests variations of the samples: members removed, added, and replaced by other types.

use cordboard_plug::Rejection;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::lossless::assert_lossless;
use crate::sender::{HOOKS, receive};

/// A change to a body at some place.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Respell,
    Remove,
    Insert(String, Value),
}

/// Values that a sender may write in place of the documented ones.
fn scalar() -> impl Strategy<Value = Value> {
    let likely = [
        json!(null),
        json!(""),
        json!("0"),
        json!("007"),
        json!(1_602_046_445_811_u64),
        json!("1602046445811"),
        json!("2022-04-07T09:00:00.000Z"),
        json!("2022-04-07T11:00:00+02:00"),
        json!("2022-04-07T09:00:00.000000001Z"),
        json!("joined"),
        json!("left"),
        json!("video.webm"),
        json!("https://example.com/video.webm"),
        json!("someone@example.com"),
    ];
    prop_oneof![
        12 => proptest::sample::select(likely.to_vec()),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let known =
        ["", "~", "/", "a/b~c", "0", "id", "data", "meetingId", "addedByEmail", "addedByUserEmail", "durations"];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => scalar().prop_map(Change::Replace),
        1 => value().prop_map(Change::Replace),
        2 => Just(Change::Respell),
        1 => Just(Change::Remove),
        2 => (name(), value()).prop_map(|(name, value)| Change::Insert(name, value)),
    ]
}

/// Returns a value that a lax reader might equate: in upper case with spaces around it, or with the number and string
/// types swapped.
fn respelled(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) => format!(" {} ", text.to_uppercase()).into(),
        },
        Value::Number(number) => number.to_string().into(),
        other => other.clone(),
    }
}

fn apply(body: &mut Value, place: Index, change: Change) {
    let mut places = Vec::new();
    collect(body, String::new(), &mut places);
    let (parent, last) = &places[place.index(places.len())];
    let pointer = format!("{parent}/{}", last.replace('~', "~0").replace('/', "~1"));
    if matches!(change, Change::Respell) {
        let value = body.pointer_mut(&pointer).unwrap();
        *value = respelled(value);
        return;
    }
    let parent = if parent.is_empty() { body } else { body.pointer_mut(parent).unwrap() };
    match (parent, change) {
        (Value::Object(members), Change::Remove) => drop(members.remove(last)),
        (Value::Array(items), Change::Remove) => drop(items.remove(last.parse().unwrap())),
        (Value::Object(members), Change::Replace(value)) => drop(members.insert(last.clone(), value)),
        (Value::Array(items), Change::Replace(value)) => items[last.parse::<usize>().unwrap()] = value,
        (Value::Object(members), Change::Insert(name, value)) => drop(members.insert(name, value)),
        (Value::Array(items), Change::Insert(_, value)) => items.insert(last.parse().unwrap(), value),
        (leaf, _) => panic!("a leaf has no members: {leaf}"),
    }
}

/// Collects every place below the top level: the pointer of its parent, and its name or index there.
fn collect(value: &Value, at: String, places: &mut Vec<(String, String)>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, member) in members {
        let below = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        places.push((at.clone(), name));
        collect(member, below, places);
    }
}

fn is_id(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
}

/// Whether a body has the ids that the webhook requires.
fn is_identified(route: &str, body: &Value) -> bool {
    match route {
        "onMeetingDeleted" => match body.as_array() {
            Some(meetings) => meetings.iter().all(|meeting| is_id(meeting.pointer("/id"))),
            None => is_id(body.pointer("/id")),
        },
        "onMeetingSummaryCreated" => {
            let data = body.pointer("/data").filter(|data| data.is_object()).unwrap_or(body);
            is_id(data.pointer("/id")) && is_id(data.pointer("/meetingId"))
        }
        "onMeetingRecordingCreated" => is_id(body.pointer("/meetingId")),
        _ => is_id(body.pointer("/id")),
    }
}

fn check(route: &str, body: &[u8]) {
    let read: Value = serde_json::from_slice(body).unwrap();
    match receive(route, body) {
        Ok(receipt) => {
            assert!(is_identified(route, &read), "accepted without an id: {read}");
            match read.as_array() {
                Some(meetings) => {
                    assert_eq!(meetings.len(), receipt.events.len());
                    for (index, (event, meeting)) in receipt.events.iter().zip(meetings).enumerate() {
                        assert_lossless(event, meeting, &format!("/{index}"));
                    }
                }
                None => {
                    assert_eq!(receipt.events.len(), 1);
                    assert_lossless(&receipt.events[0], &read, "");
                }
            }
            assert!(receipt.events.iter().flat_map(|event| &event.dedupe_key).all(|key| key.len() <= 256));
        }
        Err(Rejection::Malformed(_)) => assert!(!is_identified(route, &read), "rejected: {read}"),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_sample_is_read_without_loss() {
    HOOKS.iter().for_each(|(route, sample)| check(route, sample.as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn every_variation_of_a_sample_is_read_without_loss(
        hook in 0..HOOKS.len(),
        changes in vec((any::<Index>(), change()), 0..12),
    ) {
        let (route, sample) = HOOKS[hook];
        let mut body: Value = serde_json::from_str(sample).unwrap();
        for (place, change) in changes {
            if body.as_object().is_some_and(|body| !body.is_empty()) || body.as_array().is_some_and(|body| !body.is_empty()) {
                apply(&mut body, place, change);
            }
        }
        check(route, body.to_string().as_bytes());
    }

    #[test]
    fn any_document_is_read_without_loss_or_has_no_id(hook in 0..HOOKS.len(), body in value()) {
        check(HOOKS[hook].0, body.to_string().as_bytes());
    }
}
