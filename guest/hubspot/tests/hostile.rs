//! Tests that bodies which differ from HubSpot's documents are rejected with a specific message.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{EXAMPLES, ROUTES, decode, refusal};
use cordboard_plug::Command;
use proptest::prelude::*;
use serde_json::{Value, json};

const WHOLE: &str = "HubSpot documents a whole number";
const MILLISECONDS: &str = "HubSpot documents a whole number of milliseconds since 1970";
const STRING: &str = "HubSpot documents a string";

/// Every required field of a route with its documented type.
const REQUIRED: [(&str, &[(&str, &str)]); 5] = [
    (
        "create-meeting",
        &[
            ("portalId", WHOLE),
            ("userId", WHOLE),
            ("userEmail", STRING),
            ("topic", STRING),
            ("startTime", MILLISECONDS),
            ("endTime", MILLISECONDS),
        ],
    ),
    (
        "update-meeting",
        &[
            ("conferenceId", STRING),
            ("portalId", WHOLE),
            ("userId", WHOLE),
            ("userEmail", STRING),
            ("topic", STRING),
            ("startTime", MILLISECONDS),
            ("endTime", MILLISECONDS),
        ],
    ),
    ("delete-meeting", &[("conferenceId", STRING)]),
    ("verify-user", &[("portalId", WHOLE), ("userEmail", STRING)]),
    ("phone-numbers", &[("appId", WHOLE), ("portalId", WHOLE), ("userId", WHOLE)]),
];

fn examples() -> impl Iterator<Item = (&'static str, Value, &'static [(&'static str, &'static str)])> {
    EXAMPLES.into_iter().zip(REQUIRED).map(|((route, body), (same, fields))| {
        assert_eq!(route, same);
        (route, serde_json::from_str(body).unwrap(), fields)
    })
}

#[test]
fn a_missing_field_is_rejected_by_name() {
    for (route, body, fields) in examples() {
        for (field, documented) in fields {
            let missing = format!("`{field}` is missing: {documented}");
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(*field).unwrap();
            assert_eq!(refusal(route, without.to_string()), missing, "{route}");
            without[*field] = Value::Null;
            assert_eq!(refusal(route, without.to_string()), missing, "{route}");
        }
    }
}

#[test]
fn a_field_of_the_wrong_type_is_rejected_by_name() {
    for (route, body, fields) in examples() {
        for (field, documented) in fields {
            let wrong = match *documented {
                STRING => [json!(7), json!(true), json!(["x"]), json!({"x": 1})],
                _ => [json!("7"), json!(true), json!([7]), json!({"x": 1})],
            };
            let first = if *documented == STRING { "a number" } else { "a string" };
            for (value, found) in wrong.into_iter().zip([first, "a boolean", "a list", "an object"]) {
                let mut mistyped = body.clone();
                mistyped[*field] = value;
                let expected = format!("`{field}` is {found}: {documented}");
                assert_eq!(refusal(route, mistyped.to_string()), expected, "{route}");
            }
        }
    }
    let source = EXAMPLES[0].1.replace("\"MEETINGS\"", "1");
    assert_eq!(refusal("create-meeting", source), format!("`source` is a number: {STRING}"));
}

#[test]
fn a_number_that_is_not_an_integer_is_rejected_by_name() {
    for number in ["-1", "-0.0", "1.5", "18446744073709551616", "1e30", "1e99999999999", &"9".repeat(100_000)] {
        for (route, body, fields) in examples() {
            for (field, documented) in fields.iter().filter(|(_, documented)| *documented != STRING) {
                let mut odd = body.clone();
                odd[*field] = serde_json::from_str(number).unwrap();
                let expected = format!("`{field}` is not an integer from 0 to 18446744073709551615: {documented}");
                assert_eq!(refusal(route, odd.to_string()), expected, "{route}");
            }
        }
    }
}

#[test]
fn an_empty_conference_id_is_rejected() {
    for route in ["update-meeting", "delete-meeting"] {
        let expected = format!("`conferenceId` is empty: {STRING}");
        assert_eq!(refusal(route, r#"{"conferenceId":""}"#), expected);
    }
}

#[test]
fn a_duplicate_field_is_rejected_by_name() {
    for (route, body, fields) in examples() {
        for (field, _) in fields {
            let twice = format!(r#"{{"{field}":null,{}"#, body.to_string().strip_prefix('{').unwrap());
            let expected = format!("`{field}` occurs twice: send it once");
            assert_eq!(refusal(route, twice), expected, "{route}");
        }
    }
}

#[test]
fn a_body_that_is_not_an_object_is_rejected() {
    let expected = "the body is not a JSON object: send an object";
    let long = format!("{:?}", "x".repeat(100_000));
    for body in ["[]", "[123123, 123]", "null", "true", "7", "-7.5e300", "\"{}\"", &long, &"[".repeat(100_000)] {
        for route in ROUTES {
            assert_eq!(refusal(route, body), expected, "{route}");
        }
    }
}

#[test]
fn a_body_that_is_not_json_is_rejected_by_position() {
    for (body, expected) in [
        ("", "the body is not JSON: unexpected end at line 1, column 0"),
        ("  \n", "the body is not JSON: unexpected end at line 2, column 0"),
        ("{", "the body is not JSON: unexpected end at line 1, column 1"),
        ("{'portalId':1}", "the body is not JSON: parsing failed at line 1, column 2"),
        ("{}{}", "the body is not JSON: parsing failed at line 1, column 3"),
        ("{\"portalId\":01}", "the body is not JSON: parsing failed at line 1, column 14"),
        ("{\"topic\":\"\\ud800\"", "the body is not JSON: unexpected end at line 1, column 17"),
        ("portalId=123123", "the body is not JSON: parsing failed at line 1, column 1"),
        ("\u{feff}{}", "the body is not JSON: parsing failed at line 1, column 1"),
    ] {
        for route in ROUTES {
            assert_eq!(refusal(route, body), expected, "{route}: {body}");
        }
    }
}

/// Returns an example with a field's value replaced by JSON that a serializer would not write.
fn written(example: &str, field: &str, json: &str) -> String {
    let mut body: Value = serde_json::from_str(example).unwrap();
    body[field] = "@".into();
    body.to_string().replace("\"@\"", json)
}

#[test]
fn a_title_truncated_inside_an_emoji_is_accepted() {
    for (route, example) in &EXAMPLES[..2] {
        for (title, expected) in [
            (r#""Launch \ud83d""#, "Launch \u{fffd}"),
            (r#""\ude80 Launch \ud83d\ude80 \\ud83d \n""#, "\u{fffd} Launch \u{1f680} \\ud83d \n"),
        ] {
            let meeting = match decode(route, written(example, "topic", title)).unwrap() {
                Command::Create(meeting) => meeting,
                Command::Update(change) => change.meeting,
                other => panic!("{other:?}"),
            };
            assert_eq!(meeting.topic, expected);
            assert_eq!((meeting.account_id.as_str(), meeting.start), ("123123", 1_534_197_600_000));
        }
    }
    let odd = written(EXAMPLES[0].1, "x\u{fffd}", r#"["\ud83d"]"#);
    assert!(decode("create-meeting", odd).is_ok(), "an undocumented field may hold anything");
}

#[test]
fn an_id_or_address_with_an_unpaired_surrogate_is_rejected_by_name() {
    for (route, example, field) in [
        ("delete-meeting", EXAMPLES[2].1, "conferenceId"),
        ("create-meeting", EXAMPLES[0].1, "userEmail"),
        ("verify-user", EXAMPLES[3].1, "userEmail"),
    ] {
        let expected = format!("`{field}` is a string with an unpaired surrogate: {STRING}");
        assert_eq!(refusal(route, written(example, field, r#""a\udc00""#)), expected);
    }
}

#[test]
fn a_truncated_body_is_rejected_at_any_length() {
    for (route, body) in EXAMPLES {
        for length in 0..body.len() {
            let sentence = refusal(route, &body.as_bytes()[..length]);
            assert!(sentence.starts_with("the body is not JSON: unexpected end at line "), "{length}: {sentence}");
        }
    }
}

#[test]
fn a_body_that_is_not_utf_8_is_rejected() {
    for bytes in
        [&b"\xff"[..], b"{\"portalId\":1,\"x\":\"\xc3\x28\"}", b"{\"topic\":\"\xed\xa0\x80\"}", b"\xff\xfe{\0}\0"]
    {
        for route in ROUTES {
            assert_eq!(refusal(route, bytes), "the body is not UTF-8: send JSON in UTF-8");
        }
    }
}

#[test]
fn a_large_or_deep_value_is_rejected_by_name() {
    let depth = 100_000;
    for (route, body, fields) in examples() {
        for (field, documented) in fields {
            for (odd, found) in [
                ("[".repeat(depth) + &"]".repeat(depth), "a list"),
                (r#"{"":"#.repeat(depth) + "0" + &"}".repeat(depth), "an object"),
                (format!("[{}0]", "0,".repeat(depth)), "a list"),
            ] {
                let text = body.to_string();
                let written = body[*field].to_string();
                let odd = text.replacen(&format!("\"{field}\":{written}"), &format!("\"{field}\":{odd}"), 1);
                assert_eq!(refusal(route, odd), format!("`{field}` is {found}: {documented}"), "{route}");
            }
        }
        let sentence = refusal(route, r#"{"a":"#.repeat(depth));
        assert!(sentence.starts_with("the body is not JSON: unexpected end at line 1"), "{sentence}");
    }
}

/// Documented field names, and some undocumented ones.
fn name() -> impl Strategy<Value = String> {
    let documented = prop::sample::select(vec![
        "appId",
        "portalId",
        "userId",
        "userEmail",
        "topic",
        "source",
        "startTime",
        "endTime",
        "conferenceId",
    ]);
    prop_oneof![8 => documented.prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether a value has the documented type of a field.
fn fits(documented: &str, field: &str, value: Option<&Value>) -> bool {
    match value {
        None => false,
        Some(Value::String(text)) => documented == STRING && (field != "conferenceId" || !text.is_empty()),
        Some(Value::Number(_)) if documented == STRING => false,
        Some(Value::Number(number)) => {
            let float = number.as_f64().unwrap();
            let whole = float.is_sign_positive() && float.fract() == 0.0 && float < 2_f64.powi(64);
            number.is_u64() || whole
        }
        Some(_) => false,
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_rejected_with_a_short_message(body in prop::collection::vec(any::<u8>(), 0..256)) {
        for route in ROUTES {
            if let Err(cordboard_plug::Rejection::Malformed(sentence)) = decode(route, &body) {
                prop_assert!(sentence.len() < 200, "{}", sentence);
            }
        }
    }

    #[test]
    fn an_example_with_arbitrary_bytes_is_accepted_or_rejected_with_a_short_message(
        at in 0..usize::MAX,
        route in 0..5_usize,
        bytes in prop::collection::vec(any::<u8>(), 1..8),
    ) {
        let (route, body) = EXAMPLES[route];
        let at = at % body.len();
        let mut body = body.as_bytes().to_vec();
        body.splice(at..at + 1, bytes);
        if let Err(cordboard_plug::Rejection::Malformed(sentence)) = decode(route, &body) {
            prop_assert!(sentence.len() < 200, "{}", sentence);
        }
    }

    /// A body is accepted if and only if every required field has its documented type.
    #[test]
    fn arbitrary_objects_are_accepted_or_rejected_by_name(
        members in prop::collection::hash_map(name(), value(), 0..10),
        numbers in prop::collection::hash_map(name(), any::<u64>(), 0..6),
        texts in prop::collection::hash_map(name(), any::<String>(), 0..6),
    ) {
        let mut body: serde_json::Map<String, Value> = members.into_iter().collect();
        body.extend(numbers.into_iter().map(|(name, number)| (name, number.into())));
        body.extend(texts.into_iter().map(|(name, text)| (name, text.into())));
        let text = Value::Object(body.clone()).to_string();
        for (route, fields) in REQUIRED {
            let odd = |(field, documented): &&(&str, &str)| !fits(documented, field, body.get(*field));
            let source = body.get("source").is_none_or(|source| source.is_null() || source.is_string())
                || !fields.iter().any(|(field, _)| *field == "topic");
            match decode(route, &text) {
                Ok(_) => {
                    prop_assert!(fields.iter().find(odd).is_none() && source, "{} accepted {}", route, text);
                }
                Err(cordboard_plug::Rejection::Malformed(sentence)) => {
                    let named = fields.iter().filter(odd).any(|(field, _)| sentence.starts_with(&format!("`{field}` ")));
                    let source = !source && sentence.starts_with("`source` ");
                    prop_assert!(named || source, "{} rejected {}: {}", route, text, sentence);
                }
                Err(other) => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
