//! Bookings with the emulator and the bridge as processes.

use std::fs::{self, File};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::emulator::{Emulator, KEY, named};
use crate::process::run::{cordboard, run};
use crate::process::{SECRET, Serving, free_ports};

/// The file name of the emulator's log.
const LOG: &str = "hubspot.log";

/// An emulator, and a bridge whose addresses are set in it.
struct Fixture {
    hubspot: Emulator,
    bridge: Serving,
    folder: TempDir,
}

impl Fixture {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, operators] = free_ports();
        let configure = |api: &str| {
            let host = api.rsplit('/').next().unwrap();
            let config = format!(
                r#"
                listen = "127.0.0.1:{port}"
                admin-listen = "127.0.0.1:{operators}"
                public-url = "https://bridge.example.com"
                data-dir = "data"
                [app.54321]
                plug = "hubspot"
                settings = {{ client-secret = "{SECRET}", developer-api-key = "{KEY}", api-url = "{api}" }}
                outbound = {{ allow-private = true, allow = ["{host}"] }}
                [account.123123]
                app = 54321
                conferencing = "rooms"
                telephony = "numbers"
                [account.123123.connection.rooms]
                plug = "jitsi"
                settings = {{ host = "https://meet.example.org" }}
                [account.123123.connection.numbers]
                plug = "phonebook"
                settings = {{ 123 = "+18001231234 ext 1 Front desk" }}
                "#
            );
            fs::write(folder.path().join("cordboard.toml"), config).unwrap();
        };
        configure("http://127.0.0.1:1");
        let words = ["emulate", "hubspot", "--json", "--listen", "127.0.0.1:0", "--config", "cordboard.toml"];
        let mut command =
            cordboard(folder.path(), "trace", &[&words[..], &["--user", "123=ada@acme.example"]].concat());
        command.stderr(File::create(folder.path().join(LOG)).unwrap());
        let hubspot = Emulator::of(command);
        configure(hubspot.url());
        let bridge = Serving::start(cordboard(folder.path(), "info", &["serve"]));
        for words in [
            &["hubspot", "video", "set", "--from-config", "--wait"][..],
            &["hubspot", "calling", "create", "--from-config", "--is-ready", "true", "--wait"],
        ] {
            run(cordboard(folder.path(), "warn", words)).ended(0);
        }
        Self { hubspot, bridge, folder }
    }

    fn book(&self) -> (u16, Value) {
        let meeting = json!({
            "accountId": 123_123, "topic": "Quarterly review", "startTime": 1_800_000_000_000_u64,
            "endTime": 1_800_001_800_000_u64,
        });
        self.hubspot.ask("POST", "/emulator/meetings", &meeting)
    }

    fn fault(&self, kind: &str, times: u32) {
        let faults = json!({ "faults": [{ "kind": kind, "times": times }] });
        assert_eq!(self.hubspot.ask("PUT", "/emulator/faults", &faults).0, 200);
    }
}

/// Returns the webhooks of an answer, with their statuses.
fn webhooks(booking: &Value) -> Vec<String> {
    named(booking["calls"].as_array().unwrap())
}

#[test]
fn a_meeting_is_booked_moved_and_canceled() {
    let fixture = Fixture::open();
    let (status, booking) = fixture.book();
    let meeting = &booking["meeting"];
    assert_eq!((status, &meeting["status"]), (201, &json!("booked")), "{booking}");
    assert_eq!(webhooks(&booking), ["verify-user 200", "create-meeting 200"]);
    assert_eq!(booking["calls"][1]["url"], "https://bridge.example.com/hubspot/54321/create-meeting");
    let [id, link, details] =
        ["conferenceId", "conferenceUrl", "conferenceDetails"].map(|member| meeting[member].as_str().unwrap());
    assert!(link.starts_with("https://meet.example.org/") && !link.contains(id), "{meeting}");
    assert!(details.contains(link), "{meeting}");

    let path = format!("/emulator/meetings/{}", meeting["id"].as_str().unwrap());
    let change = json!({ "topic": "Yearly review", "startTime": 1_800_000_900_000_u64 });
    let (status, moved) = fixture.hubspot.ask("PATCH", &path, &change);
    assert_eq!((status, &moved["meeting"]["problem"]), (200, &Value::Null), "{moved}");
    assert_eq!(webhooks(&moved), ["verify-user 200", "update-meeting 204"]);
    assert_eq!(
        (&moved["meeting"]["topic"], &moved["meeting"]["conferenceUrl"]),
        (&json!("Yearly review"), &json!(link))
    );

    let (status, canceled) = fixture.hubspot.ask("DELETE", &path, &Value::Null);
    assert_eq!((status, &canceled["meeting"]["status"]), (200, &json!("canceled")), "{canceled}");
    assert_eq!(webhooks(&canceled), ["verify-user 200", "delete-meeting 204"]);
    assert_eq!(fixture.hubspot.ask("DELETE", &path, &Value::Null).0, 409);
    assert_eq!(fixture.hubspot.state()["meetings"], json!([canceled["meeting"]]));

    fixture.bridge.stop();
    fixture.hubspot.serving.stop();
    let log = fs::read_to_string(fixture.folder.path().join(LOG)).unwrap();
    assert!(log.contains(" TRACE "), "{log}");
    assert!(!log.contains(SECRET) && !log.contains(KEY), "{log}");
}

#[test]
fn a_webhook_with_a_wrong_signature_books_nothing() {
    let fixture = Fixture::open();
    fixture.fault("wrong-signature", 1);
    let (status, booking) = fixture.book();
    assert_eq!((status, &booking["meeting"]["status"]), (502, &json!("failed")), "{booking}");
    let problem = booking["meeting"]["problem"].as_str().unwrap();
    assert!(problem.contains("verify-user") && problem.contains("401"), "{problem}");
    assert_eq!(fixture.book().0, 201);
}

#[test]
fn a_replayed_webhook_gets_the_same_answer() {
    let fixture = Fixture::open();
    fixture.fault("replay", 2);
    let (status, booking) = fixture.book();
    assert_eq!((status, webhooks(&booking).len()), (201, 4), "{booking}");
    let [first, second] = [2, 3].map(|place| &booking["calls"][place]);
    assert_eq!((&first["name"], &second["fault"]), (&json!("create-meeting"), &json!("replay")));
    assert_eq!(first["responseBody"], second["responseBody"]);
    let (_, another) = fixture.book();
    assert_ne!(another["meeting"]["conferenceId"], booking["meeting"]["conferenceId"]);
}

#[test]
fn a_user_gets_the_configured_numbers() {
    let fixture = Fixture::open();
    let caller = json!({ "accountId": 123_123, "userId": 123 });
    let (status, answer) = fixture.hubspot.ask("POST", "/emulator/phone-numbers", &caller);
    let number = json!({ "e164PhoneNumber": "+18001231234", "extension": "1", "friendlyName": "Front desk" });
    assert_eq!((status, &answer["phoneNumbers"]), (200, &json!([number])), "{answer}");
    assert_eq!(webhooks(&answer), ["phone-numbers 200"]);
    let ready = ["hubspot", "calling", "update", "--is-ready", "false"];
    run(cordboard(fixture.folder.path(), "warn", &ready)).ended(0);
    let (status, refused) = fixture.hubspot.ask("POST", "/emulator/phone-numbers", &caller);
    assert!(status == 409 && refused["detail"].as_str().unwrap().contains("`isReady`"), "{refused}");
}
