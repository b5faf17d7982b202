//! The command line.

use serde_json::json;

use crate::process::emulator::Emulator;
use crate::process::run::{Ran, run};
use crate::setting::{emulate, folder};

#[test]
fn the_command_line_says_who_is_there_and_what_goes_wrong() {
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

/// Runs it where it must not start.
fn refused(words: &[&str], code: i32) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(emulate(folder.path(), &[&["--listen", "127.0.0.1:0"], words].concat())).ended(code);
    assert!(ran.out.is_empty(), "{words:?}: {}", ran.out);
    ran
}

#[test]
fn what_cannot_be_read_exits_with_2() {
    for (words, says) in [
        (["--fault", "broken"], "rate-limited, server-error, slow, wrong-signature or replay"),
        (["--fault", "replay=0"], "from 1 on"),
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
fn what_does_not_fit_exits_with_1() {
    for (words, says) in [
        (&["--user", "7=a@acme.example", "--user", "7=b@acme.example"][..], "different ids"),
        (&["--account", "8", "--account", "8"], "account 8 is there twice"),
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
