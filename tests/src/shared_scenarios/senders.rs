//! Which requests are authentic and acceptable, and which are not.

use cordboard::clock::now;
use serde_json::Value;

use super::{PORTAL_API_KEY, PORTAL_KEY};
use crate::bridge::PUBLIC_URL;
use crate::http::{Answer, Request, Wire};
use crate::hubspot::{self, SECRET, meeting, target};
use crate::iotum::{self, INGEST_KEY, SIGNING_TOKEN};
use crate::provider::Provider;
use crate::served::Served;
use crate::sign;

/// The size limit for bodies from HubSpot.
pub const LIMIT: usize = 64 << 10;
/// The size limit for bodies from a provider.
const PROVIDER_LIMIT: usize = 1 << 20;

/// A request that must be rejected.
pub struct Untrusted {
    /// The purported sender: `crm` or `provider`.
    pub side: &'static str,
    /// The reason under which a host counts it.
    pub reason: &'static str,
    /// The expected status.
    pub status: u16,
    /// The request.
    pub request: Request,
}

impl Untrusted {
    /// Asserts that the request is rejected with a message, and with the allowed methods if the method is wrong.
    pub async fn assert_rejected(&self, served: &impl Served) {
        let Self { side, reason, status, request } = self;
        let answer = served.send(request).await;
        assert_eq!(answer.status, *status, "{side} {reason}: {}", answer.text());
        assert!(answer.problem().contains(' '), "{answer:?}");
        if *status == 405 {
            assert_eq!(answer.header("allow"), Some("POST"));
        }
    }
}

/// Returns all kinds of requests that must be rejected.
pub fn untrusted() -> Vec<Untrusted> {
    let sided = |side| move |(reason, status, request)| Untrusted { side, reason, status, request };
    let of_providers = of_providers().into_iter().map(sided("provider"));
    of_the_crm().into_iter().map(sided("crm")).chain(of_providers).collect()
}

fn booking() -> Request {
    hubspot::request("create-meeting", &meeting("Talk"))
}

fn unsigned() -> Request {
    Request::post(&target("create-meeting"), meeting("Talk").to_string())
}

fn doubled(request: Request, name: &str) -> Request {
    let value = request.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    request.header(name, &value.unwrap())
}

fn of_the_crm() -> Vec<(&'static str, u16, Request)> {
    let at = now();
    let v3_at = |at| sign::v3(unsigned(), SECRET, PUBLIC_URL, at);
    let mut moved = booking();
    moved.target = target("update-meeting");
    let mut changed = booking();
    changed.body.push(b' ');
    vec![
        ("signature-missing", 401, unsigned()),
        ("signature-mismatch", 401, sign::v3(unsigned(), "wrong", PUBLIC_URL, at)),
        ("signature-mismatch", 401, sign::v3(unsigned(), SECRET, "http://127.0.0.1", at)),
        ("signature-mismatch", 401, sign::v1(unsigned(), "wrong")),
        ("signature-mismatch", 401, sign::v2(unsigned(), SECRET, "https://elsewhere.example")),
        ("signature-mismatch", 401, moved),
        ("signature-mismatch", 401, changed),
        // A valid v1 signature does not help if v3 is invalid.
        ("signature-mismatch", 401, sign::v1(booking(), SECRET).with("x-hubspot-signature-v3", "AAAA")),
        ("stale", 401, v3_at(at - 300_001)),
        ("stale", 401, v3_at(at + 360_000)),
        ("stale", 401, v3_at(0)),
        ("timestamp-unreadable", 401, booking().with("x-hubspot-request-timestamp", "yesterday")),
        ("timestamp-unreadable", 401, booking().with("x-hubspot-request-timestamp", "-1")),
        ("header-duplicated", 401, doubled(booking(), "x-hubspot-signature-v3")),
        ("header-duplicated", 401, doubled(booking(), "x-hubspot-request-timestamp")),
        ("header-duplicated", 401, doubled(sign::v1(unsigned(), SECRET), "x-hubspot-signature")),
        ("header-duplicated", 401, doubled(sign::v1(unsigned(), SECRET), "x-hubspot-signature-version")),
        ("not-found", 404, hubspot::signed(Request::post("/hubspot/999/create-meeting", meeting("Talk").to_string()))),
        ("not-found", 404, hubspot::signed(Request::post("/hubspot/x/create-meeting", "{}"))),
        ("not-found", 404, hubspot::signed(Request::post(&target("make-coffee"), "{}"))),
        ("not-found", 404, hubspot::signed(Request::post("/otherspot/54321/create-meeting", "{}"))),
        ("not-found", 404, hubspot::request("create-meeting", &hubspot::with(meeting("Talk"), "portalId", 1))),
        ("method", 405, booking().as_method("GET")),
        ("method", 405, booking().as_method("BREW")),
        ("media-type", 415, booking().with("content-type", "text/html")),
        ("media-type", 415, booking().with("content-type", "application/jsonp")),
        ("media-type", 415, booking().with("content-type", "")),
        ("too-large", 413, Request { body: vec![b' '; LIMIT + 1], ..booking() }),
    ]
}

fn of_providers() -> Vec<(&'static str, u16, Request)> {
    let webhook = iotum::started(INGEST_KEY, 1);
    let to = |target: &str| Request { target: target.to_owned(), ..webhook.clone() };
    let hook = Request::post(&format!("/in/{PORTAL_KEY}/onMeetingUpdated"), r#"{"id":"m"}"#);
    let key = |key: &str| hook.clone().header("x-api-key", key);
    vec![
        ("header-missing", 401, webhook.clone().without("x-signing-token")),
        ("secret-mismatch", 401, webhook.clone().with("x-signing-token", "")),
        ("secret-mismatch", 401, webhook.clone().with("x-signing-token", &SIGNING_TOKEN.to_uppercase())),
        ("secret-mismatch", 401, webhook.clone().with("x-signing-token", &format!("{SIGNING_TOKEN}x"))),
        ("header-duplicated", 401, doubled(webhook.clone(), "x-signing-token")),
        ("not-found", 404, to("/in/ingest-key-0123456789abcdeX/events")),
        ("not-found", 404, to(&format!("/in/{INGEST_KEY}/other"))),
        // A connection's key is not valid for routes of another.
        ("not-found", 404, to(&format!("/in/{PORTAL_KEY}/events"))),
        ("method", 405, webhook.clone().as_method("PUT")),
        ("media-type", 415, webhook.clone().with("content-type", "application/x-www-form-urlencoded")),
        ("too-large", 413, Request { body: vec![b' '; PROVIDER_LIMIT + 1], ..webhook.clone() }),
        ("header-missing", 401, hook.clone()),
        ("secret-mismatch", 401, key("wrong")),
        ("secret-mismatch", 401, key(SIGNING_TOKEN)),
        ("header-duplicated", 401, key(PORTAL_API_KEY).header("x-api-key", PORTAL_API_KEY)),
    ]
}

/// Requests that are not authentic or not acceptable are rejected and have no effect.
pub async fn rejects_unauthentic_requests(served: &impl Served, provider: &Provider) {
    let (connections, events) = (provider.connections(), served.reported_events().await);
    for case in untrusted() {
        case.assert_rejected(served).await;
    }
    assert_eq!(provider.connections(), connections);
    assert_eq!(served.reported_events().await, events);
}

/// Unusual but valid requests are accepted.
pub async fn accepts_authentic_requests(served: &impl Served, _: &Provider) {
    let post = |topic: &str| Request::post(&target("create-meeting"), meeting(topic).to_string());
    let at = now();
    let v3 = |topic: &str| sign::v3(post(topic), SECRET, PUBLIC_URL, at);
    let bookings = [
        sign::v1(post("v1"), SECRET),
        sign::v1(post("v1, version unsaid"), SECRET).without("x-hubspot-signature-version"),
        sign::v2(post("v2"), SECRET, PUBLIC_URL),
        v3("v3"),
        sign::v1(v3("v3 and v1"), SECRET),
        // v3 takes precedence over older signatures.
        sign::v1(v3("v3 and a wrong v1"), "wrong"),
        sign::v3(post("old"), SECRET, PUBLIC_URL, at - 290_000),
        sign::v3(post("early"), SECRET, PUBLIC_URL, at + 290_000),
        v3("charset").with("content-type", "application/json; charset=utf-8"),
        v3("capitals").with("content-type", "Application/JSON"),
        v3("no type").without("content-type"),
        v3("other headers twice").header("accept", "*/*").header("accept", "*/*"),
    ];
    let webhook = |conference| iotum::started(INGEST_KEY, conference);
    let webhooks = [
        webhook(97_001).with("content-type", "Application/JSON; charset=utf-8"),
        webhook(97_002).without("content-type"),
        webhook(97_003).without("x-signing-token").header("X-Signing-Token", SIGNING_TOKEN),
        webhook(97_004).header("x-hubspot-signature", "none of theirs"),
    ];
    let bookings = bookings.map(|request| (request, 200));
    for (request, status) in bookings.into_iter().chain(webhooks.map(|request| (request, 204))) {
        let answer = served.send(&request).await;
        assert_eq!(answer.status, status, "{}: {}", String::from_utf8_lossy(&request.body), answer.text());
    }
}

/// Requests signed by HubSpot's own clients are accepted, and with one more byte they are not. Only those with v1 can
/// be used: the others cover an address or a time.
pub async fn accepts_the_signatures_of_hubspots_clients(served: &impl Served, _: &Provider) {
    let vectors = include_str!("../../../host/core/tests/vectors/hubspot.json");
    let vectors: Value = serde_json::from_str(vectors).expect("vectors");
    let ours = |vector: &&Value| vector["version"] == "v1" && vector["client_secret"] == SECRET;
    let mut sent = 0;
    for vector in vectors["vectors"].as_array().expect("vectors").iter().filter(ours) {
        let text = |member: &str| vector[member].as_str().expect("a text");
        let request = Request::post(&target("verify-user"), text("body"))
            .header("x-hubspot-signature", text("signature"))
            .header("x-hubspot-signature-version", "v1");
        // The body may be one of another route, which is noticed after the signature was verified.
        let answer = served.send(&request).await;
        assert!([400, 404].contains(&answer.status), "{}: {answer:?}", text("id"));
        let longer = Request { body: [&request.body[..], b" "].concat(), ..request };
        assert_eq!(served.send(&longer).await.status, 401, "{}", text("id"));
        sent += 1;
    }
    assert!(sent >= 5, "{sent}");
}

/// The body limit holds even if the length is not announced.
pub async fn enforces_the_body_limit_however_the_body_is_framed(served: &impl Served, _: &Provider) {
    assert_eq!(served.send(&padded(LIMIT)).await.status, 200, "the limit itself");
    for (size, status) in [(LIMIT, 200), (LIMIT + 1, 413), (3 * LIMIT, 413)] {
        let answer = chunked(served, &padded(size).header("transfer-encoding", "chunked")).await;
        assert_eq!(answer.status, status, "{size}");
        if status == 413 {
            assert!(answer.problem().contains(&LIMIT.to_string()), "{answer:?}");
        }
    }
}

/// The number and size of headers are limited.
pub async fn limits_the_number_and_size_of_headers(served: &impl Served, _: &Provider) {
    let with = |headers: usize, size: usize| {
        let more = (0..headers).map(|number| (format!("x-more-{number}"), "x".repeat(size / headers)));
        let booking = hubspot::request("create-meeting", &meeting("Talk"));
        more.fold(booking, |request, (name, value)| request.header(&name, &value))
    };
    for (headers, size, status) in [(50, 50, 200), (70, 70, 431), (20, 100 << 10, 431), (1, 20 << 10, 200)] {
        assert_eq!(served.send(&with(headers, size)).await.status, status, "{headers} headers of {size} bytes");
    }
}

/// Returns a signed create with a body of this length.
pub fn padded(size: usize) -> Request {
    let mut body = meeting("Talk").to_string().into_bytes();
    body.resize(size, b' ');
    hubspot::signed(Request::post(&target("create-meeting"), body))
}

async fn chunked(served: &impl Served, request: &Request) -> Answer {
    let mut wire = Wire::connect(served.address()).await;
    wire.write(request.head().as_bytes()).await;
    for chunk in request.body.chunks(64 << 10) {
        wire.chunk(chunk).await;
    }
    wire.chunk(b"").await;
    wire.answer().await.unwrap()
}

/// Unknown addresses are not found.
pub async fn unknown_addresses_are_not_found(served: &impl Served, _: &Provider) {
    for target in ["/j/00000000000000000000000000000000", "/j/%2e%2e", "/j/%ff%fe", "/j/", "/j", "/", "/admin/v1/x"] {
        let answer = served.send(&Request::get(target)).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.problem().contains("there is no such"), "{target}");
    }
}
