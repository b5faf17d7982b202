//! Webhooks of providers: each event is stored once, and linked to its conference if the bridge created it.

use serde_json::{Value, json};

use super::{PORTAL_API_KEY, PORTAL_KEY};
use crate::http::Request;
use crate::hubspot::{ACCOUNT, created, delete, meeting};
use crate::iotum::{INGEST_KEY, started, webhook};
use crate::provider::{Provider, USER};
use crate::served::Served;

/// The time of all events.
const AT: &str = "2025-10-09T08:53:20Z";

fn event(name: &str, payload: &Value) -> Request {
    webhook(INGEST_KEY, name, AT, payload)
}

fn alias(id: u64, original: u64) -> Request {
    event("one_time_access_code_reused", &json!({ "conference_id": id, "original_conference_id": original }))
}

fn hook(method: &str, route: &str, body: &str) -> Request {
    let request = Request::post(&format!("/in/{PORTAL_KEY}/{route}"), body).as_method(method);
    request.header("x-api-key", PORTAL_API_KEY)
}

/// Returns an event of a kind that iotum's plug does not know.
pub fn of_unknown_kind() -> Request {
    event("hand_raised", &json!({ "conference_id": 94_001 }))
}

async fn assert_accepted(served: &impl Served, requests: impl IntoIterator<Item = Request>) {
    for request in requests {
        let answer = served.send(&request).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    }
}

/// Returns the events after the first `before`.
async fn since(served: &impl Served, before: usize) -> Vec<Value> {
    served.reported_events().await.split_off(before)
}

/// Returns the conference to which each event is linked.
fn conferences(events: &[Value]) -> Vec<Option<&str>> {
    events.iter().map(|event| event["conferenceId"].as_str()).collect()
}

/// An event has the conference and user if the bridge created the conference, even a deleted one.
pub async fn an_event_names_its_conference_and_user(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    let ours = created(served, &meeting("Told of")).await;
    let at_provider = provider.newest();
    let entered = event("enter_conference", &json!({ "conference_id": at_provider.to_string(), "participant_id": 9 }));
    // An event of a conference that was booked at the provider itself, and one without a conference.
    let pictured = event("profile_picture_upload_success", &json!({ "host_id": 501, "new": { "to": "us" } }));
    assert_accepted(served, [started(INGEST_KEY, at_provider), entered, started(INGEST_KEY, 91_001), pictured]).await;
    assert_eq!(delete(served, &ours).await.status, 204);
    assert_accepted(served, [event("conference_end", &json!({ "conference_id": at_provider }))]).await;

    let events = since(served, before).await;
    assert_eq!(conferences(&events), [Some(ours.as_str()), Some(&ours), None, None, Some(&ours)]);
    let essence = |event: &Value| {
        let mut event = event.clone();
        let members = event.as_object_mut().unwrap();
        for alone in ["receivedAt", "dedupeKey"] {
            assert!(members.remove(alone).is_some_and(|value| value.is_string()), "{alone}: {members:?}");
        }
        event
    };
    let joined = json!({
        "id": "9", "name": null, "email": null, "role": null, "venue": "conference", "change": "joined", "joinUrl": null,
    });
    let whole = json!({
        "type": "participant.joined", "sourceEvent": "enter_conference", "occurredAt": "2025-10-09T08:53:20.000Z",
        "account": ACCOUNT.to_string(), "connection": "rooms", "route": "events", "conferenceId": ours,
        "providerConferenceId": at_provider.to_string(), "code": null, "user": { "id": "7", "name": USER },
        "organization": { "company": null, "host": null }, "data": { "participant": joined }, "extras": {},
    });
    assert_eq!(essence(&events[1]), whole);
    let whole = json!({
        "type": "account.picture-accepted", "sourceEvent": "profile_picture_upload_success",
        "occurredAt": "2025-10-09T08:53:20.000Z", "account": ACCOUNT.to_string(), "connection": "rooms", "route": "events",
        "conferenceId": null, "providerConferenceId": null, "code": null, "user": null,
        "organization": { "company": null, "host": "501" }, "data": { "account": "picture-accepted" },
        "extras": { "/payload/new/to": "us" },
    });
    assert_eq!(essence(&events[3]), whole);
}

/// An event that arrives before its conference is known is linked to it later: a provider may send the event before its
/// answer.
pub async fn events_before_their_conference_are_linked_to_it(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    assert_accepted(served, [started(INGEST_KEY, provider.newest() + 1)]).await;
    assert_eq!(conferences(&since(served, before).await), [None]);
    let ours = created(served, &meeting("Quicker")).await;
    assert_eq!(conferences(&since(served, before).await), [Some(ours.as_str())]);
}

/// An alias resolves to its conference. A cycle of aliases resolves to nothing, and does no harm.
pub async fn an_alias_resolves_to_its_conference(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    let ours = created(served, &meeting("Aliased")).await;
    let circle = [alias(92_011, 92_012), alias(92_012, 92_011), started(INGEST_KEY, 92_011)];
    let aliased = [alias(92_001, provider.newest()), started(INGEST_KEY, 92_001), started(INGEST_KEY, 92_002)];
    assert_accepted(served, aliased.into_iter().chain(circle)).await;
    let ours = Some(ours.as_str());
    assert_eq!(conferences(&since(served, before).await), [ours, ours, None, None, None, None]);
}

/// An alias of an alias resolves, too, and earlier events are linked to the conference afterwards.
pub async fn a_chain_of_aliases_resolves_in_any_order(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    assert_accepted(served, [started(INGEST_KEY, 92_102)]).await;
    let ours = created(served, &meeting("Aliased twice")).await;
    assert_accepted(served, [alias(92_101, provider.newest()), alias(92_102, 92_101), started(INGEST_KEY, 92_101)])
        .await;
    assert_eq!(conferences(&since(served, before).await), [Some(ours.as_str()); 4]);
}

/// A provider's conference id is valid only within its connection.
pub async fn a_connection_cannot_report_on_conferences_of_another(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    created(served, &meeting("Spoken of")).await;
    let body = json!({ "id": provider.newest().to_string(), "topic": "Mine" });
    assert_accepted(served, [hook("POST", "onMeetingScheduled", &body.to_string())]).await;
    let events = since(served, before).await;
    assert_eq!(conferences(&events), [None]);
    assert_eq!((&events[0]["connection"], &events[0]["user"]), (&"portal".into(), &Value::Null));
}

/// Duplicate events are stored once, even if they are concurrent or their members are in another order, and all are
/// acknowledged. Sends ten requests with two events.
pub async fn duplicate_webhooks_are_stored_once(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let request = started(INGEST_KEY, 93_001);
    let all: Vec<_> = (0..8).map(|_| request.clone().spawn(served.address())).collect();
    for answer in all {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    assert_eq!(since(served, before).await.len(), 1);
    let body =
        r#"{"timestamp":"2025-10-09T08:53:20Z","payload":"{\"conference_id\":93001}","event":"conference_start"}"#;
    assert_accepted(served, [Request { body: body.into(), ..request }]).await;
    assert_eq!(since(served, before).await.len(), 1);
    // Another time is another event.
    let next = webhook(INGEST_KEY, "conference_start", "2025-10-09T08:53:21Z", &json!({ "conference_id": 93_001 }));
    assert_accepted(served, [next]).await;
    let events = since(served, before).await;
    let times: Vec<_> = events.iter().map(|event| event["occurredAt"].as_str().unwrap()).collect();
    assert_eq!(times, ["2025-10-09T08:53:20.000Z", "2025-10-09T08:53:21.000Z"]);
}

/// If a body has no dedupe key, its bytes distinguish it.
pub async fn bodies_without_a_key_are_compared_by_their_bytes(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let update = |body: &str| hook("POST", "onMeetingUpdated", body);
    assert_accepted(served, [update(r#"{"id":"95001"}"#), update(r#"{"id":"95001"}"#)]).await;
    assert_eq!(since(served, before).await.len(), 1);
    assert_accepted(served, [update(r#"{"id":"95001" }"#)]).await;
    assert_eq!(since(served, before).await.len(), 2);
}

/// An event of an unknown kind is acknowledged and becomes no event.
pub async fn unknown_kinds_of_events_are_acknowledged(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let answer = served.send(&of_unknown_kind()).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0), "{answer:?}");
    assert_eq!(since(served, before).await, Vec::<Value>::new());
}

/// Each of a portal's hooks is accepted by POST and by PUT, only with the portal's key.
pub async fn accepts_each_hook_of_a_portal_with_its_key_only(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let hooks = [
        ("onMeetingScheduled", "id", "meeting.scheduled"),
        ("onMeetingUpdated", "id", "meeting.updated"),
        ("onMeetingClosed", "id", "session.ended"),
        ("onMeetingDeleted", "id", "meeting.cancelled"),
        ("onMeetingSummaryCreated", "meetingId", "attendance.reported"),
        ("onMeetingRecordingCreated", "meetingId", "artifact.ready"),
    ];
    let mut expected = Vec::new();
    for (route, member, kind) in hooks {
        for method in ["POST", "PUT"] {
            let id = format!("96001 {method}");
            // A summary also has its own id.
            let body = json!({ "id": format!("96002 {method}"), member: id }).to_string();
            let right = hook(method, route, &body);
            for wrong in [right.clone().with("x-api-key", "wrong"), right.clone().without("x-api-key")] {
                assert_eq!(served.send(&wrong).await.status, 401, "{method} {route}");
            }
            assert_accepted(served, [right]).await;
            expected.push((kind.to_owned(), route.to_owned(), id));
        }
        let read = served.send(&hook("GET", route, "")).await;
        assert_eq!((read.status, read.header("allow")), (405, Some("POST, PUT")), "{route}");
    }
    let text = |event: &Value, member: &str| event[member].as_str().unwrap().to_owned();
    let events = since(served, before).await;
    let reported: Vec<_> = events
        .iter()
        .map(|event| (text(event, "type"), text(event, "sourceEvent"), text(event, "providerConferenceId")))
        .collect();
    assert_eq!(reported, expected);
}

/// A request with several deleted meetings is several events, each stored once.
pub async fn each_deleted_meeting_is_an_event(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let body = json!([{ "id": "98001", "topic": "One" }, { "id": "98002", "topic": "Two" }]).to_string();
    let deleted = || hook("PUT", "onMeetingDeleted", &body);
    assert_accepted(served, [deleted(), deleted(), hook("PUT", "onMeetingDeleted", "[]")]).await;
    let events = since(served, before).await;
    let summary = |event: &Value| {
        let topic = &event["data"]["meeting"]["snapshot"]["topic"];
        (event["providerConferenceId"].as_str().unwrap().to_owned(), topic.as_str().unwrap().to_owned())
    };
    let mut deleted: Vec<_> = events.iter().map(summary).collect();
    // Their order is not defined.
    deleted.sort();
    assert_eq!(deleted, [("98001".to_owned(), "One".to_owned()), ("98002".to_owned(), "Two".to_owned())]);
}
