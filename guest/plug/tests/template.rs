//! Templates and their results.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::cell::Cell;

use cordboard_plug::template::Template;
use cordboard_plug::testing::Script;
use cordboard_plug::{Failure, Random};
use proptest::prelude::*;

const DIGITS: &str = "000102030405060708090a0b0c0d0e0f";

/// The random bytes of a script's context.
fn random() -> Random {
    let found = Cell::new(None);
    let operation = async |context: &cordboard_plug::Context<'_>| {
        found.set(Some(context.random));
        Ok::<_, Failure>(())
    };
    Script::new().run(operation).unwrap().result.unwrap();
    found.get().unwrap()
}

fn filled(template: &str, topic: &str) -> String {
    template.parse::<Template>().unwrap().fill(random(), topic)
}

#[test]
fn placeholders_are_filled_and_other_text_is_unchanged() {
    assert_eq!(filled("", "Weekly"), "");
    assert_eq!(filled("https://a.example/ü?x=%20#y", "Weekly"), "https://a.example/ü?x=%20#y");
    assert_eq!(filled("{topic}-{random}", "Weekly"), format!("weekly-{DIGITS}"));
    assert_eq!(filled("{random}{random}/{topic}}", "Weekly"), format!("{DIGITS}{DIGITS}/weekly}}"));
}

#[test]
fn filled_text_is_not_expanded_again() {
    assert_eq!(filled("{topic}", "{random}"), "random");
}

#[test]
fn a_topic_becomes_a_slug() {
    for (topic, slug) in [
        ("Größe & Preis (2nd call)", "gr-e-preis-2nd-call"),
        ("  ../../etc?x=1#y  ", "etc-x-1-y"),
        ("会議", "meeting"),
        ("", "meeting"),
    ] {
        assert_eq!(filled("{topic}", topic), slug);
    }
}

#[test]
fn a_slug_is_short() {
    assert_eq!(filled("{topic}", &"a".repeat(1_000)), "a".repeat(48));
    assert_eq!(filled("{topic}", &"ab ".repeat(1_000)), "ab-".repeat(16).trim_end_matches('-'));
}

#[test]
fn has_random_requires_the_placeholder() {
    let has_random = |text: &str| text.parse::<Template>().unwrap().has_random();
    assert!(has_random("x-{random}"));
    assert!(!has_random("random-{topic}"));
}

#[test]
fn the_longest_text_has_the_longest_topic() {
    let longest = |text: &str| text.parse::<Template>().unwrap().longest();
    assert_eq!(longest("a/{topic}"), format!("a/{}", "m".repeat(48)));
    assert_eq!(longest("{random}?"), format!("{}?", "f".repeat(32)));
}

#[test]
fn invalid_placeholders_are_rejected_with_a_fix() {
    for (text, fix) in [
        ("{random", "close it or leave it out"),
        ("{random}{", "close it or leave it out"),
        ("{user}", "use `{random}` or `{topic}`"),
        ("{}", "use `{random}` or `{topic}`"),
        ("{{random}}", "use `{random}` or `{topic}`"),
        ("{Random}", "use `{random}` or `{topic}`"),
    ] {
        let problem = text.parse::<Template>().unwrap_err();
        assert!(problem.starts_with("it has ") && problem.ends_with(fix), "{text}: {problem}");
    }
}

proptest! {
    #[test]
    fn slugs_are_safe_in_urls(topic in any::<String>()) {
        let text = filled("{topic}", &topic);
        prop_assert!((1..=48).contains(&text.len()));
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        prop_assert!(!text.starts_with('-') && !text.ends_with('-') && !text.contains("--"));
    }

    #[test]
    fn any_text_is_filled_or_rejected(text in ".{0,8}([{](random|topic|.{0,3})[}]?.{0,8}){0,3}", topic in any::<String>()) {
        let has_placeholder = text.contains('{');
        match text.parse::<Template>() {
            Ok(template) => {
                let filled = template.fill(random(), &topic);
                prop_assert!(has_placeholder || filled == text);
                prop_assert!(filled.len() <= template.longest().len());
            }
            Err(problem) => prop_assert!(has_placeholder && !problem.is_empty()),
        }
    }
}
