//! Tests that every sample is accepted by its plug and by a running bridge.

use std::path::{Path, PathBuf};

use clap::Parser;
use cordboard_core::signature_scheme::{Incoming, Sender as Known, VerifyError, verify};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;
use cordboard::Bridge;
use cordboard::contract::crm::Command;
use cordboard::contract::effect::Context;
use cordboard::contract::http::WebhookRequest;
use cordboard::plug::{Engine, Options, Plug, builtin};
use cordboard::server::{ServeLimits, serve};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{EventFilter, Store};

const SENDERS: [Sender; 3] = [Sender::Hubspot, Sender::Iotum, Sender::Veeting];

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Simulate,
}

fn parse(line: &[&str]) -> Simulate {
    Line::try_parse_from([&["simulate"], line].concat()).unwrap().args
}

fn facts() -> Facts {
    Facts { now: 1_767_323_045_678, app: 54_321.into(), account: 123_123.into(), random: "0123456789abcdef".repeat(2) }
}

fn sample(sender: Sender, event: &str, set: &[(&str, &str)]) -> Value {
    let set: Vec<_> = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    sender.sample(event, &facts()).unwrap().with(&set)
}

fn plug(engine: &Engine, sender: Sender) -> Plug {
    engine.load(builtin::find(sender.plug()).unwrap()).unwrap()
}

fn webhook(route: &str, body: &Value) -> (Context, WebhookRequest) {
    let request = WebhookRequest {
        route: route.to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
        received_at: facts().now,
    };
    let context = Context {
        settings: Vec::new(),
        secrets: Vec::new(),
        state: Vec::new(),
        now: facts().now,
        random: vec![0; 16],
        exchanges: Vec::new(),
    };
    (context, request)
}

#[test]
fn the_crm_plug_decodes_every_hubspot_sample() {
    let engine = Engine::new(&Options::default()).unwrap();
    let plug = plug(&engine, Sender::Hubspot);
    let described: Vec<_> = plug.routes().iter().map(|route| route.name.as_str()).collect();
    assert_eq!(described, hubspot::EVENTS);
    for event in hubspot::EVENTS {
        let (context, request) = webhook(event, &sample(Sender::Hubspot, event, &[]));
        let command = plug.decode(&context, &request).unwrap().unwrap();
        let meant = match (event, &command) {
            ("create-meeting", Command::Create(meeting)) => {
                (meeting.start, meeting.end) == (1_767_326_400_000, 1_767_330_000_000) && meeting.account_id == "123123"
            }
            ("update-meeting", Command::Update(change)) => change.conference_id == "some-unique-id",
            ("delete-meeting", Command::Delete(id)) => id == "some-unique-id",
            ("verify-user", Command::VerifyUser(query)) => query.account_id == "123123",
            ("phone-numbers", Command::PhoneNumbers(query)) => query.app_id == "54321" && query.user_id == "123",
            _ => false,
        };
        assert!(meant, "{event}: {command:?}");
    }
}

#[test]
fn provider_plugs_receive_every_provider_sample() {
    let engine = Engine::new(&Options::default()).unwrap();
    for sender in [Sender::Iotum, Sender::Veeting] {
        let plug = plug(&engine, sender);
        for event in sender.events() {
            let (context, request) =
                webhook(sender.sample(event, &facts()).unwrap().route, &sample(sender, event, &[]));
            let receipt = plug.receive(&context, &request).unwrap().unwrap();
            assert_eq!(receipt.events.len(), 1, "{event}");
            assert_eq!(receipt.events[0].source_event, *event);
        }
    }
}

#[test]
fn a_later_event_is_not_a_duplicate() {
    let engine = Engine::new(&Options::default()).unwrap();
    for sender in [Sender::Iotum, Sender::Veeting] {
        let plug = plug(&engine, sender);
        for event in sender.events() {
            let key = |facts: &Facts| {
                let sample = sender.sample(event, facts).unwrap();
                let (context, request) = webhook(sample.route, &sample.with(&[]));
                let receipt = plug.receive(&context, &request).unwrap().unwrap();
                receipt.events[0].dedupe_key.clone().unwrap_or_else(|| String::from_utf8(request.body).unwrap())
            };
            let later = Facts { now: facts().now + 1, random: "f".repeat(32), ..facts() };
            assert_ne!(key(&facts()), key(&later), "{event}");
            assert_eq!(key(&facts()), key(&facts()), "{event}");
        }
    }
}

#[test]
fn set_changes_the_documented_fields() {
    let body = sample(
        Sender::Hubspot,
        "update-meeting",
        &[("conferenceId", "00000000000000000000000000000012"), ("userId", "7"), ("extra", "a=b"), ("topic", "")],
    );
    assert_eq!(body["conferenceId"], "00000000000000000000000000000012");
    assert_eq!((&body["userId"], &body["extra"], &body["topic"]), (&json!(7), &json!("a=b"), &json!("")));
    let body = sample(Sender::Iotum, "conference_start", &[("conference_id", "9")]);
    let payload: Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload, json!({ "host_id": 61803, "company_id": 7012, "conference_id": 9 }));
    assert_eq!(sample(Sender::Veeting, "onMeetingDeleted", &[("id", "m")])[0]["id"], "m");
    assert_eq!(sample(Sender::Veeting, "onMeetingSummaryCreated", &[("meetingId", "m")])["data"]["meetingId"], "m");
    assert!(shell::assignment("=a").is_err() && shell::assignment("a").is_err());
}

/// Verifies the request by the plug's signature scheme, as its receiver would.
fn check(request: &Request, route: &str, sender: Sender, key: &str) -> Result<Known, VerifyError> {
    let route = target::route(sender.plug(), route).unwrap();
    let secrets = [(key, vec!["a-secret".to_owned()])];
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let incoming = Incoming { method: &request.method, url: &request.signed, headers: &headers, body: &request.body };
    verify(&route, secrets.as_slice(), None, &incoming, now())
}

fn configuration(folder: &Path, listen: &str) -> PathBuf {
    let path = folder.join("cordboard.toml");
    let text = format!(
        r#"
        listen = "{listen}"
        admin-listen = "127.0.0.1:0"
        public-url = "https://bridge.example.com"

        [app.54321]
        plug = "hubspot"
        settings = {{ client-secret = "a-secret" }}

        [account.123123]
        name = "acme"
        app = 54321
        conferencing = "rooms"
        telephony = "numbers"

        [account.123123.connection.rooms]
        plug = "jitsi"
        settings = {{ host = "https://meet.example.org" }}

        [account.123123.connection.numbers]
        plug = "phonebook"
        settings = {{ 123 = "+18001231234 ext 1 Front desk" }}

        [account.123123.connection.portal]
        plug = "iotum"
        settings = {{ host = "portal.example.com", signing-token = "a-secret" }}

        [account.123123.connection.open]
        plug = "veeting"

        [account.123123.connection.closed]
        plug = "veeting"
        settings = {{ api-key = "a-secret" }}
        "#
    );
    std::fs::write(&path, text).unwrap();
    path
}

/// Serves the configuration. Returns its path, and the bridge, which stops when dropped.
async fn served(folder: &Path) -> (PathBuf, Bridge) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let path = configuration(folder, &listener.local_addr().unwrap().to_string());
    let bridge = Bridge::start(&Config::load(&path).unwrap()).await.unwrap();
    tokio::spawn(serve(listener, bridge.router(), ServeLimits::default(), std::future::pending()));
    (path, bridge)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_bridge_accepts_every_event() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _bridge) = served(folder.path()).await;
    let config = path.to_str().unwrap();
    let mut sent = Vec::new();
    for sender in SENDERS {
        for event in sender.events() {
            let mut line = vec![sender.plug(), event, "--config", config];
            if sender == Sender::Veeting {
                line.extend(["--connection", if sent.len() % 2 == 0 { "open" } else { "closed" }]);
            }
            let status = send(&prepare(&parse(&line)).await.unwrap()).await.unwrap().status.as_u16();
            match (sender, *event) {
                // The sample's conference does not exist.
                (Sender::Hubspot, "update-meeting" | "delete-meeting") => assert_eq!(status, 404, "{event}"),
                (Sender::Hubspot, _) => assert_eq!(status, 200, "{event}"),
                _ => {
                    assert_eq!(status, 204, "{event}");
                    sent.push((*event).to_owned());
                }
            }
        }
    }
    for (line, status) in [
        (&["hubspot", "verify-user"][..], 401),
        (&["iotum", "conference_end"], 401),
        (&["veeting", "onMeetingClosed", "--connection", "closed"], 401),
        (&["veeting", "onMeetingClosed", "--connection", "open"], 204),
    ] {
        let forged = prepare(&parse(&[line, &["--config", config, "--forge"]].concat())).await.unwrap();
        assert_eq!(send(&forged).await.unwrap().status.as_u16(), status, "{line:?}");
    }
    sent.push("onMeetingClosed".to_owned());
    let store = Sqlite::open_read_only(&folder.path().join("cordboard-data")).unwrap();
    let stored = store.events(&EventFilter { limit: 100, ..EventFilter::default() }).await.unwrap();
    let stored: Vec<_> = stored.into_iter().map(|event| event.event.event.source_event).collect();
    assert_eq!(stored, sent);
}

#[tokio::test]
async fn requests_carry_the_selected_signature() {
    let folder = tempfile::tempdir().unwrap();
    let path = configuration(folder.path(), "0.0.0.0:8080");
    let config = path.to_str().unwrap();
    for name in ["v1", "v2", "v3"] {
        let line = ["hubspot", "create-meeting", "--config", config, "--signature", name];
        let request = prepare(&parse(&line)).await.unwrap();
        assert_eq!(request.to.as_str(), "http://127.0.0.1:8080/hubspot/54321/create-meeting");
        assert_eq!(request.signed, "https://bridge.example.com/hubspot/54321/create-meeting");
        let known = check(&request, "create-meeting", Sender::Hubspot, "client-secret");
        assert_eq!(known, Ok(Known::Signed { name: name.to_owned(), covers_time: name == "v3" }));
        let forged = prepare(&parse(&[&line[..], &["--forge"]].concat())).await.unwrap();
        assert!(check(&forged, "create-meeting", Sender::Hubspot, "client-secret").is_err());
    }
}

#[tokio::test]
async fn requests_go_to_any_address() {
    let folder = tempfile::tempdir().unwrap();
    let path = configuration(folder.path(), "127.0.0.1:8080");
    let to = "https://other.example.com/hubspot/1/verify-user?a=%3A#part";
    let line = ["hubspot", "verify-user", "--config", path.to_str().unwrap(), "--to", to];
    let request = prepare(&parse(&line)).await.unwrap();
    assert_eq!(request.signed, "https://other.example.com/hubspot/1/verify-user?a=%3A");
    assert_eq!(request.to.as_str(), request.signed);
    let by_v3 = Known::Signed { name: "v3".to_owned(), covers_time: true };
    assert_eq!(check(&request, "verify-user", Sender::Hubspot, "client-secret"), Ok(by_v3));

    let request = prepare(&parse(&["simplex", "onMeetingClosed", "--to", "http://127.0.0.1:9/in/k/x"])).await.unwrap();
    assert_eq!(request.headers, [("content-type".to_owned(), "application/json".to_owned())]);

    let body = folder.path().join("body");
    std::fs::write(&body, b"\xff not json").unwrap();
    let line = ["iotum", "conference_end", "--to", "http://127.0.0.1:9/", "--forge", "--body", body.to_str().unwrap()];
    let request = prepare(&parse(&line)).await.unwrap();
    assert_eq!(request.body, b"\xff not json");
    let secret = request.headers.iter().find(|(name, _)| name == "x-signing-token").unwrap().1.clone();
    let shown = [report::text(&request, None), report::json(&request, None).to_string()];
    assert!(shown.iter().all(|shown| shown.contains("x-signing-token") && !shown.contains(&secret)), "{shown:?}");
}

#[tokio::test]
async fn errors_suggest_a_fix() {
    let folder = tempfile::tempdir().unwrap();
    let path = configuration(folder.path(), "127.0.0.1:8080");
    let config = path.to_str().unwrap();
    for (line, hint) in [
        (&["hubspot", "create-meting", "--config", config][..], "did you mean `create-meeting`?"),
        (&["hubspot", "dance", "--config", config], "use one of create-meeting, update-meeting"),
        (&["hubspot", "verify-user", "--config", config, "--account", "1"], "select one of 123123 with --account"),
        (&["veeting", "onMeetingClosed", "--config", config], "select one of 123123/closed, 123123/open with"),
        (&["iotum", "conference_end", "--config", config, "--connection", "x"], "has no connection `x`: add one"),
        (&["iotum", "conference_end", "--config", config], "or start it"),
        (&["iotum", "conference_end", "--to", "http://127.0.0.1:9/"], "--secret-env NAME"),
        (&["hubspot", "verify-user", "--to", "ftp://a/", "--forge"], "--to takes an address such as"),
        (&["hubspot", "verify-user", "--to", "http://u:p@a/", "--forge"], "--to takes an address such as"),
        (&["hubspot", "verify-user", "--config", config, "--signature", "v9"], "use one of v3, v2, v1"),
        (&["iotum", "conference_end", "--to", "http://a/", "--forge", "--signature", "v3"], "remove --signature"),
        (&["hubspot", "verify-user", "--to", "http://a/", "--secret-env", "NO_SUCH_SECRET"], "set it"),
        (
            &["hubspot", "verify-user", "--to", "http://a/", "--secret-env", "hunter2!"],
            "takes the name of an environment variable",
        ),
    ] {
        let error = prepare(&parse(line)).await.err().unwrap().to_string();
        assert!(error.contains(hint) && !error.contains("hunter2"), "{line:?}: {error}");
    }
    let nobody = parse(&["hubspot", "verify-user", "--to", "http://127.0.0.1:9/secret-key", "--forge"]);
    let error = send(&prepare(&nobody).await.unwrap()).await.err().unwrap().to_string();
    assert!(error.contains("127.0.0.1:9") && !error.contains("secret-key"), "{error}");
}
