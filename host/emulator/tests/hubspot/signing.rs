//! Tests the signatures of webhooks, which are for the public address even if it is forwarded.

use cordboard_emulator::hubspot::{NewMeeting, Signatures, Source, webhooks::sign};
use serde_json::json;

use super::receiver::{ReceivedRequest, Receiver};
use super::running::{ACME, SECRET, options};

const PUBLIC: &str = "https://bridge.example.com";
const URL: &str = "https://bridge.example.com/create";

pub fn meeting() -> NewMeeting {
    NewMeeting {
        account_id: ACME,
        user_id: None,
        topic: "Grüße".to_owned(),
        start_time: 1_534_197_600_000,
        end_time: 1_534_201_200_000,
        source: Source::Meetings,
    }
}

async fn received(signatures: Signatures) -> ReceivedRequest {
    let mut options = options();
    options.signatures = signatures;
    let (emulator, receiver) = Receiver::behind(PUBLIC, options).await;
    emulator.set_webhooks(PUBLIC, false).await;
    let booking = emulator.hubspot.book(&meeting()).await.unwrap();
    assert_eq!((booking.meeting.problem, booking.calls[0].url.as_str()), (None, URL));
    let received = receiver.received().remove(0);
    for (name, value) in &booking.calls[0].request_headers {
        assert_eq!(received.header(name), Some(value.as_str()), "the log has the headers as sent");
    }
    assert_eq!(booking.calls[0].request_body.as_bytes(), received.body);
    received
}

#[tokio::test]
async fn webhooks_have_the_chosen_signatures() {
    for (signatures, version, third) in [
        (Signatures::V1, Some("v1"), false),
        (Signatures::V2, Some("v2"), false),
        (Signatures::V3, None, true),
        (Signatures::V1V3, Some("v1"), true),
        (Signatures::V2V3, Some("v2"), true),
    ] {
        let received = received(signatures).await;
        assert_eq!(received.header("content-type"), Some("application/json"));
        assert_eq!(received.header("x-hubspot-timeout-millis"), Some("10000"));
        assert_eq!(received.header("x-hubspot-signature-version"), version);
        let expected = version.map(|version| match version {
            "v1" => sign::v1(SECRET, &received.body),
            _ => sign::v2(SECRET, "POST", URL, &received.body),
        });
        assert_eq!(received.header("x-hubspot-signature"), expected.as_deref());
        let at = received.header("x-hubspot-request-timestamp").map(|at| at.parse().unwrap());
        let expected = at.map(|at| sign::v3(SECRET, "POST", URL, &received.body, at));
        assert_eq!((received.header("x-hubspot-signature-v3"), third), (expected.as_deref(), expected.is_some()));
    }
}

#[tokio::test]
async fn bodies_are_plain_utf_8() {
    let received = received(Signatures::V3).await;
    assert!(String::from_utf8(received.body.clone()).unwrap().contains("\"topic\":\"Grüße\""));
    assert_eq!(received.json()["startTime"], json!(1_534_197_600_000_u64));
}
