//! The conformance tests: the built-in plugs pass, and mistakes in other plugs are found, with hints.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use cordboard::plug::{Engine, Options, Plug, Role, builtin};
use cordboard_conformance::{Report, Samples, Setup, Verdict, checks_of, full, quick};
use cordboard_tests::{HOSTILE, careless};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Options::default()).unwrap());

/// Loads a plug. Each file is compiled once.
fn load(file: &'static [u8]) -> Plug {
    static LOADED: Mutex<Vec<(&[u8], Plug)>> = Mutex::new(Vec::new());
    let mut loaded = LOADED.lock().unwrap();
    if let Some((_, plug)) = loaded.iter().find(|(known, _)| *known == file) {
        return plug.clone();
    }
    let plug = ENGINE.load(file).unwrap();
    loaded.push((file, plug.clone()));
    plug
}

fn built_in(name: &str) -> Plug {
    load(builtin::find(name).unwrap())
}

fn setup(plug: &Plug, settings: &[(&str, &str)], samples: &Value) -> Setup {
    let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Setup::new(plug.description(), settings, Samples::parse(&samples.to_string()).unwrap()).unwrap()
}

fn failed(report: &Report) -> Vec<&str> {
    report.failed().map(|finding| finding.check).collect()
}

fn passed(report: &Report) -> BTreeSet<&str> {
    let passed = report.findings.iter().filter(|finding| finding.verdict == Verdict::Passed);
    passed.map(|finding| finding.check).collect()
}

/// Asserts that a built-in plug passes all checks, and that at least the checks in `required` were applicable.
#[track_caller]
fn assert_passes(name: &str, settings: &[(&str, &str)], samples: &Value, required: &[&str]) {
    let plug = built_in(name);
    assert_eq!(quick(&plug), Ok(()), "{name}");
    let report = full(&plug, &setup(&plug, settings, samples));
    assert_eq!(failed(&report), [""; 0], "{name}: {report:#?}");
    let passed = passed(&report);
    for check in required {
        assert!(passed.contains(check), "{name}: {check} was not applicable: {report:#?}");
    }
}

fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest").join(path);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

const OF_CONFERENCES: [&str; 4] = ["conferences", "updates", "users", "odd-meetings"];
const OF_CALLS: [&str; 3] = ["requests", "failures", "effects-end"];
const OF_WEBHOOKS: [&str; 4] = ["odd-webhooks", "receipts", "events", "dedupe-keys"];

#[test]
fn jitsi_passes() {
    let settings = [("host", "https://meet.example.org"), ("room-pattern", "{topic}-{random}")];
    assert_passes("jitsi", &settings, &json!({}), &[&OF_CONFERENCES[..], &["deletes"]].concat());
}

#[test]
fn iotum_passes() {
    let made = json!({ "conference_id": 4001, "room_url": "https://rooms.example/4001", "moderator_token": "m" });
    let events = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest/iotum/tests/fixtures/events"));
    let webhooks = events.unwrap().map(|file| {
        let body: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        json!({ "route": "events", "body": body })
    });
    let samples = json!({
        "answers": [
            { "to": "POST /enterprise_api/authenticate", "body": { "auth_token": "token" } },
            { "to": "POST /enterprise_api/host/fetch_all",
              "body": [{ "host_id": 501, "name": "Ada", "role": "host", "email": "ada@acme.example" }] },
            { "to": "POST /enterprise_api/conference/create", "body": made },
            { "to": "POST /enterprise_api/conference/update", "body": made },
        ],
        "webhooks": webhooks.collect::<Vec<_>>(),
    });
    let required = [&OF_CONFERENCES[..], &OF_CALLS, &OF_WEBHOOKS, &["state", "missing-settings", "abilities"]].concat();
    assert_passes("iotum", &[("host", "app.portal.example.com")], &samples, &required);
}

#[test]
fn veeting_passes() {
    let meeting = fixture("veeting/tests/fixtures/meeting.json");
    let hook = |route: &str, body: &Value| json!({ "route": route, "method": "PUT", "body": body });
    let samples = json!({ "webhooks": [
        hook("onMeetingScheduled", &meeting),
        hook("onMeetingUpdated", &meeting),
        hook("onMeetingClosed", &meeting),
        hook("onMeetingDeleted", &fixture("veeting/tests/fixtures/meetings-deleted.json")),
        hook("onMeetingRecordingCreated", &fixture("veeting/tests/fixtures/recording.json")),
        hook("onMeetingSummaryCreated", &fixture("veeting/tests/fixtures/summary.json")),
    ] });
    let settings = [("room-url", "https://rooms.example/{topic}/{random}")];
    assert_passes("veeting", &settings, &samples, &[&OF_CONFERENCES[..], &OF_WEBHOOKS].concat());
}

#[test]
fn hubspot_passes() {
    let meeting = json!({
        "portalId": 123_123, "userId": 7, "userEmail": "ada@acme.example", "topic": "Plans",
        "startTime": 1_767_326_400_000_u64, "endTime": 1_767_330_000_000_u64, "source": "MEETINGS",
    });
    let mut changed = meeting.clone();
    changed["conferenceId"] = "0f1e2d3c".into();
    let samples = json!({
        "answers": [
            { "to": "GET /crm/v3/extensions/videoconferencing/settings/54321",
              "body": { "createMeetingUrl": "https://bridge.example.org/create" } },
        ],
        "webhooks": [
            { "route": "create-meeting", "body": meeting },
            { "route": "update-meeting", "body": changed },
            { "route": "delete-meeting", "body": { "conferenceId": "0f1e2d3c" } },
            { "route": "verify-user", "body": { "portalId": 123_123, "userEmail": "ada@acme.example" } },
            { "route": "phone-numbers", "body": { "appId": 54_321, "portalId": 123_123, "userId": 7 } },
        ],
    });
    let required =
        [&OF_CALLS[..], &["odd-webhooks", "commands", "statuses", "answers", "credentials", "missing-settings"]]
            .concat();
    assert_passes("hubspot", &[], &samples, &required);
}

#[test]
fn telephony_plugs_pass() {
    assert_passes(
        "phonebook",
        &[("7", "+18001231234 ext 1 Front desk"), ("0", "+41443334455")],
        &json!({}),
        &["numbers"],
    );
    let numbers = json!({ "numbers": [{ "number": "+18001231234", "extension": "1", "name": "Front desk" }] });
    let samples = json!({ "answers": [{ "to": "GET /users/7/numbers", "body": numbers }] });
    let settings = [("url", "https://pbx.example.com/users/{user-id}/numbers")];
    assert_passes("directory", &settings, &samples, &[&OF_CALLS[..], &["numbers", "credentials"]].concat());
}

/// Returns settings and samples for the careless plug. Only the mistake `slip` is wrong.
fn careless_setup(plug: &Plug, slip: &str) -> Setup {
    let samples = json!({
        "answers": [{ "to": "POST /rooms" }, { "to": "PUT /rooms/7" }, { "to": "DELETE /rooms/7" }],
        "webhooks": [{ "route": "events", "body": { "room": "7" } }],
    });
    setup(plug, &[("address", "https://rooms.example.org"), ("slip", slip)], &samples)
}

#[test]
fn each_mistake_fails_its_check() {
    let plug = load(careless::PROVIDER);
    let always = "secret-settings";
    let cases: [(&str, &[&str]); 18] = [
        ("none", &[]),
        ("unset", &["missing-settings"]),
        ("unchecked", &["odd-settings"]),
        ("insists", &["effects-end"]),
        ("elsewhere", &["requests"]),
        ("bearer", &["credentials"]),
        ("hoards", &["state"]),
        ("muddles", &["failures"]),
        ("brittle", &["odd-webhooks"]),
        ("redirects", &["receipts"]),
        ("long-key", &["events"]),
        ("new-key", &["dedupe-keys"]),
        ("untitled", &["odd-meetings"]),
        ("linkless", &["odd-meetings", "conferences"]),
        ("renames", &["updates"]),
        ("keeps", &["deletes"]),
        ("nameless", &["users"]),
        ("unable", &["abilities"]),
    ];
    for (slip, expected) in cases {
        let report = full(&plug, &careless_setup(&plug, slip));
        let mut found = failed(&report);
        assert_eq!(found.iter().position(|check| *check == always).map(|at| found.remove(at)), Some(always));
        assert_eq!(found, expected, "{slip}: {report:#?}");
        // Each finding has a reason and a hint.
        for finding in report.failed() {
            let Verdict::Failed(faults) = &finding.verdict else { panic!("{finding:?}") };
            assert!(!finding.hint.is_empty() && faults.iter().all(|fault| fault.contains(' ')), "{finding:?}");
        }
    }
}

#[test]
fn mistakes_in_telephony_and_crm_plugs_are_found() {
    let telephony = load(careless::TELEPHONY);
    assert_eq!(failed(&full(&telephony, &setup(&telephony, &[], &json!({})))), ["numbers"]);
    let crm = load(careless::CRM);
    let samples = json!({ "webhooks": [{ "route": "create", "body": {} }] });
    assert_eq!(failed(&full(&crm, &setup(&crm, &[], &samples))), ["commands", "statuses", "answers"]);
}

#[test]
fn a_hostile_plug_fails() {
    let plug = load(HOSTILE);
    let run = |mode: &str, targets: &str| {
        let settings = [("mode", mode), ("url", "hostile.example"), ("targets", targets)];
        full(&plug, &setup(&plug, &settings, &json!({})))
    };
    let own = "https://hostile.example/";
    for (mode, targets, checks) in [
        ("endless_loop", own, &["starts"][..]),
        ("memory_bomb", own, &["starts"]),
        ("recursion", own, &["starts"]),
        ("trap", own, &["starts"]),
        ("oversized_result", own, &["starts"]),
        ("unreadable_result", own, &["starts"]),
        ("senseless_result", own, &["receipts", "conferences"]),
        ("endless_steps", own, &["effects-end"]),
        ("header_smuggling", own, &["requests"]),
        ("inbound_secret", own, &["requests"]),
        ("secret_in_host", own, &["requests"]),
        ("forbidden_host", "https://elsewhere.example.net/", &["requests"]),
    ] {
        let report = run(mode, targets);
        let found = failed(&report);
        assert!(checks.iter().all(|check| found.contains(check)), "{mode}: {report:#?}");
        // If the plug does not start, the other checks are skipped.
        assert!(checks != ["starts"] || found == ["starts"], "{mode}: {report:#?}");
    }
    for mode in ["ok", "event"] {
        let report = run(mode, own);
        assert!(report.passed(), "{mode}: {report:#?}");
    }
    assert!(passed(&run("secret_in_path", own)).contains("requests"), "an outbound secret may be sent");
}

/// The self-test runs with no settings, and with all of them.
#[test]
fn the_self_test_finds_obvious_faults() {
    for name in ["careless", "hostile"] {
        let plug = load(if name == "careless" { careless::PROVIDER } else { HOSTILE });
        assert_eq!(quick(&plug), Ok(()), "{name} is harmless by default");
    }
    let faults = quick(&load(careless::TELEPHONY)).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].to_string(), "numbers: `phone-numbers`: the extension of +18001231234 is not made of digits");
}

#[test]
fn rejects_settings_and_samples_that_do_not_fit_the_plug() {
    let plug = load(careless::PROVIDER);
    let refusal = |settings: &[(&str, &str)], samples: &str| {
        let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Setup::new(plug.description(), settings, Samples::parse(samples).unwrap()).unwrap_err().to_string()
    };
    assert_eq!(refusal(&[], "{}"), "the plug needs the setting `address` (The server): give it a value");
    assert!(refusal(&[("adress", "x")], "{}").ends_with("set one of `address`, `api-token`, `slip`"));
    assert!(refusal(&[("hook-token", "x")], "{}").contains("is secret"));
    let stray = refusal(&[("address", "x")], r#"{ "webhooks": [{ "route": "other" }] }"#);
    assert!(stray.contains("`other`"), "{stray}");
}

#[test]
fn check_names_are_unique_and_descriptions_fit_a_line() {
    let mut all = BTreeSet::new();
    for role in [Role::Provider, Role::Crm, Role::Telephony] {
        let names: BTreeSet<_> = checks_of(role).map(|check| check.name).collect();
        assert_eq!(names.len(), checks_of(role).count(), "{role}");
        assert!(names.len() > 11, "{role}");
        all.extend(checks_of(role).map(|check| (check.name, check.requirement)));
    }
    let names: BTreeSet<_> = all.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), all.len());
    for (name, requirement) in all {
        // The verdict and the name take 24 columns of 80.
        assert!(name.len() <= 16 && requirement.len() <= 56 && !requirement.ends_with('.'), "{name}");
    }
}
