//! Tests how words, ids, times, links and dedupe keys are read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_plug::Rejection;
use cordboard_plug::meeting_event::{
    CallStatus, EventData, LeaveReason, MeetingEvent, ParticipantChange, ParticipantChanged, Role, SessionChange,
    SessionChanged,
};
use serde_json::{Value, json};
use support::{THEN, changed, fixture, names, receive};

#[test]
fn documented_words_map_to_cases_and_unknown_ones_are_kept() {
    let role = |word: &str| match receive(&changed("enter_conference", |it| it["participant_role"] = word.into())) {
        Ok(MeetingEvent { data: EventData::Participant(ParticipantChanged { role, .. }), .. }) => role.unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        ["organizer", "moderator", "participant", "translator"].map(role),
        [Role::Organizer, Role::Moderator, Role::Participant, Role::Other("translator".to_owned())]
    );
    let reason = |word: &str| {
        let body = changed("leave_conference", |it| it["reason_for_leaving"] = word.into());
        match receive(&body).unwrap().data {
            EventData::Participant(ParticipantChanged { change: ParticipantChange::Left(reason), .. }) => {
                reason.unwrap()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        ["user_exit", "user_dropped", "host_kicked", "host_kicked_blocked", "bored"].map(reason),
        [
            LeaveReason::UserExit,
            LeaveReason::UserDropped,
            LeaveReason::HostKicked,
            LeaveReason::HostKickedBlocked,
            LeaveReason::Other("bored".to_owned())
        ]
    );
    let status = |word: &str| match receive(&changed("dialout_status_change", |it| it["status"] = word.into())) {
        Ok(MeetingEvent { data: EventData::Call(call), .. }) => call.status,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        ["new", "dialed", "answered", "rejected", "noanswer", "cancelled", "notenabled", "parked"].map(status),
        [
            CallStatus::New,
            CallStatus::Dialed,
            CallStatus::Answered,
            CallStatus::Rejected,
            CallStatus::NoAnswer,
            CallStatus::Cancelled,
            CallStatus::NotEnabled,
            CallStatus::Other("parked".to_owned())
        ]
    );
}

#[test]
fn the_documented_sample_is_accepted_without_its_stray_backtick() {
    let printed = "{\n\"event\": \"conference_end\",\n\"payload\": \"{\\\"conference_id\\\":1258835,\\\"host_id\\\":61803}\",\
                   \n\"timestamp\": \"2022-08-24T20:56:55.000Z\"`\n}";
    assert!(matches!(receive(printed.as_bytes()), Err(Rejection::Malformed(_))));
    let event = receive(printed.replace('`', "").as_bytes()).unwrap();
    let ended = SessionChanged { change: SessionChange::Ended, snapshot: None };
    assert_eq!(event.data, EventData::Session(ended));
    assert_eq!((event.organization.company, event.organization.host), (None, Some("61803".to_owned())));
    assert_eq!(event.extras, []);
}

#[test]
fn a_payload_may_be_an_object_and_its_extras_have_the_same_pointers() {
    let mut body: Value = serde_json::from_slice(&fixture("conference_start")).unwrap();
    let payload: Value = serde_json::from_str(
        r#"{"conference_id":"c-1","host_id":null,"company_id":1.50,"a/b~":{"x":[],"y":[true,"z"]}}"#,
    )
    .unwrap();
    body["more"] = json!({"n": 1});
    body["payload"] = payload.to_string().into();
    let from_text = receive(body.to_string().as_bytes()).unwrap();
    body["payload"] = payload;
    assert_eq!(receive(body.to_string().as_bytes()).unwrap(), from_text);
    let extras: Vec<_> = from_text.extras.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
    assert_eq!(
        extras,
        [
            ("/more/n", "1"),
            ("/payload/a~1b~0/x", "[]"),
            ("/payload/a~1b~0/y/0", "true"),
            ("/payload/a~1b~0/y/1", "\"z\""),
            ("/payload/host_id", "null")
        ]
    );
    assert_eq!(from_text.organization.company.as_deref(), Some("1.50"));
}

#[test]
fn a_number_and_its_text_are_the_same_id() {
    let number = receive(&changed("conference_end", |_| {})).unwrap();
    let text = receive(&changed("conference_end", |payload| {
        payload["conference_id"] = "1258835".into();
        payload["host_id"] = "61803".into();
    }))
    .unwrap();
    assert_eq!(number, text);
}

#[test]
fn invalid_times_become_extras() {
    let at = |timestamp: Value| {
        let mut body: Value = serde_json::from_slice(&fixture("conference_end")).unwrap();
        body["timestamp"] = timestamp;
        let event = receive(body.to_string().as_bytes()).unwrap();
        (event.occurred_at, event.dedupe_key.is_some(), event.extras)
    };
    assert_eq!(at(json!("2022-08-24T20:56:55Z")), (Some(THEN), true, vec![]));
    assert_eq!(at(json!("2022-08-24T22:56:55.25+02:00")), (Some(THEN + 250), true, vec![]));
    for no_time in
        [json!("yesterday"), json!("2022-08-24T20:56:55"), json!("1969-12-31T23:59:59Z"), json!(5), json!(null)]
    {
        let text = no_time.to_string();
        assert_eq!(at(no_time), (None, false, vec![("/timestamp".to_owned(), text)]));
    }
    let body = br#"{"event":"conference_end","payload":"{\"conference_id\":1}"}"#;
    let event = receive(body).unwrap();
    assert_eq!((event.occurred_at, event.dedupe_key, event.extras), (None, None, vec![]));
}

#[test]
fn a_link_that_is_not_a_web_address_becomes_an_extra() {
    for text in ["javascript:alert(1)", "recordings/7.mp4", "https://", ""] {
        let event = receive(&changed("recording_ready", |payload| payload["download_link"] = text.into())).unwrap();
        assert!(matches!(event.data, EventData::Artifact(artifact) if artifact.links.is_empty()));
        assert_eq!(event.extras, [("/payload/download_link".to_owned(), Value::from(text).to_string())]);
    }
}

#[test]
fn repeated_events_share_a_key_and_distinct_events_do_not() {
    let mut keys = std::collections::BTreeSet::new();
    let mut count = 0;
    let mut add = |body: Vec<u8>| {
        let key = receive(&body).unwrap().dedupe_key.unwrap();
        assert_eq!(receive(&body).unwrap().dedupe_key, Some(key.clone()));
        assert!(key.len() <= 256);
        keys.insert(key);
        count += 1;
    };
    for name in names() {
        let name = name.as_str();
        add(fixture(name));
        let mut later: Value = serde_json::from_slice(&fixture(name)).unwrap();
        later["timestamp"] = "2022-08-24T20:56:55.001Z".into();
        add(later.to_string().into_bytes());
        let body: Value = serde_json::from_slice(&fixture(name)).unwrap();
        let payload: Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
        for field in payload.as_object().unwrap().keys() {
            // These describe the same recording, participant or file further and do not distinguish events.
            if ["download_link", "meeting_url", "filename", "size"].contains(&field.as_str()) {
                continue;
            }
            let other = if field.ends_with("_url") { "https://other.example/x" } else { "other" };
            add(changed(name, |payload| payload[field] = other.into()));
        }
    }
    assert_eq!(keys.len(), count);
}

#[test]
fn a_key_that_is_too_long_is_omitted() {
    let key = |length: usize| {
        let body = changed("recording_ready", |payload| payload["recording_id"] = "r".repeat(length).into());
        receive(&body).unwrap().dedupe_key
    };
    let rest = key(1).unwrap().len() - 1;
    assert_eq!(key(256 - rest).unwrap().len(), 256);
    assert_eq!(key(257 - rest), None);
}
