//! Typed settings, secrets without values, expiring state entries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::str::FromStr;

use cordboard_plug::effect::StateEntry;
use cordboard_plug::manifest::{self, Secrecy};
use cordboard_plug::settings::{inbound, outbound};
use cordboard_plug::testing::Script;
use cordboard_plug::{Context, Failure, Setting};

const HOST: Setting<String> = Setting::new("host", "Address of the server").or("https://meet.example");
const SEATS: Setting<u16> = Setting::new("seats", "How many may join");
const TEAM: Setting<u64> = Setting::new("team", "Number of the team").required();

/// What a plug reads from a script's context.
fn with<T>(script: Script, read: impl Fn(&Context<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
    script.run(async |context: &Context<'_>| read(context)).unwrap().result
}

#[test]
fn settings_have_a_value_a_default_or_none() {
    let host = |script| with(script, |context| context.settings.get(&HOST));
    let seats = |script| with(script, |context| context.settings.find(&SEATS));
    assert_eq!(host(Script::new()), Ok("https://meet.example".to_owned()));
    assert_eq!(host(Script::new().setting("host", "https://a.example")), Ok("https://a.example".to_owned()));
    assert_eq!(seats(Script::new()), Ok(None));
    assert_eq!(seats(Script::new().setting("seats", "12")), Ok(Some(12)));
}

#[test]
fn a_missing_setting_is_reported_with_its_summary() {
    let team = with(Script::new().setting("Team", "7"), |context| context.settings.get(&TEAM));
    let why = "the setting `team` is missing: add it (Number of the team)".to_owned();
    assert_eq!(team, Err(Failure::Invalid(why)));
}

#[test]
fn an_invalid_setting_is_named_but_not_quoted() {
    for (text, problem) in [
        ("", "cannot parse integer from empty string"),
        ("many", "invalid digit found in string"),
        ("-1", "invalid digit found in string"),
        ("65536", "number too large to fit in target type"),
        ("12 ", "invalid digit found in string"),
    ] {
        let seats = with(Script::new().setting("seats", text), |context| context.settings.find(&SEATS));
        let why = format!("correct the setting `seats` (How many may join): {problem}");
        assert_eq!(seats, Err(Failure::Invalid(why)), "{text:?}");
    }
}

/// A type whose error repeats its input.
#[derive(Debug, PartialEq)]
struct Echo;

impl FromStr for Echo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Err(text.to_owned())
    }
}

#[test]
fn the_error_of_a_type_is_shortened_to_one_line() {
    const ECHO: Setting<Echo> = Setting::new("echo", "Nothing");
    let long = "é\r\n".repeat(1_000);
    let echo = with(Script::new().setting("echo", &long), |context| context.settings.get(&ECHO));
    let Err(Failure::Invalid(why)) = echo else { panic!("{echo:?}") };
    let problem = why.strip_prefix("correct the setting `echo` (Nothing): ").unwrap();
    assert!(problem.starts_with("é  é") && problem.chars().count() <= 200 && !problem.contains(char::is_control));
}

#[test]
fn the_first_of_several_values_is_used() {
    let script = Script::new().setting("host", "a").setting("seats", "1").setting("host", "b");
    with(script, |context| {
        assert_eq!(context.settings.all("host").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(context.settings.all("other").count(), 0);
        assert_eq!(context.settings.get(&HOST), Ok("a".to_owned()));
        Ok(())
    })
    .unwrap();
}

#[test]
fn only_the_presence_of_a_secret_is_visible() {
    with(Script::new().secret("host"), |context| {
        assert!(context.settings.has_secret("host"));
        assert!(!context.settings.has_secret("team"));
        assert_eq!(context.settings.all("host").count(), 0);
        assert_eq!(context.settings.get(&HOST), Ok("https://meet.example".to_owned()));
        Ok(())
    })
    .unwrap();
}

#[test]
fn declarations_match_the_settings() {
    let declared = |key: &str, summary: &str, secrecy, required, default: Option<&str>| manifest::Setting {
        key: key.to_owned(),
        summary: summary.to_owned(),
        secrecy,
        required,
        default_value: default.map(str::to_owned),
    };
    let host = declared("host", "Address of the server", Secrecy::Open, false, Some("https://meet.example"));
    assert_eq!(HOST.declared(), host);
    assert_eq!(HOST.key(), "host");
    assert_eq!(SEATS.declared(), declared("seats", "How many may join", Secrecy::Open, false, None));
    assert_eq!(TEAM.declared(), declared("team", "Number of the team", Secrecy::Open, true, None));
    assert_eq!(inbound("a", "b", true), declared("a", "b", Secrecy::Inbound, true, None));
    assert_eq!(outbound("a", "b", false), declared("a", "b", Secrecy::Outbound, false, None));
}

#[test]
fn state_entries_expire() {
    let mut script = Script::new().state("room", "7").state("token", "");
    let now = script.context().now;
    for (key, expires_at) in [("before", now - 1), ("at", now), ("after", now + 1)] {
        let entry = StateEntry { key: key.to_owned(), value: "x".to_owned(), expires_at: Some(expires_at) };
        script.context().state.push(entry);
    }
    with(script, |context| {
        let found = ["room", "token", "before", "at", "after", "other"].map(|key| context.state.get(key));
        assert_eq!(found, [Some("7"), Some(""), None, None, Some("x"), None]);
        Ok(())
    })
    .unwrap();
}
