//! Authentication of senders, and what the bridge counts.

use cordboard::flow::{Head, RawRequest, Reply};
use cordboard_tests::bridge::{PUBLIC_URL, connection};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::hubspot::{self, ACCOUNT, SECRET, meeting, target};
use cordboard_tests::shared_scenarios::senders;
use cordboard_tests::sign;

use crate::setup;

/// Each request is rejected and counted, nothing is stored, and no plug runs.
#[tokio::test]
async fn rejects_unauthentic_requests_before_any_plug_runs() {
    let (_installation, provider, bridge) = setup().await;
    let topology = bridge.running().topology();
    let decoding = &topology.app("hubspot", &hubspot::APP.to_string()).unwrap().generation.plug;
    for case in senders::untrusted() {
        let (side, reason) = (case.side, case.reason);
        let (before, calls) = (bridge.count(side, reason), decoding.calls());
        case.assert_rejected(&bridge).await;
        assert_eq!(bridge.count(side, reason), before + 1, "{side} {reason}");
        // Only the account is in the body; everything else is known earlier.
        let elsewhere = hubspot::with(meeting("Talk"), "portalId", 1).to_string();
        let decoded = u64::from(case.request.body == elsewhere.into_bytes());
        assert_eq!(decoding.calls() - calls, decoded, "{side} {reason}");
    }
    for name in ["rooms", "numbers", "portal"] {
        assert_eq!(bridge.calls(&connection(ACCOUNT, name)), 0, "{name}");
    }
    assert_eq!(bridge.store.committed().len(), 0, "nothing is stored");
    assert_eq!(provider.connections(), 0);
}

#[tokio::test]
async fn accepts_authentic_requests() {
    let (_installation, provider, bridge) = setup().await;
    senders::accepts_authentic_requests(&bridge, &provider).await;
}

#[tokio::test]
async fn accepts_the_signatures_of_hubspots_clients() {
    let (_installation, provider, bridge) = setup().await;
    senders::accepts_the_signatures_of_hubspots_clients(&bridge, &provider).await;
}

/// Returns a request as the flows receive it, at a given time.
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

/// Calls the flow directly, because over HTTP the time is not exact to the millisecond.
#[tokio::test]
async fn accepts_timestamps_up_to_five_minutes_off() {
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
            Err(refusal) => Reply::from(refusal.problem()),
        };
        assert_eq!(answered.status, status, "{}", received.abs_diff(sent));
    }
}

/// An announced length over the limit is rejected before the body arrives, and each rejection is counted.
#[tokio::test]
async fn enforces_the_body_limit_however_the_body_is_framed() {
    let (_installation, provider, bridge) = setup().await;
    let limit = senders::LIMIT;
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(senders::padded(limit).with("content-length", &(limit + 1).to_string()).head().as_bytes()).await;
    assert_eq!(wire.answer().await.unwrap().status, 413);
    senders::enforces_the_body_limit_however_the_body_is_framed(&bridge, &provider).await;
    assert_eq!(bridge.count("crm", "too-large"), 3);
}
