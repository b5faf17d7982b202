//! What a host shows of senders, trusted or not, beside its answers.

use cordboard::flow::{Head, RawRequest, Reply};
use cordboard_tests::bridge::{Bridge, Installation, PUBLIC_URL, connection};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::hubspot::{self, ACCOUNT, SECRET, meeting, target};
use cordboard_tests::provider::Provider;
use cordboard_tests::shared_scenarios::{config, senders};
use cordboard_tests::sign;

async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    (installation, provider, bridge)
}

/// Each is refused with its status, counted under its word, and keeps nothing: no plug ran.
#[tokio::test]
async fn what_cannot_be_trusted_is_refused_before_any_plug_runs() {
    let (_installation, provider, bridge) = setup().await;
    let topology = bridge.running().topology();
    let decoding = &topology.app("hubspot", &hubspot::APP.to_string()).unwrap().generation.plug;
    for case in senders::untrusted() {
        let (side, reason) = (case.side, case.reason);
        let (before, calls) = (bridge.count(side, reason), decoding.calls());
        case.is_refused(&bridge).await;
        assert_eq!(bridge.count(side, reason), before + 1, "{side} {reason}");
        // Only whose account it is stands in the body; all else is known before.
        let elsewhere = hubspot::with(meeting("Talk"), "portalId", 1).to_string();
        let decoded = u64::from(case.request.body == elsewhere.into_bytes());
        assert_eq!(decoding.calls() - calls, decoded, "{side} {reason}");
    }
    for name in ["rooms", "numbers", "portal"] {
        assert_eq!(bridge.calls(&connection(ACCOUNT, name)), 0, "{name}");
    }
    assert_eq!(bridge.store.committed().len(), 0, "nothing is kept");
    assert_eq!(provider.connections(), 0);
}

#[tokio::test]
async fn what_can_be_trusted_is_taken() {
    let (_installation, provider, bridge) = setup().await;
    senders::what_can_be_trusted_is_taken(&bridge, &provider).await;
}

#[tokio::test]
async fn what_hubspots_clients_sign_is_hubspots() {
    let (_installation, provider, bridge) = setup().await;
    senders::what_hubspots_clients_sign_is_hubspots(&bridge, &provider).await;
}

/// A request as it is after HTTP, at a time of the test's choice.
fn inbound(request: Request, route: &str, received_at: u64) -> RawRequest {
    let head = Head {
        method: request.method,
        route: route.to_owned(),
        url: format!("{PUBLIC_URL}{}", request.target),
        query: String::new(),
        headers: request.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
        body_length: Some(request.body.len()),
        received_at,
    };
    RawRequest { head, body: request.body.into() }
}

/// No clock of a test could hit the millisecond over a socket.
#[tokio::test]
async fn five_minutes_are_300000_milliseconds() {
    let (_installation, _provider, bridge) = setup().await;
    let sent = 1_760_000_000_000;
    for (received, status) in
        [(sent - 300_001, 401), (sent - 300_000, 200), (sent, 200), (sent + 300_000, 200), (sent + 300_001, 401)]
    {
        let request =
            sign::v3(Request::post(&target("create-meeting"), meeting("Talk").to_string()), SECRET, PUBLIC_URL, sent);
        let app = hubspot::APP.to_string();
        let request = inbound(request, "create-meeting", received);
        let head = bridge.running().crm().for_app("hubspot", &app, &request.head, request.body.len());
        let answered = match &head {
            Ok(to) => bridge.running().crm().answer(to, request).await,
            Err(refusal) => Reply::from(refusal),
        };
        assert_eq!(answered.status, status, "{}", received.abs_diff(sent));
    }
}

/// One whose size is announced is refused before a byte of it came; each is counted.
#[tokio::test]
async fn a_body_is_taken_whole_or_not_at_all() {
    let (_installation, provider, bridge) = setup().await;
    let limit = senders::LIMIT;
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(senders::padded(limit).with("content-length", &(limit + 1).to_string()).head().as_bytes()).await;
    assert_eq!(wire.answer().await.unwrap().status, 413);
    senders::a_body_is_taken_whole_or_not_at_all(&bridge, &provider).await;
    assert_eq!(bridge.count("crm", "too-large"), 3);
}
