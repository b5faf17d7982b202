//! Webhooks that are served elsewhere than at their address.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use cordboard_emulator::hubspot::webhooks::sign;
use serde_json::json;

use crate::process::emulator::Emulator;
use crate::setting::{SETTINGS, emulate};

/// Takes one request, refuses it, and gives head and body back.
fn receiver() -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let taken = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") {
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).unwrap();
            bytes.extend_from_slice(&chunk[..count]);
        }
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    });
    (address, taken)
}

#[test]
fn a_forwarded_webhook_is_signed_for_its_own_address() {
    const OURS: &str = "client-secret-of-the-environment";
    let folder = tempfile::tempdir().unwrap();
    let (address, taken) = receiver();
    let forward = format!("https://a.example=http://{address}");
    let words = ["--json", "--listen", "127.0.0.1:0", "--client-secret-env", "OURS", "--signatures", "v2"];
    let mut command = emulate(folder.path(), &[&words[..], &["--forward", &forward, "--account", "5"]].concat());
    command.env("OURS", OURS);
    let hubspot = Emulator::of(command);
    assert!(hubspot.told.get("clientSecret").is_none(), "{}", hubspot.told);

    let path = format!("{SETTINGS}/54321?hapikey={}", hubspot.told["developerKey"].as_str().unwrap());
    let url = "https://a.example/create?x=y";
    assert_eq!(hubspot.ask("PUT", &path, &json!({ "createMeetingUrl": url })).0, 200);
    let meeting = json!({ "accountId": 5, "topic": "Intro", "startTime": 1_000, "endTime": 2_000 });
    let (status, booking) = hubspot.ask("POST", "/emulator/meetings", &meeting);
    assert_eq!((status, &booking["meeting"]["status"]), (502, &json!("failed")));
    let problem = booking["meeting"]["problem"].as_str().unwrap();
    assert!(problem.contains("create-meeting") && problem.contains("503") && problem.contains("busy"), "{problem}");
    assert_eq!(booking["calls"][0]["url"], url);

    let (head, body) = taken.join().unwrap();
    assert!(head.starts_with("post /create?x=y http/1.1\r\n"), "{head}");
    let signature = sign::v2(OURS, "POST", url, body.as_bytes());
    assert!(head.contains(&format!("\r\nx-hubspot-signature: {signature}")), "{head}");
    assert!(head.contains("\r\nx-hubspot-signature-version: v2") && !head.contains("signature-v3"), "{head}");
}
