//! More connections than allowed: which ones are closed or refused.

use cordboard::flow::Limits;
use cordboard::server::{Connections, PeerLimit, ServeLimits};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::hubspot::{self, meeting};
use cordboard_tests::provider::{CREATE, Provider};
use cordboard_tests::served::assert_still_serving;
use cordboard_tests::shared_scenarios::{config, senders};

async fn setup(limits: ServeLimits) -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open_with(&config(&provider), Limits::default(), limits).await;
    (installation, provider, bridge)
}

fn booking(topic: &str) -> Request {
    hubspot::request("create-meeting", &meeting(topic))
}

#[tokio::test]
async fn idle_connections_are_closed_for_new_ones_but_busy_ones_are_not() {
    let limits = ServeLimits { connections: Connections::new(3, PeerLimit::default()), ..ServeLimits::default() };
    let (_installation, provider, bridge) = setup(limits).await;
    // A connection that was served before is as idle as one without any request.
    let mut served = Wire::connect(bridge.address).await;
    served.write(&booking("Served").header("connection", "keep-alive").bytes()).await;
    assert_eq!(served.answer().await.unwrap().status, 200);
    provider.hold(CREATE);
    let working = booking("Working").spawn(bridge.address);
    provider.reached(CREATE, 2).await;
    let mut reading = Wire::connect(bridge.address).await;
    let slow = booking("Slow").header("expect", "100-continue");
    reading.write(slow.head().as_bytes()).await;
    assert_eq!(reading.answer().await.unwrap().status, 100, "the bridge waits for the body");

    let mut crowd = Vec::new();
    for _ in 0..20 {
        crowd.push(Wire::connect(bridge.address).await);
    }
    assert_eq!(Request::get("/nowhere").send(bridge.address).await.status, 404);
    assert_eq!(served.answer().await, None, "it was idle the longest");
    provider.release(CREATE);
    assert_eq!(working.await.unwrap().status, 200);
    reading.write(&slow.body).await;
    assert_eq!(reading.answer().await.unwrap().status, 200);
    assert_eq!(crowd[0].answer().await, None);
    assert_still_serving(&bridge).await;
}

#[tokio::test]
async fn a_peer_cannot_exceed_its_share_of_connections() {
    let per_peer = PeerLimit { connections: 2, proxies: [].into() };
    let limits = ServeLimits { connections: Connections::new(1024, per_peer), ..ServeLimits::default() };
    let (_installation, provider, bridge) = setup(limits).await;
    provider.hold(CREATE);
    let working = [booking("One").spawn(bridge.address), booking("Two").spawn(bridge.address)];
    until("both are in progress", || provider.calls(CREATE) == 2).await;
    assert_eq!(Request::get("/nowhere").try_send(bridge.address).await, None, "both are busy");
    provider.release(CREATE);
    for working in working {
        assert_eq!(working.await.unwrap().status, 200);
    }
    // The peer's own idle connections are closed.
    let mut idle = [Wire::connect(bridge.address).await, Wire::connect(bridge.address).await];
    assert_still_serving(&bridge).await;
    assert_eq!(idle[0].answer().await, None);
}

/// Everything but the signature is decided by the head, and such a rejection does not wait for the body.
#[tokio::test]
async fn rejections_by_the_head_do_not_wait_for_the_body() {
    let (_installation, _provider, bridge) = setup(ServeLimits::default()).await;
    let decided: Vec<_> = senders::untrusted().into_iter().filter(|case| case.reason != "signature-mismatch").collect();
    for case in decided {
        let elsewhere = hubspot::with(meeting("Talk"), "portalId", 1).to_string().into_bytes();
        if case.request.body == elsewhere {
            continue;
        }
        let mut wire = Wire::connect(bridge.address).await;
        wire.write(case.request.head().as_bytes()).await;
        let answer = wire.answer().await.unwrap_or_else(|| panic!("{} {}: no answer", case.side, case.reason));
        assert_eq!(answer.status, case.status, "{} {}: {}", case.side, case.reason, answer.text());
    }
    assert_still_serving(&bridge).await;
}

#[tokio::test]
async fn a_body_has_one_transfer_encoding() {
    let (_installation, _provider, bridge) = setup(ServeLimits::default()).await;
    for codings in [&["chunked, chunked"][..], &["gzip, chunked"], &["chunked", "chunked"], &["gzip", "chunked"]] {
        let request = codings.iter().fold(booking("Talk"), |request, coding| {
            request.header("transfer-encoding", coding).header("connection", "keep-alive")
        });
        let mut wire = Wire::connect(bridge.address).await;
        wire.write(request.head().as_bytes()).await;
        wire.chunk(&request.body).await;
        wire.chunk(b"").await;
        let answer = wire.answer().await.unwrap();
        assert_eq!((answer.status, wire.answer().await), (501, None), "{codings:?}: {}", answer.text());
        assert!(answer.problem().contains("transfer-encoding: chunked"), "{answer:?}");
    }
    assert!(bridge.store.committed().is_empty());
    assert_still_serving(&bridge).await;
}
