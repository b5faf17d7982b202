//! Tests malformed and hostile bodies.

use cordboard_plug::Rejection;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::sender::{HOOKS, receive};

fn is_malformed(route: &str, body: &[u8]) -> bool {
    matches!(receive(route, body), Err(Rejection::Malformed(text)) if !text.is_empty())
}

#[test]
fn a_truncated_body_is_malformed() {
    for (route, sample) in HOOKS {
        let sample = sample.trim_end().as_bytes();
        for length in 0..sample.len() {
            assert!(is_malformed(route, &sample[..length]), "{route}, {length} bytes");
        }
    }
}

#[test]
fn a_body_that_is_not_utf_8_is_malformed() {
    for (route, _) in HOOKS {
        assert!(is_malformed(route, b"{\"id\":\"\xff\xfe\"}"));
    }
}

#[test]
fn a_body_that_is_nested_too_deeply_is_malformed() {
    for (route, _) in HOOKS {
        for (open, close) in [("[", "]"), (r#"{"data":"#, "}")] {
            for depth in [200, 100_000] {
                let body = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                assert!(is_malformed(route, body.as_bytes()), "{route}, {depth} {open}");
            }
        }
    }
}

#[test]
fn a_body_with_trailing_data_is_malformed() {
    for (route, sample) in HOOKS {
        assert!(is_malformed(route, format!("{sample}{sample}").as_bytes()));
    }
}

#[test]
fn a_number_that_fits_no_type_becomes_an_extra() {
    let digits = "9".repeat(400);
    let body = format!(r#"{{"id":"a","startTime":{digits},"icalSequence":{digits},"dtClosedAt":1e999999999}}"#);
    let event = receive("onMeetingClosed", body.as_bytes()).unwrap().events.remove(0);
    assert_eq!((event.occurred_at, &event.dedupe_key), (None, &None), "the key would be too long");
    assert!(event.extras.contains(&("/startTime".to_owned(), digits.clone())));
    assert!(event.extras.contains(&("/icalSequence".to_owned(), digits)));
}

#[test]
fn too_many_meetings_are_rejected() {
    let list = |count| format!("[{}]", vec![r#"{"id":"a"}"#; count].join(","));
    assert_eq!(receive("onMeetingDeleted", list(1_000).as_bytes()).unwrap().events.len(), 1_000);
    assert!(is_malformed("onMeetingDeleted", list(1_001).as_bytes()));
}

proptest! {
    #[test]
    fn any_bytes_are_accepted_or_malformed(hook in 0..HOOKS.len(), body in vec(any::<u8>(), 0..200)) {
        prop_assert!(is_malformed(HOOKS[hook].0, &body) || receive(HOOKS[hook].0, &body).is_ok());
    }

    #[test]
    fn a_sample_with_arbitrary_bytes_is_accepted_or_malformed(
        hook in 0..HOOKS.len(),
        at in any::<prop::sample::Index>(),
        bytes in vec(any::<u8>(), 1..8),
    ) {
        let (route, sample) = HOOKS[hook];
        let mut body = sample.as_bytes().to_vec();
        let at = at.index(body.len());
        body.splice(at..(at + bytes.len()).min(sample.len()), bytes);
        prop_assert!(is_malformed(route, &body) || receive(route, &body).is_ok());
    }
}
