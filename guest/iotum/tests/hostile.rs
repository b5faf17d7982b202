//! Tests undocumented, malformed and hostile bodies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeMap;

use cordboard_plug::Rejection;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::receive;

/// The type that a field must have to be read.
#[derive(Clone, Copy, Debug)]
enum Type {
    Id,
    Word,
    Address,
    Number,
}

/// A field of an event: its name, its type and whether it is required.
type Field = (&'static str, Type, bool);

const COMPANY: Field = ("company_id", Type::Id, false);
const HOST: Field = ("host_id", Type::Id, false);
const CONFERENCE: Field = ("conference_id", Type::Id, true);
const PARTICIPANT: Field = ("participant_id", Type::Id, true);
const ROLE: Field = ("participant_role", Type::Word, false);
const REASON: Field = ("reason_for_leaving", Type::Word, false);

const PLAIN: &[Field] = &[COMPANY, HOST, CONFERENCE];
const LEFT: &[Field] = &[COMPANY, HOST, CONFERENCE, PARTICIPANT, ROLE, REASON];
const JOINED: &[Field] = &[COMPANY, HOST, CONFERENCE, PARTICIPANT, ROLE, ("meeting_url", Type::Address, false)];
const PICTURE: &[Field] = &[COMPANY, ("host_id", Type::Id, true)];
const FILE: &[Field] =
    &[COMPANY, HOST, ("id", Type::Id, true), ("filename", Type::Word, true), ("size", Type::Number, false)];

const EVENTS: [(&str, &[Field]); 22] = [
    ("conference_start", PLAIN),
    ("conference_end", PLAIN),
    ("start_recording", PLAIN),
    ("stop_recording", PLAIN),
    ("start_streaming", PLAIN),
    ("stop_streaming", PLAIN),
    ("start_broadcasting", PLAIN),
    ("stop_broadcasting", PLAIN),
    ("transcription_ready", PLAIN),
    (
        "recording_ready",
        &[COMPANY, HOST, CONFERENCE, ("recording_id", Type::Id, true), ("download_link", Type::Address, false)],
    ),
    (
        "stream_preview_updated",
        &[COMPANY, HOST, CONFERENCE, ("video_url", Type::Address, false), ("image_url", Type::Address, false)],
    ),
    ("enter_conference", JOINED),
    ("enter_livestream", JOINED),
    ("leave_conference", LEFT),
    ("leave_livestream", LEFT),
    ("participant_role_changed", &[COMPANY, HOST, CONFERENCE, PARTICIPANT, ("participant_role", Type::Word, true)]),
    (
        "dialout_status_change",
        &[COMPANY, HOST, CONFERENCE, PARTICIPANT, ("status", Type::Word, true), ("phone_number", Type::Id, false)],
    ),
    ("one_time_access_code_reused", &[COMPANY, HOST, CONFERENCE, ("original_conference_id", Type::Id, true)]),
    ("profile_picture_upload_success", PICTURE),
    ("profile_picture_upload_failure", PICTURE),
    ("drive_file_added", FILE),
    ("drive_file_deleted", FILE),
];

fn fits(value: &Value, wanted: Type) -> bool {
    match wanted {
        Type::Id => value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()),
        Type::Word => value.as_str().is_some_and(|text| !text.is_empty()),
        Type::Address => value.as_str().is_some_and(|text| text.starts_with("https://a.example/")),
        Type::Number => value.as_u64().is_some(),
    }
}

/// Leaves, and empty lists and objects. Each is valid for some fields and invalid for others.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(Value::from),
        any::<u64>().prop_map(|number| number.to_string().into()),
        "[a-z_]{1,12}".prop_map(Value::from),
        "https://a\\.example/[a-z0-9/]{0,20}".prop_map(Value::from),
        any::<i64>().prop_map(|number| (-number.saturating_abs()).into()),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!("")),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// A body: the index of its event, its payload, its other members, and whether the payload is a string.
fn body() -> impl Strategy<Value = (usize, Map<String, Value>, BTreeMap<String, Value>, bool)> {
    (0..EVENTS.len()).prop_flat_map(|event| {
        let fields = EVENTS[event].1.len();
        let given = proptest::collection::vec(proptest::option::weighted(0.9, value()), fields);
        let added = proptest::collection::btree_map("x[a-z/~]{0,6}", value(), 0..3);
        let beside = proptest::collection::btree_map("x[a-z/~]{0,6}", value(), 0..3);
        (given, added, beside, any::<bool>()).prop_map(move |(given, added, beside, as_text)| {
            let mut payload: Map<_, _> = added.into_iter().collect();
            for ((name, ..), value) in EVENTS[event].1.iter().zip(given) {
                payload.extend(value.map(|value| ((*name).to_owned(), value)));
            }
            (event, payload, beside, as_text)
        })
    })
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_leaf_is_typed_or_an_extra((event, payload, beside, as_text) in body()) {
        let (name, fields) = EVENTS[event];
        let mut body: Map<String, Value> = beside.clone().into_iter().collect();
        body.insert("event".to_owned(), name.into());
        body.insert("timestamp".to_owned(), "2022-08-24T20:56:55.000Z".into());
        let inside = Value::Object(payload.clone());
        body.insert("payload".to_owned(), if as_text { inside.to_string().into() } else { inside });
        let outcome = receive(Value::Object(body).to_string().as_bytes());

        let lacking = fields
            .iter()
            .find(|(field, wanted, needed)| *needed && !payload.get(*field).is_some_and(|value| fits(value, *wanted)));
        if let Some((field, ..)) = lacking {
            let Err(Rejection::Malformed(why)) = outcome else { panic!("{outcome:?}") };
            prop_assert!(why.starts_with(&format!("`payload.{field}`")), "{}", why);
            return Ok(());
        }
        let event = outcome.unwrap();
        let mut extras: Vec<_> =
            beside.iter().map(|(key, value)| (format!("/{}", escaped(key)), value.to_string())).collect();
        for (key, value) in &payload {
            let typed = fields.iter().any(|(field, wanted, _)| field == key && fits(value, *wanted));
            if !typed {
                extras.push((format!("/payload/{}", escaped(key)), value.to_string()));
            }
        }
        let mut found = event.extras.clone();
        found.sort();
        extras.sort();
        prop_assert_eq!(found, extras);
        // Typed fields keep their values. Random words match no enum case, unlike the fixtures' words.
        let typed = format!("{event:?}");
        for (field, wanted, _) in fields {
            if let Some(value) = payload.get(*field).filter(|value| fits(value, *wanted)) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                prop_assert!(typed.contains(&text), "{} = {} is not in {}", field, text, typed);
            }
        }
        prop_assert!(event.dedupe_key.is_none_or(|key| key.len() <= 256));
    }

    #[test]
    fn any_bytes_are_rejected_as_malformed(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(matches!(receive(&bytes), Err(Rejection::Malformed(_))));
    }

    #[test]
    fn any_text_as_payload_is_rejected_as_malformed(text in any::<String>(), event in 0..EVENTS.len()) {
        let body = json!({"event": EVENTS[event].0, "payload": text, "timestamp": text});
        prop_assert!(matches!(receive(body.to_string().as_bytes()), Err(Rejection::Malformed(_))));
    }

    #[test]
    fn an_unknown_event_is_unsupported_whatever_its_payload(name in "[^a-z].{0,200}", payload in value()) {
        let body = json!({"event": name, "payload": payload});
        let Err(Rejection::Unsupported(shown)) = receive(body.to_string().as_bytes()) else { panic!("accepted") };
        prop_assert!(shown.chars().count() <= 64 && !shown.contains(char::is_control));
    }
}

fn malformed(body: &[u8]) -> String {
    match receive(body) {
        Err(Rejection::Malformed(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_truncated_body_is_malformed() {
    let whole = json!({"event": "conference_end", "payload": "{\"conference_id\":1}", "timestamp": "x"}).to_string();
    assert!(receive(whole.as_bytes()).is_ok());
    for length in 0..whole.len() {
        malformed(&whole.as_bytes()[..length]);
    }
    let inside = r#"{"conference_id":1,"host_id":"h"}"#;
    for length in 0..inside.len() {
        let body = json!({"event": "conference_end", "payload": inside.get(..length).unwrap()});
        assert!(malformed(body.to_string().as_bytes()).starts_with("`payload`"), "{length}");
    }
}

#[test]
fn a_body_that_is_not_utf_8_is_malformed() {
    malformed(b"{\"event\":\"conference_end\",\"payload\":\"{\\\"conference_id\\\":1}\",\"x\":\"\xff\"}");
    malformed(b"\xef\xbb\xbf{}");
    malformed(b"\xff\xfe{\0}\0");
}

#[test]
fn deep_nesting_is_malformed() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    malformed(deep.as_bytes());
    malformed(format!(r#"{{"event":"conference_end","payload":"{{}}","x":{deep}}}"#).as_bytes());
    let inside = format!(r#"{{"conference_id":1,"x":{deep}}}"#);
    let body = json!({"event": "conference_end", "payload": inside}).to_string();
    assert!(malformed(body.as_bytes()).starts_with("`payload`"));
}

#[test]
fn an_invalid_envelope_is_rejected_by_name() {
    for (body, start) in [
        (r#"[]"#, "`event`"),
        (r#"null"#, "`event`"),
        (r#"{"payload":"{}"}"#, "`event`"),
        (r#"{"event":7,"payload":"{}"}"#, "`event`"),
        (r#"{"event":""}"#, "`event`"),
        (r#"{"event":"conference_end"}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":null}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":7}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":"7"}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":"[]"}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":"\"{}\""}"#, "`payload`"),
        (r#"{"event":"conference_end","payload":"{}"}"#, "`payload.conference_id`"),
    ] {
        assert!(malformed(body.as_bytes()).starts_with(start), "{body}");
    }
}
