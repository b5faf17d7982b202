//! Options of the emulator.

use std::fs;

use serde_json::json;

use crate::process::emulator::Emulator;
use crate::process::run::{Ran, run};
use crate::setting::{emulate, folder};

#[test]
fn accounts_users_and_faults_are_set_on_the_command_line() {
    let folder = folder("");
    let words = ["--account", "8", "--user", "7=ada@acme.example", "--user", "9=alan@acme.example"];
    let faults = ["--fault", "slow=2", "--fault", "wrong-signature"];
    let rest = ["--config", "cordboard.toml", "--signatures", "v2+v3"];
    let state = Emulator::start(folder.path(), &[&words[..], &faults, &rest].concat()).state();
    let users = json!([{ "id": 7, "email": "ada@acme.example" }, { "id": 9, "email": "alan@acme.example" }]);
    assert_eq!((&state["app"], &state["accounts"]), (&json!(777), &json!([{ "id": 8, "users": users }])));
    let faults = json!([{ "kind": "slow", "times": 2 }, { "kind": "wrong-signature", "times": null }]);
    assert_eq!((&state["faults"], &state["signatures"]), (&faults, &json!("v2+v3")));
}

#[test]
fn signs_webhooks_with_a_version_that_the_app_accepts() {
    let greeting = |accepted: &str, words: &[&str]| {
        let folder = folder("");
        let file = folder.path().join("cordboard.toml");
        let config = fs::read_to_string(&file).unwrap();
        let accepting = format!("plug = \"hubspot\"\naccept-signatures = {accepted}\n");
        fs::write(&file, config.replace("plug = \"hubspot\"\n", &accepting)).unwrap();
        let words = [&["--config", "cordboard.toml"], words].concat();
        Emulator::start(folder.path(), &words).state()["signatures"].clone()
    };
    assert_eq!(greeting("[\"v2\"]", &[]), "v2");
    assert_eq!(greeting("[\"v3\", \"v2\"]", &[]), "v3");
    assert_eq!(greeting("[\"v2\"]", &["--signatures", "v1+v3"]), "v1+v3");
    let unlimited = folder("");
    let state = Emulator::start(unlimited.path(), &["--config", "cordboard.toml"]).state();
    assert_eq!(state["signatures"], "v1+v3");
}

#[test]
fn the_examples_in_the_help_work() {
    let folder = folder("");
    let help = run(emulate(folder.path(), &["--help"])).ended(0).out;
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    let hubspot = Emulator::start(folder.path(), &["--account", "123123"]);
    let asked: Vec<_> = help
        .split("  curl ")
        .skip(1)
        .map(|example| {
            let (_, rest) = example.split_once("http://127.0.0.1:8090").unwrap();
            let path = rest.split_whitespace().next().unwrap();
            let body = rest.split_once("-d '").unwrap().1.split('\'').next().unwrap();
            let method = if example.starts_with("-X PUT ") { "PUT" } else { "POST" };
            hubspot.ask(method, path, &serde_json::from_str(body).unwrap())
        })
        .collect();
    let [(refused, why), (set, faults)] = &asked[..] else { panic!("{help}") };
    assert!(*refused == 409 && why["detail"].as_str().unwrap().contains("createMeetingUrl"), "{why}");
    assert_eq!((set, &hubspot.state()["faults"]), (&200, &faults["faults"]));
    assert_eq!(faults, &json!({ "faults": [{ "kind": "replay", "times": 2 }] }));
}

/// Runs the emulator, and asserts that it does not start.
fn refused(words: &[&str], code: i32) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(emulate(folder.path(), &[&["--listen", "127.0.0.1:0"], words].concat())).ended(code);
    assert!(ran.out.is_empty(), "{words:?}: {}", ran.out);
    ran
}

#[test]
fn unparsable_options_exit_with_2() {
    for (words, says) in [
        (["--fault", "broken"], "rate-limited, server-error, slow, wrong-signature or replay"),
        (["--fault", "replay=0"], "at least 1"),
        (["--fault", "replay=often"], "replay=2"),
        (["--fault", "=1"], "replay=2"),
        (["--user", "ada@acme.example"], "NUMBER=EMAIL"),
        (["--user", "ada=ada@acme.example"], "NUMBER=EMAIL"),
        (["--user", "7="], "NUMBER=EMAIL"),
        (["--account", "acme"], "--account"),
        (["--forward", "https://a.example"], "URL=URL"),
        (["--signatures", "v4"], "`v1+v3`"),
        (["--settings-delay", "601"], "from 0 to 600"),
        (["--indexing-delay", "soon"], "from 0 to 600"),
    ] {
        let ran = refused(&words, 2);
        assert!(ran.err.contains(says), "{words:?}: {}", ran.err);
    }
}

#[test]
fn invalid_values_exit_with_1() {
    for (words, says) in [
        (&["--user", "7=a@acme.example", "--user", "7=b@acme.example"][..], "distinct ids"),
        (&["--account", "8", "--account", "8"], "account 8 is listed twice"),
        (&["--forward", "a.example=b.example"], "cannot be forwarded"),
        (&["--config", "none.toml"], "none.toml"),
        (&["--client-secret-env", "THERE_IS_NO_SUCH_VARIABLE"], "`THERE_IS_NO_SUCH_VARIABLE`"),
    ] {
        let ran = refused(words, 1);
        assert!(ran.err.starts_with("cordboard: ") && ran.err.contains(says), "{words:?}: {}", ran.err);
    }
    let folder = folder("");
    let ran = run(emulate(folder.path(), &["--config", "cordboard.toml", "--app", "9"])).ended(1);
    assert!(ran.err.contains("no app 9") && ran.err.contains("`777`"), "{}", ran.err);
}
