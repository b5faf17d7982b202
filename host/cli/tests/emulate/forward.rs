//! Webhooks that are forwarded to another address.

use std::sync::mpsc::channel;

use cordboard_emulator::hubspot::webhooks::sign;
use serde_json::json;

use crate::process::emulator::Emulator;
use crate::process::vendor::listen;
use crate::setting::{SETTINGS, emulate};

#[test]
fn a_forwarded_webhook_is_signed_for_its_own_address() {
    const OURS: &str = "client-secret-of-the-environment";
    let folder = tempfile::tempdir().unwrap();
    let (sender, received) = channel();
    let address = listen(move |request| {
        sender.send(request.to_owned()).unwrap();
        Some((503, "busy".to_owned()))
    });
    let forward = format!("https://a.example=http://{address}");
    let words = ["--json", "--listen", "127.0.0.1:0", "--client-secret-env", "OURS", "--signatures", "v2"];
    let mut command = emulate(folder.path(), &[&words[..], &["--forward", &forward, "--account", "5"]].concat());
    command.env("OURS", OURS);
    let hubspot = Emulator::of(command);
    assert!(hubspot.greeting.get("clientSecret").is_none(), "{}", hubspot.greeting);

    let path = format!("{SETTINGS}/54321?hapikey={}", hubspot.greeting["developerKey"].as_str().unwrap());
    let url = "https://a.example/create?x=y";
    assert_eq!(hubspot.ask("PUT", &path, &json!({ "createMeetingUrl": url })).0, 200);
    let meeting = json!({ "accountId": 5, "topic": "Intro", "startTime": 1_000, "endTime": 2_000 });
    let (status, booking) = hubspot.ask("POST", "/emulator/meetings", &meeting);
    assert_eq!((status, &booking["meeting"]["status"]), (502, &json!("failed")));
    let problem = booking["meeting"]["problem"].as_str().unwrap();
    assert!(problem.contains("create-meeting") && problem.contains("503") && problem.contains("busy"), "{problem}");
    assert_eq!(booking["calls"][0]["url"], url);

    let request = received.recv().unwrap();
    assert!(received.try_recv().is_err(), "it is sent once");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("post /create?x=y http/1.1\r\n"), "{head}");
    let signature = sign::v2(OURS, "POST", url, body.as_bytes());
    assert!(head.contains(&format!("\r\nx-hubspot-signature: {signature}")), "{head}");
    assert!(head.contains("\r\nx-hubspot-signature-version: v2") && !head.contains("signature-v3"), "{head}");
}
