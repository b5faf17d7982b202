//! Malformed input: it is rejected with a message, stored only if it is authentic, and the bridge keeps serving.

use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::server::{Connections, PeerLimit, ServeLimits};
use cordboard::store::{InboundRequest, Verdict};
use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::http::{Request, Wire, status};
use cordboard_tests::hubspot::{self, meeting, target};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::{Served, assert_still_serving};
use cordboard_tests::shared_scenarios::{config, input, senders};

async fn setup(limits: Limits, serve_limits: ServeLimits) -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open_with(&config(&provider), limits, serve_limits).await;
    (installation, provider, bridge)
}

async fn setup_default() -> (Installation, Provider, Bridge) {
    setup(Limits::default(), ServeLimits::default()).await
}

fn booking() -> Request {
    hubspot::request("create-meeting", &meeting("Talk"))
}

fn post(body: impl Into<Vec<u8>>) -> Request {
    hubspot::signed(Request::post(&target("create-meeting"), body))
}

/// Asserts that the requests are stored unchanged, without the headers that authenticate the sender.
fn assert_stored<'a>(stored: &[InboundRequest], bodies: impl IntoIterator<Item = &'a Vec<u8>>) {
    let bodies: Vec<_> = bodies.into_iter().collect();
    assert_eq!(stored.len(), bodies.len());
    for (stored, body) in stored.iter().zip(bodies) {
        assert!(stored.body == *body, "unchanged: {}", stored.detail);
        assert_eq!(stored.verdict, Verdict::Malformed, "{}", stored.detail);
        assert!(stored.headers.is_empty(), "{:?}", stored.headers);
    }
}

#[tokio::test]
async fn malformed_bodies_are_stored_and_the_fault_is_named() {
    let (_installation, provider, bridge) = setup_default().await;
    input::rejects_malformed_bodies_and_names_the_fault(&bridge, &provider).await;
    let cases = input::malformed();
    assert_stored(&bridge.store.inbound_requests().await, cases.iter().map(|case| &case.request.body));
    for side in ["crm", "provider"] {
        let of_side = cases.iter().filter(|case| case.side == side).count();
        assert_eq!(bridge.count(side, "malformed"), of_side as u64, "{side}");
    }
    assert_eq!(provider.requests(), 0);
    assert!(bridge.events().await.is_empty());
}

#[tokio::test]
async fn ignores_a_truncated_body() {
    let (_installation, provider, bridge) = setup_default().await;
    input::ignores_a_truncated_body(&bridge, &provider).await;
    assert_eq!((provider.requests(), bridge.store.committed().len()), (0, 0));
    assert_still_serving(&bridge).await;
}

#[tokio::test]
async fn rejects_malformed_heads() {
    let (_installation, _provider, bridge) = setup_default().await;
    let many = (0..65).fold(booking(), |request, number| request.header(&format!("x-{number}"), "1"));
    let long = booking().header("x-long", &"a".repeat(64 << 10));
    let far = Request::get(&format!("/{}", "a".repeat(64 << 10)));
    assert_eq!(status(bridge.address, &many.bytes()).await, Some(431));
    assert_eq!(status(bridge.address, &long.bytes()).await, Some(431));
    assert!(matches!(status(bridge.address, &far.bytes()).await, Some(414 | 431)));
    let body = booking().body;
    let lengths = |lengths: &[&str]| {
        let request = lengths.iter().fold(booking(), |request, length| request.header("content-length", length));
        request.bytes()
    };
    let length = body.len().to_string();
    let broken: [(&str, Vec<u8>); 12] = [
        ("two lengths", lengths(&[&length, "1"])),
        ("an invalid length", lengths(&["many"])),
        ("a negative length", lengths(&["-1"])),
        ("a signed length", lengths(&[&format!("+{length}")])),
        ("a length of 2^64", lengths(&["18446744073709551616"])),
        ("an unknown transfer encoding", booking().header("transfer-encoding", "gzip").bytes()),
        ("not HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("an unknown HTTP version", b"GET / HTTP/7.0\r\n\r\n".to_vec()),
        ("no target", b"GET HTTP/1.1\r\n\r\n".to_vec()),
        ("a zero byte", booking().header("x-zero", "a\0b").bytes()),
        ("a header name with a space", booking().header("x zero", "a").bytes()),
        ("a folded line", booking().header("x-fold", "a\r\n b").bytes()),
    ];
    for (what, bytes) in broken {
        let status = status(bridge.address, &bytes).await;
        assert!(matches!(status, None | Some(400 | 401 | 413 | 501 | 505)), "{what}: {status:?}");
    }
    assert!(bridge.store.committed().is_empty());
    assert_still_serving(&bridge).await;
}

/// Requests are smuggled past a proxy if both ends disagree on where a body ends. Here chunks take precedence over a
/// length, and the connection is closed afterwards (RFC 9112, section 6.3).
#[tokio::test]
async fn no_request_is_smuggled_in_a_body() {
    let (_installation, _provider, bridge) = setup_default().await;
    let inner = iotum::started(INGEST_KEY, 666).bytes();
    let outer =
        Request::new("POST", "/nowhere", "").header("transfer-encoding", "chunked").header("connection", "keep-alive");
    for length in ["0", "3"] {
        let mut wire = Wire::connect(bridge.address).await;
        wire.write(outer.clone().header("content-length", length).head().as_bytes()).await;
        wire.chunk(&inner).await;
        wire.chunk(b"").await;
        wire.write(&Request::get("/nowhere").bytes()).await;
        let answers = [wire.answer().await, wire.answer().await, wire.answer().await];
        let statuses = answers.map(|answer| answer.map(|answer| answer.status));
        assert_eq!(statuses, [Some(404), None, None], "{length}");
    }
    assert!(bridge.events().await.is_empty());
    assert_still_serving(&bridge).await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let (_installation, _provider, bridge) = setup_default().await;
    let keep = |request: Request| request.header("connection", "keep-alive").bytes();
    let mut wire = Wire::connect(bridge.address).await;
    let bad = booking().with("x-hubspot-signature-v3", "AAAA");
    wire.write(&[keep(booking()), keep(bad), keep(iotum::started(INGEST_KEY, 1)), Request::get("/x").bytes()].concat())
        .await;
    for expected in [200, 401, 204, 404] {
        assert_eq!(wire.answer().await.map(|answer| answer.status), Some(expected));
    }
    assert_eq!(wire.answer().await, None);
}

/// Each body is stored twice, from the CRM and from a provider.
#[tokio::test]
async fn signed_nonsense_is_stored_and_rejected() {
    let (_installation, provider, bridge) = setup_default().await;
    input::rejects_signed_nonsense(&bridge, &provider).await;
    let mut stored = bridge.store.inbound_requests().await;
    // The valid one after all of them.
    assert_eq!(stored.pop().map(|last| last.verdict), Some(Verdict::Accepted));
    let nonsense = input::nonsense();
    // Bodies over the limit for HubSpot are not read.
    let times = |body: &[u8]| if body.len() > senders::LIMIT { 1 } else { 2 };
    assert_stored(&stored, nonsense.iter().flat_map(|(_, body)| std::iter::repeat_n(body, times(body))));
}

#[tokio::test]
async fn unusual_meetings_are_accepted_or_rejected_but_never_crash() {
    let (_installation, provider, bridge) = setup_default().await;
    input::unusual_meetings_are_accepted_or_rejected_but_never_crash(&bridge, &provider).await;
}

#[tokio::test]
async fn a_topic_cannot_inject_another_field() {
    let (_installation, provider, bridge) = setup_default().await;
    input::a_topic_cannot_inject_another_field(&bridge, &provider).await;
}

#[tokio::test]
async fn matches_addresses_literally() {
    let (_installation, provider, bridge) = setup_default().await;
    input::matches_addresses_literally(&bridge, &provider).await;
    // The target of a request to the server as a whole.
    let server = Request { target: "*".to_owned(), ..iotum::started(INGEST_KEY, 1) };
    let answer = bridge.send(&server).await;
    assert_eq!((answer.status, answer.problem().is_empty()), (404, false));
}

/// Slow senders get an error or are disconnected, and do not affect others.
#[tokio::test]
async fn slow_senders_time_out() {
    let limits = Limits { body: Duration::from_millis(500), ..Limits::default() };
    let connections = Connections::new(2, PeerLimit::default());
    let serve_limits = ServeLimits { connections, head_timeout: Duration::from_millis(500), ..ServeLimits::default() };
    let (_installation, _provider, bridge) = setup(limits, serve_limits).await;
    let request = booking();
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(request.head().as_bytes()).await;
    wire.write(&request.body[..10]).await;
    let answer = wire.answer().await.expect("an answer to half a body");
    assert_eq!(answer.status, 408);
    assert!(answer.problem().contains("in time"));
    assert_eq!(bridge.count("crm", "too-slow"), 1);
    drop(wire);

    // Two connections that never finish a head take both places until they time out.
    let mut silent = Wire::connect(bridge.address).await;
    let mut halting = Wire::connect(bridge.address).await;
    halting.write(b"POST /hubspot/1/create-meeting HTTP/1.1\r\nx-a: ").await;
    assert_still_serving(&bridge).await;
    assert_eq!((silent.answer().await, halting.answer().await), (None, None), "both are closed");
}

#[tokio::test]
async fn enforces_a_smaller_configured_body_limit() {
    let installation = Installation::new();
    let bridge = installation.open(&format!("crm-body-limit-bytes = 1024\n{}", hubspot::config("", ""))).await;
    assert_eq!(bridge.send(&post(vec![b' '; 1024])).await.status, 400);
    let refused = bridge.send(&post(vec![b' '; 1025])).await;
    assert_eq!(refused.status, 413);
    assert!(refused.problem().contains("1024 bytes"));
}
