//! Malformed requests of the CRM and of providers, and requests that are unusual but valid.

use serde_json::{Value, json};

use super::senders::LIMIT;
use super::{CREATE, PORTAL_API_KEY, PORTAL_KEY};
use crate::http::{Request, status};
use crate::hubspot::{self, create, meeting, target, with};
use crate::iotum::{self, INGEST_KEY};
use crate::provider::Provider;
use crate::served::{Served, assert_still_serving};

/// An authentic request with a malformed body.
pub struct Malformed {
    /// The sender: `crm` or `provider`.
    pub side: &'static str,
    /// What the error message must name.
    pub named: &'static str,
    /// The request.
    pub request: Request,
}

/// Returns requests with all kinds of malformed bodies.
pub fn malformed() -> Vec<Malformed> {
    let sided = |side| move |(named, request)| Malformed { side, named, request };
    let of_providers = of_providers().into_iter().map(sided("provider"));
    of_the_crm().into_iter().map(sided("crm")).chain(of_providers).collect()
}

fn of_the_crm() -> Vec<(&'static str, Request)> {
    let from_hubspot = |route: &str, body: &str| hubspot::signed(Request::post(&target(route), body));
    let booking = |body: Value| hubspot::request("create-meeting", &body);
    let without = |member: &str| {
        let mut body = meeting("Talk");
        body.as_object_mut().unwrap().remove(member);
        booking(body)
    };
    let twice = meeting("Talk").to_string().replacen('{', r#"{"portalId":1,"#, 1);
    vec![
        ("JSON", from_hubspot("create-meeting", "{")),
        ("JSON", from_hubspot("create-meeting", "")),
        ("JSON", from_hubspot("create-meeting", "[]")),
        ("`portalId`", without("portalId")),
        ("`portalId`", from_hubspot("create-meeting", &twice)),
        ("`portalId`", booking(with(meeting("T"), "portalId", hubspot::ACCOUNT.to_string()))),
        ("`userId`", without("userId")),
        ("`userId`", booking(with(meeting("T"), "userId", -7))),
        ("`userEmail`", without("userEmail")),
        ("`userEmail`", booking(with(meeting("T"), "userEmail", Value::Null))),
        ("`topic`", without("topic")),
        ("`topic`", booking(with(meeting("T"), "topic", 7))),
        ("`startTime`", without("startTime")),
        ("`startTime`", booking(with(meeting("T"), "startTime", "soon"))),
        ("`endTime`", without("endTime")),
        ("`endTime`", booking(with(meeting("T"), "endTime", 1.5))),
        ("`conferenceId`", from_hubspot("update-meeting", &meeting("Talk").to_string())),
        ("`conferenceId`", from_hubspot("delete-meeting", "{}")),
        ("`conferenceId`", from_hubspot("delete-meeting", r#"{"conferenceId":""}"#)),
        ("`userEmail`", from_hubspot("verify-user", r#"{"portalId":1}"#)),
        ("`appId`", from_hubspot("phone-numbers", r#"{"portalId":1,"userId":2}"#)),
        ("`userId`", from_hubspot("phone-numbers", r#"{"appId":54321,"portalId":1,"userId":{}}"#)),
    ]
}

fn of_providers() -> Vec<(&'static str, Request)> {
    let event = |payload: Value| iotum::webhook(INGEST_KEY, "enter_conference", "2025-10-09T08:53:20Z", &payload);
    let text = |body: &str| Request { body: body.as_bytes().to_vec(), ..iotum::started(INGEST_KEY, 1) };
    let hook = |route: &str, body: &str| {
        Request::post(&format!("/in/{PORTAL_KEY}/{route}"), body).header("x-api-key", PORTAL_API_KEY)
    };
    vec![
        ("JSON", text("not JSON")),
        ("`event`", text("{}")),
        ("`payload`", text(r#"{"event":"conference_start"}"#)),
        ("`payload`", text(r#"{"event":"conference_start","payload":"{"}"#)),
        ("conference_id", event(json!({ "participant_id": 1 }))),
        ("participant_id", event(json!({ "conference_id": 1 }))),
        ("JSON", hook("onMeetingScheduled", "{")),
        ("`/id`", hook("onMeetingScheduled", "{}")),
        ("`/1/id`", hook("onMeetingDeleted", r#"[{"id":"m"},{}]"#)),
        ("`/data/meetingId`", hook("onMeetingSummaryCreated", r#"{"data":{"id":"s"}}"#)),
        ("`/meetingId`", hook("onMeetingRecordingCreated", r#"{"meetingSummaryId":"s"}"#)),
    ]
}

/// A malformed body is rejected, the error message names the fault, and the request has no effect.
pub async fn rejects_malformed_bodies_and_names_the_fault(served: &impl Served, provider: &Provider) {
    let (requests, events) = (provider.requests(), served.reported_events().await);
    for Malformed { named, request, .. } in malformed() {
        let answer = served.send(&request).await;
        assert_eq!(answer.status, 400, "{named}: {}", answer.text());
        assert!(answer.problem().contains(named), "{named}: {}", answer.problem());
    }
    assert_eq!(provider.requests(), requests);
    assert_eq!(served.reported_events().await, events);
}

/// Returns nonsensical bodies with a description. They must be rejected even if they are signed.
pub fn nonsense() -> Vec<(&'static str, Vec<u8>)> {
    let with = |member: &str, value: &str| {
        let mut body = meeting("Talk").to_string();
        body.insert_str(body.len() - 1, &format!(",\"{member}\":{value}"));
        body.into_bytes()
    };
    let number = |value: &str| meeting("Talk").to_string().replace("1760000000000", value).into_bytes();
    let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    vec![
        ("invalid UTF-8", b"{\"topic\":\"\xff\xfe\"}".to_vec()),
        ("half a character", b"{\"topic\":\"\xe2\x82\"}".to_vec()),
        ("zero bytes", vec![0; 1000]),
        ("a byte order mark", [b"\xef\xbb\xbf".as_slice(), meeting("Talk").to_string().as_bytes()].concat()),
        ("a trailing word", [meeting("Talk").to_string().as_bytes(), b" x"].concat()),
        ("nested 200 deep", deep(200)),
        ("nested as deep as the limit of providers allows", deep((1 << 20) / 2)),
        ("nested as deep as the limit of HubSpot allows", deep(LIMIT / 2)),
        ("nested and never closed", vec![b'{'; 1 << 20]),
        ("nested and never closed, by HubSpot", vec![b'{'; LIMIT]),
        ("a field twice", with("topic", "\"Other\"")),
        ("a number beyond 64 bits", number("18446744073709551616")),
        ("a number of 400000 digits", number(&"9".repeat(400_000))),
        ("a number of 60000 digits", number(&"9".repeat(60_000))),
        ("an exponent without end", number("1e999999999999")),
        ("a fraction of a millisecond", number("1.5")),
        ("a negative time", number("-1")),
        ("not a number", number("NaN")),
    ]
}

/// Signed nonsense of the CRM or of a provider is rejected with a short message that does not repeat it.
pub async fn rejects_signed_nonsense(served: &impl Served, provider: &Provider) {
    let asked = provider.requests();
    for (what, body) in nonsense() {
        let answer = served.send(&hubspot::signed(Request::post(&target("create-meeting"), body.clone()))).await;
        let status = if body.len() > LIMIT { 413 } else { 400 };
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert!(answer.body.len() < 1000, "{what}: an answer is short");
        assert!(!answer.problem().contains("999999"), "{what}: nothing of the body is repeated");
        // It is malformed for a provider, too.
        let answer = served.send(&Request { body, ..iotum::started(INGEST_KEY, 1) }).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
    }
    assert_eq!(provider.requests(), asked);
    assert_still_serving(served).await;
}

/// A truncated body has no effect. The sender gets an error, or the connection is closed.
pub async fn ignores_a_truncated_body(served: &impl Served, provider: &Provider) {
    let whole = hubspot::request("create-meeting", &meeting("Talk"));
    let longer = whole.clone().with("content-length", &(whole.body.len() + 1).to_string());
    let framed = whole.clone().header("transfer-encoding", "chunked");
    let body = String::from_utf8(whole.body.clone()).unwrap();
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let sized = |size: &[u8]| [framed.head().as_bytes(), size, b"\r\n", &whole.body, b"\r\n0\r\n\r\n"].concat();
    let cases = [
        ("shorter than announced", longer.bytes()),
        ("no body at all", longer.head().into_bytes()),
        ("no last chunk", [framed.head(), chunk.clone()].concat().into_bytes()),
        ("a chunk cut short", [framed.head().as_bytes(), &chunk.as_bytes()[..chunk.len() / 2]].concat()),
        ("an invalid size", sized(b"zz")),
        ("a negative size", sized(b"-1")),
        ("a size of 2^64", sized(b"10000000000000000")),
        ("chunks that run on", [framed.head().as_bytes(), chunk.trim_end().as_bytes(), b"xx\r\n0\r\n\r\n"].concat()),
    ];
    let asked = provider.requests();
    for (what, bytes) in cases {
        let status = status(served.address(), &bytes).await;
        assert!(matches!(status, None | Some(400)), "{what}: {status:?}");
    }
    assert_eq!(provider.requests(), asked);
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| vec![inner].into())
}

/// Unusual meetings are accepted, or rejected by the plug or the provider. They never crash anything.
pub async fn unusual_meetings_are_accepted_or_rejected_but_never_crash(served: &impl Served, _: &Provider) {
    let cases = [
        ("an empty topic", with(meeting(""), "userId", 0), 200),
        ("control characters", meeting("a\r\nb\u{0}c\u{1b}[31m\u{202e}"), 200),
        ("a topic of 30000 characters", meeting(&"é".repeat(30_000)), 200),
        ("quotes and braces", meeting(r#""},"auth_token":"x"#), 200),
        ("an end before the start", with(meeting("Talk"), "endTime", 1), 422),
        ("the year 584556019", with(with(meeting("T"), "startTime", u64::MAX), "endTime", u64::MAX), 422),
        ("deep nesting in an unknown field", with(meeting("Talk"), "more", nested(100)), 200),
        ("no user", with(meeting("Talk"), "userEmail", ""), 422),
        ("an account of 2^64-1", with(meeting("Talk"), "portalId", u64::MAX), 404),
    ];
    for (what, meeting, status) in cases {
        let answer = create(served, &meeting).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    assert_still_serving(served).await;
}

/// A topic stays a topic on its way to the provider, whatever it contains.
pub async fn a_topic_cannot_inject_another_field(served: &impl Served, provider: &Provider) {
    let topic = r#"x","host_id":1,"subject":"y\"#;
    assert_eq!(create(served, &meeting(topic)).await.status, 200);
    let sent = provider.bodies(CREATE).pop().unwrap();
    assert_eq!((&sent["subject"], &sent["host_id"]), (&topic.into(), &501.into()));
}

/// Addresses are matched literally: one that only resembles a route is not found.
pub async fn matches_addresses_literally(served: &impl Served, _: &Provider) {
    let webhook = iotum::started(INGEST_KEY, 1);
    for (target, status) in [
        (format!("/in/{INGEST_KEY}/events?x=1"), 204),
        (format!("http://bridge.example.com/in/{INGEST_KEY}/events"), 204),
        (format!("/in/{}/%65vents", INGEST_KEY.replace('-', "%2D")), 204),
        (format!("/%69n/{INGEST_KEY}/events"), 404),
        (format!("/in/{INGEST_KEY}/events/"), 404),
        (format!("//in/{INGEST_KEY}/events"), 404),
        (format!("/in//{INGEST_KEY}/events"), 404),
        (format!("/IN/{INGEST_KEY}/events"), 404),
        (format!("/in/{INGEST_KEY}%00/events"), 404),
        (format!("/in/{INGEST_KEY}/../{INGEST_KEY}/events"), 404),
        (format!("/in/%ff%fe{INGEST_KEY}/events"), 404),
        ("/in/%ff/%ff".to_owned(), 404),
        ("/hubspot/%ff/create-meeting".to_owned(), 404),
        ("/in/x".to_owned(), 404),
    ] {
        let answer = served.send(&Request { target: target.clone(), ..webhook.clone() }).await;
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
        if status == 404 {
            answer.problem();
        }
    }
}
