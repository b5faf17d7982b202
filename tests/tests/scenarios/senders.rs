//! What comes of a request that its sender, not the plug, got wrong: the same for the CRM and for providers.

use cordboard::flow::{self, Inbound, Reply, now};
use cordboard_tests::bridge::{Bridge, House, PUBLIC_URL};
use cordboard_tests::http::{Answer, Request, Wire};
use cordboard_tests::hubspot::{self, SECRET, meeting, target};
use cordboard_tests::iotum::{self, INGEST_KEY, SIGNING_TOKEN};
use cordboard_tests::provider::Provider;
use cordboard_tests::sign;
use serde_json::json;

async fn scene() -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    (house, provider, bridge)
}

fn booking() -> Request {
    hubspot::request("create-meeting", &meeting("Talk"))
}

fn telling() -> Request {
    iotum::started(INGEST_KEY, 1)
}

fn doubled(request: Request, name: &str) -> Request {
    let value = request.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    request.header(name, &value.unwrap())
}

fn unsigned(route: &str) -> Request {
    Request::post(&target(route), meeting("Talk").to_string())
}

/// Each is refused with this status, counted under this word, and keeps nothing: no plug ran.
#[tokio::test]
async fn what_cannot_be_trusted_is_refused_before_any_plug_runs() {
    let (_house, provider, bridge) = scene().await;
    let at = now();
    let v3_at = |at| sign::v3(unsigned("create-meeting"), SECRET, PUBLIC_URL, at);
    let mut moved = booking();
    moved.target = target("update-meeting");
    let mut changed = booking();
    changed.body.push(b' ');
    let other_app = format!("/hubspot/999/{}", "create-meeting");
    let crm = [
        ("signature-missing", 401, unsigned("create-meeting")),
        ("signature-mismatch", 401, sign::v3(unsigned("create-meeting"), "wrong", PUBLIC_URL, at)),
        ("signature-mismatch", 401, sign::v3(unsigned("create-meeting"), SECRET, "http://127.0.0.1", at)),
        ("signature-mismatch", 401, sign::v1(unsigned("create-meeting"), "wrong")),
        ("signature-mismatch", 401, sign::v2(unsigned("create-meeting"), SECRET, "https://elsewhere.example")),
        ("signature-mismatch", 401, moved),
        ("signature-mismatch", 401, changed),
        // A v3 that is wrong is not made good by a v1 that is right.
        ("signature-mismatch", 401, sign::v1(booking(), SECRET).with("x-hubspot-signature-v3", "AAAA")),
        ("stale", 401, v3_at(at - 300_001)),
        ("stale", 401, v3_at(at + 360_000)),
        ("stale", 401, v3_at(0)),
        ("timestamp-unreadable", 401, booking().with("x-hubspot-request-timestamp", "yesterday")),
        ("timestamp-unreadable", 401, booking().with("x-hubspot-request-timestamp", "-1")),
        ("header-doubled", 401, doubled(booking(), "x-hubspot-signature-v3")),
        ("header-doubled", 401, doubled(booking(), "x-hubspot-request-timestamp")),
        ("header-doubled", 401, doubled(sign::v1(unsigned("create-meeting"), SECRET), "x-hubspot-signature")),
        ("header-doubled", 401, doubled(sign::v1(unsigned("create-meeting"), SECRET), "x-hubspot-signature-version")),
        ("unknown", 404, hubspot::signed(Request::post(&other_app, meeting("Talk").to_string()))),
        ("unknown", 404, hubspot::signed(Request::post("/hubspot/x/create-meeting", "{}"))),
        ("unknown", 404, hubspot::signed(Request::post(&target("make-coffee"), "{}"))),
        ("unknown", 404, hubspot::signed(Request::post("/otherspot/54321/create-meeting", "{}"))),
        ("unknown", 404, hubspot::request("create-meeting", &hubspot::with(meeting("Talk"), "portalId", 1))),
        ("method", 405, Request { method: "GET".to_owned(), ..booking() }),
        ("method", 405, Request { method: "BREW".to_owned(), ..booking() }),
        ("media-type", 415, booking().with("content-type", "text/html")),
        ("media-type", 415, booking().with("content-type", "application/jsonp")),
        ("media-type", 415, booking().with("content-type", "")),
        ("too-large", 413, Request { body: vec![b' '; (1 << 20) + 1], ..booking() }),
    ];
    let telling = telling();
    let to = |target: &str| Request { target: target.to_owned(), ..telling.clone() };
    let provider_side = [
        ("header-missing", 401, telling.clone().without("x-signing-token")),
        ("secret-mismatch", 401, telling.clone().with("x-signing-token", "")),
        ("secret-mismatch", 401, telling.clone().with("x-signing-token", &SIGNING_TOKEN.to_uppercase())),
        ("secret-mismatch", 401, telling.clone().with("x-signing-token", &format!("{SIGNING_TOKEN}x"))),
        ("header-doubled", 401, doubled(telling.clone(), "x-signing-token")),
        ("unknown", 404, to("/in/ingest-key-0123456789abcdeX/events")),
        ("unknown", 404, to(&format!("/in/{INGEST_KEY}/other"))),
        ("method", 405, Request { method: "PUT".to_owned(), ..telling.clone() }),
        ("media-type", 415, telling.clone().with("content-type", "application/x-www-form-urlencoded")),
        ("too-large", 413, Request { body: vec![b' '; (1 << 20) + 1], ..telling.clone() }),
    ];
    let world = bridge.board().world();
    let decoding = &world.app("hubspot", &hubspot::APP.to_string()).unwrap().generation.plug;
    let cases = crm.map(|case| ("crm", case)).into_iter().chain(provider_side.map(|case| ("provider", case)));
    for (side, (reason, status, request)) in cases {
        let (before, calls) = (bridge.count(side, reason), decoding.calls());
        let answer = bridge.send(&request).await;
        assert_eq!(answer.status, status, "{side} {reason}: {}", answer.text());
        assert!(answer.problem().contains(' '), "a sentence: {answer:?}");
        assert_eq!(bridge.count(side, reason), before + 1, "{side} {reason}");
        // Only whose account it is stands in the body; all else is known before.
        let decoded = u64::from(request.body == hubspot::with(meeting("Talk"), "portalId", 1).to_string().into_bytes());
        assert_eq!(decoding.calls() - calls, decoded, "{side} {reason}");
        if status == 405 {
            assert_eq!(answer.header("allow"), Some("POST"));
        }
    }
    assert_eq!(bridge.calls(&cordboard_tests::bridge::connection(hubspot::ACCOUNT, "rooms")), 0);
    assert_eq!(bridge.store.committed().len(), 0, "nothing is kept");
    assert_eq!(provider.connections(), 0);
}

/// What looks odd and is right.
#[tokio::test]
async fn what_can_be_trusted_is_taken() {
    let (_house, _provider, bridge) = scene().await;
    let body = |topic: &str| meeting(topic).to_string();
    let post = |topic: &str| Request::post(&target("create-meeting"), body(topic));
    let at = now();
    let requests = [
        sign::v1(post("v1"), SECRET),
        sign::v1(post("v1, version unsaid"), SECRET).without("x-hubspot-signature-version"),
        sign::v2(post("v2"), SECRET, PUBLIC_URL),
        sign::v3(post("v3"), SECRET, PUBLIC_URL, at),
        sign::v1(sign::v3(post("v3 and v1"), SECRET, PUBLIC_URL, at), SECRET),
        // The older signature does not count where v3 is there.
        sign::v1(sign::v3(post("v3 and a wrong v1"), SECRET, PUBLIC_URL, at), "wrong"),
        sign::v3(post("old"), SECRET, PUBLIC_URL, at - 290_000),
        sign::v3(post("early"), SECRET, PUBLIC_URL, at + 290_000),
        sign::v3(post("charset"), SECRET, PUBLIC_URL, at).with("content-type", "application/json; charset=utf-8"),
        sign::v3(post("capitals"), SECRET, PUBLIC_URL, at).with("content-type", "Application/JSON"),
        sign::v3(post("no type"), SECRET, PUBLIC_URL, at).without("content-type"),
        sign::v3(post("other headers twice"), SECRET, PUBLIC_URL, at).header("accept", "*/*").header("accept", "*/*"),
    ];
    for request in requests {
        let answer = bridge.send(&request).await;
        assert_eq!(answer.status, 200, "{}: {}", String::from_utf8_lossy(&request.body), answer.text());
    }
}

/// A request as it is after HTTP, at a time of the test's choice.
fn inbound(request: Request, route: &str, received_at: u64) -> Inbound {
    Inbound {
        method: request.method,
        route: route.to_owned(),
        url: format!("{PUBLIC_URL}{}", request.target),
        query: String::new(),
        headers: request.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
        body: request.body.into(),
        received_at,
    }
}

/// No clock of a test could hit the millisecond over a socket.
#[tokio::test]
async fn five_minutes_are_300000_milliseconds() {
    let (_house, _provider, bridge) = scene().await;
    let sent = 1_760_000_000_000;
    for (received, status) in
        [(sent - 300_001, 401), (sent - 300_000, 200), (sent, 200), (sent + 300_000, 200), (sent + 300_001, 401)]
    {
        let request =
            sign::v3(Request::post(&target("create-meeting"), meeting("Talk").to_string()), SECRET, PUBLIC_URL, sent);
        let app = hubspot::APP.to_string();
        let reply: Reply =
            flow::command(bridge.board(), "hubspot", &app, inbound(request, "create-meeting", received)).await;
        assert_eq!(reply.status, status, "{}", received.abs_diff(sent));
    }
}

/// Sizes are found out while reading, where they are not announced.
#[tokio::test]
async fn a_body_is_taken_whole_or_not_at_all() {
    let (_house, _provider, bridge) = scene().await;
    let limit = 1 << 20;
    let padded = |size: usize| {
        let mut body = meeting("Talk").to_string().into_bytes();
        body.resize(size, b' ');
        hubspot::signed(Request::post(&target("create-meeting"), body))
    };
    assert_eq!(bridge.send(&padded(limit)).await.status, 200, "as much as may be");

    // Announced: refused before a byte of it came.
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(padded(limit).with("content-length", &(limit + 1).to_string()).head().as_bytes()).await;
    assert_eq!(wire.answer().await.unwrap().status, 413);

    for (size, status) in [(limit, 200), (limit + 1, 413), (3 * limit, 413)] {
        let request = padded(size).header("transfer-encoding", "chunked");
        let answer = chunked(&bridge, &request).await;
        assert_eq!(answer.status, status, "{size}");
        if status == 413 {
            assert!(answer.problem().contains(&limit.to_string()), "{answer:?}");
        }
    }
    assert_eq!(bridge.count("crm", "too-large"), 3);
}

async fn chunked(bridge: &Bridge, request: &Request) -> Answer {
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(request.head().as_bytes()).await;
    for chunk in request.body.chunks(64 << 10) {
        wire.chunk(chunk).await;
    }
    wire.chunk(b"").await;
    wire.answer().await.unwrap()
}

/// What its sender wrote wrongly is kept raw, and the sender is told the field.
#[tokio::test]
async fn what_its_sender_got_wrong_is_kept_and_named() {
    let (_house, provider, bridge) = scene().await;
    let told =
        |payload: serde_json::Value| iotum::webhook(INGEST_KEY, "enter_conference", "2025-10-09T08:53:20Z", &payload);
    let text = |body: &str| Request { body: body.as_bytes().to_vec(), ..telling() };
    let from_hubspot = |route: &str, body: &str| hubspot::signed(Request::post(&target(route), body));
    let without = |member: &str| {
        let mut body = meeting("Talk");
        body.as_object_mut().unwrap().remove(member);
        hubspot::request("create-meeting", &body)
    };
    let cases = [
        ("crm", "JSON", from_hubspot("create-meeting", "{")),
        ("crm", "JSON", from_hubspot("create-meeting", "")),
        ("crm", "JSON", from_hubspot("create-meeting", "[]")),
        ("crm", "`portalId`", without("portalId")),
        ("crm", "`userId`", without("userId")),
        ("crm", "`userEmail`", without("userEmail")),
        ("crm", "`topic`", without("topic")),
        ("crm", "`startTime`", without("startTime")),
        ("crm", "`endTime`", without("endTime")),
        ("crm", "`startTime`", hubspot::request("create-meeting", &hubspot::with(meeting("T"), "startTime", "soon"))),
        ("crm", "`conferenceId`", from_hubspot("update-meeting", &meeting("Talk").to_string())),
        ("crm", "`conferenceId`", from_hubspot("delete-meeting", "{}")),
        ("crm", "`userEmail`", from_hubspot("verify-user", r#"{"portalId":1}"#)),
        ("crm", "`appId`", from_hubspot("phone-numbers", r#"{"portalId":1,"userId":2}"#)),
        ("provider", "JSON", text("not JSON")),
        ("provider", "`event`", text("{}")),
        ("provider", "`payload`", text(r#"{"event":"conference_start"}"#)),
        ("provider", "`payload`", text(r#"{"event":"conference_start","payload":"{"}"#)),
        ("provider", "conference_id", told(json!({ "participant_id": 1 }))),
        ("provider", "participant_id", told(json!({ "conference_id": 1 }))),
    ];
    for (side, named, request) in cases {
        let before = bridge.count(side, "malformed");
        let answer = bridge.send(&request).await;
        assert_eq!(answer.status, 400, "{named}: {}", answer.text());
        assert!(answer.problem().contains(named), "{named}: {}", answer.problem());
        let kept = bridge.store.deliveries().await;
        assert_eq!(kept.len(), 1, "{named}");
        assert_eq!(kept[0].body, request.body, "raw");
        assert_eq!(kept[0].verdict, cordboard::store::Verdict::Malformed);
        assert!(kept[0].headers.is_empty(), "what proves the sender is not kept: {:?}", kept[0].headers);
        assert_eq!(bridge.count(side, "malformed"), before + 1, "{named}");
    }
    assert_eq!(provider.requests(), 0);
    assert!(bridge.events().await.is_empty());
}
