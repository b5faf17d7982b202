//! Tests the plug's results without a host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_phonebook::Phonebook;
use cordboard_plug::manifest::Secrecy;
use cordboard_plug::testing::Script;
use cordboard_plug::{Failure, PhoneNumber, Telephony};
use proptest::prelude::*;

fn numbers(script: Script, user_id: u64) -> Result<Vec<PhoneNumber>, Failure> {
    let run = script.run(async |context| Phonebook::phone_numbers(context, user_id.to_string()).await).unwrap();
    assert!(run.effects.is_empty());
    run.result
}

#[test]
fn a_users_numbers_keep_their_order() {
    let script = Script::new()
        .setting("123", "+18001231234 ext 1 Front desk")
        .setting("1234", "+18005550100 Somebody else")
        .setting("123", "+41443334455");
    let found: Vec<_> = numbers(script, 123)
        .unwrap()
        .into_iter()
        .map(|number| (number.e164, number.extension, number.friendly_name))
        .collect();
    let expected = [("+18001231234", Some("1"), "Front desk"), ("+41443334455", None, "+41443334455")]
        .map(|(e164, extension, name)| (e164.to_owned(), extension.map(str::to_owned), name.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn a_user_without_a_setting_has_no_numbers() {
    assert_eq!(numbers(Script::new().setting("123", "+18001231234"), 124), Ok(Vec::new()));
    assert_eq!(numbers(Script::new(), u64::MAX), Ok(Vec::new()));
}

#[test]
fn an_invalid_value_is_rejected_by_its_key() {
    let script = Script::new().setting("123", "+18001231234").setting("123", "call me");
    let Err(Failure::Invalid(text)) = numbers(script, 123) else { panic!("not rejected") };
    assert!(text.contains("`123`") && text.contains("E.164"), "{text}");
    assert!(!text.contains("call me"), "{text}");
}

#[test]
fn any_key_is_optional() {
    let settings = Phonebook::describe().settings;
    assert_eq!(settings.len(), 1);
    assert_eq!((settings[0].key.as_str(), settings[0].required), ("*", false));
    assert_eq!(settings[0].secrecy, Secrecy::Open);
}

proptest! {
    #[test]
    fn any_value_is_a_number_or_rejected(value in "(\\+[0-9]{0,17})? ?(ext|x|X)? ?[0-9]{0,3}.*") {
        match numbers(Script::new().setting("5", &value), 5) {
            Ok(found) => {
                let digits = found[0].e164.strip_prefix('+').unwrap();
                prop_assert!((2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert!(!digits.starts_with('0') && !found[0].friendly_name.is_empty());
            }
            Err(failure) => prop_assert!(matches!(failure, Failure::Invalid(_))),
        }
    }
}
