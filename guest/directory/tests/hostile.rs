//! Tests hostile and malformed answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_directory::Directory;
use cordboard_plug::effect::Effect;
use cordboard_plug::testing::{Script, ScriptError};
use cordboard_plug::text::is_e164;
use cordboard_plug::{Failure, PhoneNumber, Piece, Telephony};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;

/// Whether an outcome satisfies the invariants of every outcome.
fn sound(outcome: &Result<Vec<PhoneNumber>, Failure>) -> bool {
    let right = |number: &PhoneNumber| {
        let digits = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let name = &number.friendly_name;
        is_e164(&number.e164)
            && number.extension.as_deref().is_none_or(digits)
            && (1..=200).contains(&name.chars().count())
            && !name.contains(char::is_control)
    };
    match outcome {
        Ok(numbers) => numbers.len() <= 100 && numbers.iter().all(right),
        Err(Failure::Invalid(why) | Failure::Unavailable(why)) => {
            (1..500).contains(&why.len()) && !why.contains(char::is_control)
        }
        Err(Failure::CredentialsRejected | Failure::RateLimited(_)) => true,
        Err(Failure::NotFound | Failure::Unsupported) => false,
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\+[0-9]{0,17}".prop_map(Value::from),
        "[0-9]{0,22}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let name = prop_oneof!["number|extension|name|numbers", any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_status_and_any_bytes_have_an_outcome(
        status in any::<u16>(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(sound(&answered(status, &body)));
    }

    #[test]
    fn any_json_has_an_outcome(body in value()) {
        prop_assert!(sound(&answered(200, body.to_string().as_bytes())));
    }

    #[test]
    fn any_list_has_an_outcome(list in prop::collection::vec(value(), 0..8)) {
        let body = json!({ "numbers": list }).to_string();
        prop_assert!(sound(&answered(200, body.as_bytes())));
    }

    #[test]
    fn any_members_have_an_outcome(number in "\\+[1-9][0-9]{1,15}", extension in value(), name in value()) {
        let body = json!({ "numbers": [{ "number": number, "extension": extension, "name": name }] });
        let outcome = answered(200, body.to_string().as_bytes());
        prop_assert!(sound(&outcome));
        if let Ok(numbers) = outcome {
            prop_assert_eq!(&numbers[0].e164, &number);
        }
    }

    #[test]
    fn the_first_invalid_entry_is_reported(
        entries in prop::collection::vec(("\\+[1-9][0-9]{1,14}", prop::option::of("[0-9]{1,20}"), "\\PC{1,30}"), 1..20),
        wrong in any::<prop::sample::Index>(),
    ) {
        let entry = |number: &str, extension: &Option<String>, name: &str| {
            json!({ "number": number, "extension": extension, "name": name })
        };
        let mut list: Vec<_> = entries.iter().map(|(number, extension, name)| entry(number, extension, name)).collect();
        let expected: Vec<_> = entries
            .iter()
            .map(|(e164, extension, name)| {
                let name = name.trim();
                number(e164, extension.as_deref(), if name.is_empty() { e164 } else { name })
            })
            .collect();
        let body = json!({ "numbers": list }).to_string();
        prop_assert_eq!(answered(200, body.as_bytes()), Ok(expected));

        let wrong = wrong.index(list.len());
        list[wrong]["number"] = "1".into();
        list.push(Value::Null);
        let body = json!({ "numbers": list }).to_string();
        let why = unavailable(200, body.as_bytes());
        prop_assert!(why.contains(&format!("`numbers[{wrong}].number`")), "{}", why);
    }

    #[test]
    fn any_retry_after_has_an_outcome(after in any::<String>()) {
        let run = ask(connected().answer_with(429, &[("retry-after", &after)], ""));
        prop_assert_eq!(run.result, Err(Failure::RateLimited(after.trim().parse().ok())));
    }

    #[test]
    fn any_url_is_called_verbatim_or_rejected(
        start in prop_oneof!["https?://[a-z0-9.:@{}\\[\\]]{0,12}", ".{0,12}"],
        behind in "([/?#].{0,8})?(\\{user-id\\})?.{0,8}",
    ) {
        let url = start + &behind;
        let script = Script::new().setting("url", &url);
        match script.run(async |context| Directory::phone_numbers(context, "123".to_owned()).await) {
            Err(ScriptError::MissingAnswer(Effect::Call(call))) => {
                let asked = vec![Piece::Text(url.trim().replace("{user-id}", "123"))];
                prop_assert!(url.contains("{user-id}") && call.url == asked, "{:?}", call.url);
            }
            Ok(run) => prop_assert!(
                matches!(&run.result, Err(Failure::Invalid(why)) if why.contains("`url`")),
                "{:?}", run.result
            ),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn a_truncated_answer_is_unavailable() {
    let whole = r#"{"numbers":[{"number":"+18001231234","extension":"1","name":"Zürich"}]}"#.as_bytes();
    assert!(answered(200, whole).is_ok());
    for length in 0..whole.len() {
        unavailable(200, &whole[..length]);
    }
}

#[test]
fn an_answer_that_is_not_unicode_is_unavailable() {
    for body in [
        &b"\xff\xfe{\0}\0"[..],
        b"{\"numbers\":[{\"number\":\"+18001231234\",\"name\":\"\xff\"}]}",
        br#"{"numbers":[{"number":"+18001231234","name":"\ud800"}]}"#,
        br#"{"numbers":[{"number":"+18001231234","name":"\udc00\ud800"}]}"#,
        br#"{"numbers":[{"number":"+18001231234","name":"\ud83d"}],"x":"\ude00"}"#,
    ] {
        assert!(unavailable(200, body).contains("is not JSON"), "{}", String::from_utf8_lossy(body));
    }
    let whole = br#"{"numbers":[{"number":"+18001231234","name":"\ud83d\ude00"}]}"#;
    assert_eq!(answered(200, whole), Ok(vec![number("+18001231234", None, "😀")]));
}

#[test]
fn deep_nesting_is_unavailable() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        deep.clone(),
        format!(r#"{{"numbers":{deep}}}"#),
        format!(r#"{{"numbers":[],"x":{deep}}}"#),
        format!(r#"{{"numbers":[{{"number":"+18001231234","name":{deep}}}]}}"#),
        r#"{"numbers":"#.repeat(10_000),
    ] {
        assert!(unavailable(200, body.as_bytes()).contains("parsing failed"));
    }
}

/// The host passes up to 1 MiB, but as parsed values that could take a hundred times as much memory.
#[test]
fn huge_lists_are_unavailable() {
    let list = |item: &str, count: usize| format!(r#"{{"numbers":[{}]}}"#, vec![item; count].join(","));
    assert!(unavailable(200, list("0", 20_000).as_bytes()).contains("20000 items in `numbers`"));
    for body in [list("0", 500_000), list(r#"{"number":"+12"}"#, 60_000), format!(r#"{{"x":{}}}"#, list("[]", 300_000))]
    {
        assert!(unavailable(200, body.as_bytes()).contains("30000 values"));
    }
}

#[test]
fn the_last_of_duplicate_members_is_used() {
    let body = r#"{"numbers":7,"numbers":[{"number":7,"number":"+18001231234"}]}"#;
    assert_eq!(answered(200, body.as_bytes()), Ok(vec![number("+18001231234", None, "+18001231234")]));
}
