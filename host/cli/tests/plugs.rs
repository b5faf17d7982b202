//! `cordboard plug` and `cordboard token` with a running bridge.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use process::rooms::{ACCOUNT, FIRST, SECOND, rooms};
use process::run::{Ran, cordboard, run};
use process::{Bridge, create_body, http, until};
use tempfile::TempDir;

const LOG: &str = "serve.log";
const ROOMS: [&str; 4] = ["--account", "123123", "--connection", "rooms"];

/// A bridge, its folder, and an admin token.
struct Fixture {
    folder: TempDir,
    bridge: Bridge,
    token: String,
}

impl Fixture {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (token, lines) = rooms(folder.path());
        let log = fs::File::create(folder.path().join(LOG)).unwrap();
        let bridge = Bridge::logging(folder.path(), &lines, log);
        Self { folder, bridge, token }
    }

    /// Returns the log lines about rejected admin calls.
    fn rejections(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join(LOG)).unwrap();
        log.lines().filter(|line| line.contains("refused an admin call")).map(str::to_owned).collect()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = cordboard(self.folder.path(), "warn", &[&["plug"], words].concat());
        command.env("CORDBOARD_ADMIN_TOKEN", &self.token);
        command
    }

    /// Runs `cordboard plug …`, and asserts that its lines fit a terminal and do not contain the token.
    fn plug(&self, words: &[&str]) -> Ran {
        let ran = run(self.command(words));
        assert!(!ran.all().contains(&self.token));
        if !words.contains(&"--json") {
            for line in ran.out.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
        ran
    }

    /// Books a meeting, and returns its details.
    fn details(&self, topic: &str) -> String {
        let body = create_body(ACCOUNT, "ada@example.com", topic);
        let (status, answer) = self.bridge.post_signed("create-meeting", &body).unwrap();
        assert_eq!(status, 200, "{answer}");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["conferenceDetails"].as_str().unwrap().to_owned()
    }

    /// Changes the configuration, and makes the bridge reload it.
    fn reconfigure(&self, from: &str, to: &str) {
        let path = self.folder.path().join("cordboard.toml");
        let config = fs::read_to_string(&path).unwrap();
        assert!(config.contains(from));
        fs::write(&path, config.replace(from, to)).unwrap();
        process::hang_up(self.bridge.pid());
    }
}

#[test]
fn a_plug_is_pushed_rolled_out_and_rolled_back() {
    let fixture = Fixture::start();
    assert!(fixture.details("before").starts_with(FIRST));

    let version = env!("CARGO_PKG_VERSION");
    let other = fixture.plug(&["push", "second.wasm", "--name", "jitsi", "--version", "9.9.9"]).ended(1);
    assert!(other.err.contains(&format!("the plug says `{version}`, but --version says `9.9.9`")), "{}", other.err);
    let pushed = fixture.plug(&["push", "second.wasm", "--name", "jitsi", "--version", version]).ended(0);
    let digest = pushed.out.split("sha256:").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let short = digest.get(..12).unwrap();
    assert!(pushed.out.contains(&format!("cordboard plug activate {short} --account A")), "{}", pushed.out);
    assert!(fixture.details("pushed").starts_with(FIRST));

    let list = fixture.plug(&["list"]).ended(0).out;
    assert!(list.lines().any(|line| line.starts_with(short) && line.ends_with("pushed")), "{list}");
    assert!(list.lines().any(|line| line.contains(" jitsi ") && line.ends_with("built in")), "{list}");
    assert_eq!(fixture.plug(&["list", "--json"]).ended(0).json()["more"], false);

    let canary =
        fixture.plug(&[&["activate", digest.get(..8).unwrap()], &ROOMS[..], &["--canary", "100%"]].concat()).ended(0);
    assert!(
        canary.out.contains("123123/rooms: #2, plug") && canary.out.contains("plug promote --account"),
        "{}",
        canary.out
    );
    assert!(fixture.details("tried").starts_with(SECOND));
    let history = fixture.plug(&[&["history"], &ROOMS[..]].concat()).ended(0).out;
    assert!(
        history.contains("\n?     2  ") && history.contains("\n*     1  ") && history.contains("deploy"),
        "{history}"
    );
    assert!(history.ends_with("#2 serves 100% of the conferences.\n"), "{history}");
    fixture.plug(&[&["promote"], &ROOMS[..]].concat()).ended(0);
    assert!(fixture.details("promoted").starts_with(SECOND));

    let back = fixture.plug(&[&["rollback"], &ROOMS[..]].concat()).ended(0);
    assert!(back.out.starts_with("123123/rooms: #1, plug"), "{}", back.out);
    assert!(fixture.details("back").starts_with(FIRST));
    fixture.plug(&[&["activate", &format!("sha256:{digest}"), "--json"], &ROOMS[..]].concat()).ended(0);
    assert!(fixture.details("activated").starts_with(SECOND));
    fixture.plug(&["activate", "jitsi", "--using", "jitsi"]).ended(0);
    assert!(fixture.details("the built-in one").starts_with(FIRST));
    let shadow = fixture.plug(&[&["activate", short, "--shadow"], &ROOMS[..]].concat()).ended(0);
    assert!(shadow.out.contains("shadows #4"), "{}", shadow.out);
    let history = fixture.plug(&[&["history", "--json"], &ROOMS[..]].concat()).ended(0).json();
    assert_eq!((&history["live"], &history["candidate"]["shadow"]), (&4.into(), &true.into()));
    fixture.plug(&["history", "--app", "54321"]).ended(0);
    let audit = |words: &[&str]| {
        let mut command = cordboard(fixture.folder.path(), "warn", &[&["audit"], words].concat());
        command.env("CORDBOARD_ADMIN_TOKEN", &fixture.token);
        run(command).ended(0).out
    };
    let newest = audit(&["--limit", "1"]);
    assert!(newest.contains(" deploy: shadow 123123/rooms\n"), "{newest}");
    let before = newest.split_whitespace().next().unwrap();
    assert!(newest.ends_with(&format!("For older entries, add `--before {before}`.\n")), "{newest}");
    let earlier = audit(&["--before", before]);
    assert!(earlier.contains(" deploy: push\nsha256:") && !earlier.contains(": shadow "), "{earlier}");
    assert!(earlier.contains(" configuration: configure 123123/rooms\n"), "{earlier}");
    fixture.bridge.serving.stop();
}

#[test]
fn impossible_commands_exit_with_1_and_a_reason() {
    let fixture = Fixture::start();
    fs::write(fixture.folder.path().join("text.wasm"), "text").unwrap();
    let refused = |words: &[&str], part: &str| {
        let ran = fixture.plug(words).ended(1);
        assert!(ran.out.is_empty() && ran.err.contains(part), "{words:?}: {}", ran.all());
    };
    refused(&["push", "text.wasm"], "not a WebAssembly binary");
    refused(&["push", "nowhere.wasm"], "correct the path");
    refused(&["push", "."], "is not a regular file");
    refused(&[&["activate", "zoom"], &ROOMS[..]].concat(), "`cordboard plug list`");
    refused(&[&["activate", "ffffffff"], &ROOMS[..]].concat(), "push its file");
    refused(&[&["activate", "phonebook"], &ROOMS[..]].concat(), "is a telephony plug");
    refused(&[&["activate", "jitsi", "--canary", "ten"], &ROOMS[..]].concat(), "such as 10%");
    refused(&[&["promote"], &ROOMS[..]].concat(), "no candidate");
    refused(&[&["rollback"], &ROOMS[..]].concat(), "before #1");
    refused(&["history", "--account", "1", "--connection", "rooms"], "nothing serves 1/rooms");
    refused(&["list", "--admin", "http://bridge.example.com"], "unencrypted");
    refused(&["list", "--admin", "http://127.0.0.1:9"], "no answer from http://127.0.0.1:9");
    refused(&["list", "--config", "nowhere.toml"], "--admin URL");
    refused(&["list", "--token-env", "NO_SUCH_VARIABLE"], "`cordboard token new`");
    let senders = fixture.bridge.url("x");
    let senders = senders.split("/hubspot").next().unwrap();
    refused(&["list", "--admin", senders], "");
    let mut guess = fixture.command(&["list"]);
    guess.env("CORDBOARD_ADMIN_TOKEN", "a-guess");
    let unknown = run(guess).ended(1);
    assert!(unknown.err.contains("unknown token"), "{}", unknown.err);
    for words in [&["activate", "jitsi"][..], &["activate", "jitsi", "--account", "1"], &["rollback"], &["history"]] {
        assert_eq!(fixture.plug(words).code, Some(2), "{words:?}");
    }
    assert!(fixture.details("as before").starts_with(FIRST));
}

#[test]
fn rejected_admin_calls_are_logged_rate_limited_and_without_tokens() {
    let fixture = Fixture::start();
    let (began, calls) = (Instant::now(), 200);
    for _ in 0..calls {
        let guess = "authorization: Bearer the-guess\r\n";
        let (status, _) = http::ask(&fixture.bridge.operators(), "GET", "/admin/v1/audit?limit=1", guess, "").unwrap();
        assert_eq!(status, 401);
    }
    let took = began.elapsed().as_secs() as usize;
    until("the rejection is logged", || !fixture.rejections().is_empty());
    let rejections = fixture.rejections();
    assert!(rejections.len() <= took + 2 && rejections.len() < calls, "{rejections:?}");
    for part in [
        "WARN",
        "admin{request_id=",
        "reason=\"unknown-token\"",
        "method=\"GET\"",
        "path=\"/admin/v1/audit\"",
        "suppressed=0",
    ] {
        assert!(rejections[0].contains(part), "{part}: {}", rejections[0]);
    }
    assert!(!rejections.iter().any(|line| line.contains("the-guess")));

    // A known token is logged with its name.
    let made =
        run(cordboard(fixture.folder.path(), "warn", &["token", "new", "acme", "--account", "123123", "--json"]));
    let made = made.ended(0).json();
    let (token, hash) = (made["token"].as_str().unwrap(), made["sha256"].as_str().unwrap());
    let known = format!("[admin.token.acme]\nsha256 = \"{hash}\"\naccount = 123123\n[admin.token.deploy]");
    fixture.reconfigure("[admin.token.deploy]", &known);
    let push = || {
        let mut push = fixture.command(&["push", "second.wasm"]);
        push.env("CORDBOARD_ADMIN_TOKEN", token);
        run(push).ended(1).err
    };
    until("the token is known", || push().contains("set `push = true` under [admin.token."));
    until("its rejection is logged", || {
        fixture.rejections().iter().any(|line| line.contains("reason=\"forbidden\"") && line.contains("token=\"acme\""))
    });
    fixture.bridge.serving.stop();
}

#[test]
fn sighup_reloads_the_configuration() {
    let fixture = Fixture::start();
    fixture.reconfigure("meet.example.org", "other.example.org");
    until("the configuration is reloaded", || fixture.details("moved").contains("https://other.example.org/"));

    // An invalid configuration is rejected, and the process keeps serving.
    fixture.reconfigure("host =", "hast =");
    std::thread::sleep(Duration::from_millis(500));
    assert!(fixture.details("as before").contains("https://other.example.org/"));
    fixture.reconfigure("hast = \"https://other.example.org\"", "host = \"https://third.example.org\"");
    until("the configuration is reloaded", || fixture.details("moved again").contains("https://third.example.org/"));
    let history = fixture.plug(&[&["history", "--json"], &ROOMS[..]].concat()).ended(0).json();
    assert_eq!(history["live"], 3, "the invalid configuration created no generation");
    fixture.bridge.serving.stop();
}

#[test]
fn a_token_is_shown_once_with_its_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(cordboard(folder.path(), "warn", &["token", "new", "acme", "--account", "123123"])).ended(0).out;
    let token = output.lines().find(|line| line.starts_with("cordboard_")).unwrap();
    assert!(
        output.contains("[admin.token.\"acme\"]\nsha256 = \"") && output.ends_with("account = 123123\n"),
        "{output}"
    );
    assert_eq!(output.matches(token).count(), 1);
    let may_push = ["token", "new", "acme", "--account", "123123", "--push"];
    let may_push = run(cordboard(folder.path(), "warn", &may_push)).ended(0).out;
    assert!(may_push.ends_with("account = 123123\npush = true\n"), "{may_push}");
    assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
    let wrong = run(cordboard(folder.path(), "warn", &["token", "new", "no name"])).ended(1);
    assert!(wrong.err.contains("use up to 64 ASCII letters"), "{}", wrong.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it is not stored");
}
