//! What providers tell: once each, and of the conference that was made here, where it is one.

use serde_json::{Value, json};

use super::{PORTAL_API_KEY, PORTAL_KEY};
use crate::http::Request;
use crate::hubspot::{ACCOUNT, created, delete, meeting};
use crate::iotum::{INGEST_KEY, started, webhook};
use crate::provider::{Provider, USER};
use crate::served::Served;

/// When all of it happened.
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

/// An event of a kind that iotum's plug does not know.
pub fn of_unknown_kind() -> Request {
    event("hand_raised", &json!({ "conference_id": 94_001 }))
}

async fn taken(served: &impl Served, requests: impl IntoIterator<Item = Request>) {
    for request in requests {
        let answer = served.send(&request).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    }
}

/// What was told after so many.
async fn since(served: &impl Served, before: usize) -> Vec<Value> {
    served.reported_events().await.split_off(before)
}

/// The conference of ours that each event is tied to.
fn conferences(events: &[Value]) -> Vec<Option<&str>> {
    events.iter().map(|event| event["conferenceId"].as_str()).collect()
}

/// An event tells whose meeting it is, where it is of a conference that was made here: of a deleted one too.
pub async fn an_event_names_its_conference_and_user(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    let ours = created(served, &meeting("Told of")).await;
    let at_provider = provider.newest();
    let entered = event("enter_conference", &json!({ "conference_id": at_provider.to_string(), "participant_id": 9 }));
    // Another's: booked at the provider itself. Then one of no conference at all.
    let pictured = event("profile_picture_upload_success", &json!({ "host_id": 501, "new": { "to": "us" } }));
    taken(served, [started(INGEST_KEY, at_provider), entered, started(INGEST_KEY, 91_001), pictured]).await;
    assert_eq!(delete(served, &ours).await.status, 204);
    taken(served, [event("conference_end", &json!({ "conference_id": at_provider }))]).await;

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

/// What was told before the conference was known is tied to it once it is: a provider may be quicker than its own answer.
pub async fn events_before_their_conference_are_linked_to_it(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    taken(served, [started(INGEST_KEY, provider.newest() + 1)]).await;
    assert_eq!(conferences(&since(served, before).await), [None]);
    let ours = created(served, &meeting("Quicker")).await;
    assert_eq!(conferences(&since(served, before).await), [Some(ours.as_str())]);
}

/// An alias leads to the conference that it is one of. A circle of them leads nowhere, and stops nobody.
pub async fn an_alias_resolves_to_its_conference(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    let ours = created(served, &meeting("Aliased")).await;
    let circle = [alias(92_011, 92_012), alias(92_012, 92_011), started(INGEST_KEY, 92_011)];
    let told = [alias(92_001, provider.newest()), started(INGEST_KEY, 92_001), started(INGEST_KEY, 92_002)];
    taken(served, told.into_iter().chain(circle)).await;
    let ours = Some(ours.as_str());
    assert_eq!(conferences(&since(served, before).await), [ours, ours, None, None, None, None]);
}

/// An alias of an alias leads there too, and what came before the alias is tied to the conference afterwards.
pub async fn a_chain_of_aliases_resolves_in_any_order(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    taken(served, [started(INGEST_KEY, 92_102)]).await;
    let ours = created(served, &meeting("Aliased twice")).await;
    taken(served, [alias(92_101, provider.newest()), alias(92_102, 92_101), started(INGEST_KEY, 92_101)]).await;
    assert_eq!(conferences(&since(served, before).await), [Some(ours.as_str()); 4]);
}

/// A provider's id counts within its connection only: another cannot speak of our conferences.
pub async fn a_connection_cannot_report_on_conferences_of_another(served: &impl Served, provider: &Provider) {
    let before = served.reported_events().await.len();
    created(served, &meeting("Spoken of")).await;
    let body = json!({ "id": provider.newest().to_string(), "topic": "Mine" });
    taken(served, [hook("POST", "onMeetingScheduled", &body.to_string())]).await;
    let events = since(served, before).await;
    assert_eq!(conferences(&events), [None]);
    assert_eq!((&events[0]["connection"], &events[0]["user"]), (&"portal".into(), &Value::Null));
}

/// What is told several times is kept once, at one time too and in whatever order its members stand; every sender is
/// told that all is well. Ten deliveries of two facts.
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
    taken(served, [Request { body: body.into(), ..request }]).await;
    assert_eq!(since(served, before).await.len(), 1);
    // Another time is another fact.
    let next = webhook(INGEST_KEY, "conference_start", "2025-10-09T08:53:21Z", &json!({ "conference_id": 93_001 }));
    taken(served, [next]).await;
    let events = since(served, before).await;
    let times: Vec<_> = events.iter().map(|event| event["occurredAt"].as_str().unwrap()).collect();
    assert_eq!(times, ["2025-10-09T08:53:20.000Z", "2025-10-09T08:53:21.000Z"]);
}

/// Where a body holds nothing to tell two facts apart, its bytes do.
pub async fn bodies_without_a_key_are_compared_by_their_bytes(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let update = |body: &str| hook("POST", "onMeetingUpdated", body);
    taken(served, [update(r#"{"id":"95001"}"#), update(r#"{"id":"95001"}"#)]).await;
    assert_eq!(since(served, before).await.len(), 1);
    taken(served, [update(r#"{"id":"95001" }"#)]).await;
    assert_eq!(since(served, before).await.len(), 2);
}

/// What the plug does not know is acknowledged, and makes no event.
pub async fn unknown_kinds_of_events_are_acknowledged(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let answer = served.send(&of_unknown_kind()).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0), "{answer:?}");
    assert_eq!(since(served, before).await, Vec::<Value>::new());
}

/// Each of a portal's hooks is taken by POST and by PUT, with the portal's key and no other.
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
            // A summary has an id of its own.
            let body = json!({ "id": format!("96002 {method}"), member: id }).to_string();
            let right = hook(method, route, &body);
            for wrong in [right.clone().with("x-api-key", "wrong"), right.clone().without("x-api-key")] {
                assert_eq!(served.send(&wrong).await.status, 401, "{method} {route}");
            }
            taken(served, [right]).await;
            expected.push((kind.to_owned(), route.to_owned(), id));
        }
        let read = served.send(&hook("GET", route, "")).await;
        assert_eq!((read.status, read.header("allow")), (405, Some("POST, PUT")), "{route}");
    }
    let text = |event: &Value, member: &str| event[member].as_str().unwrap().to_owned();
    let told: Vec<_> = since(served, before).await;
    let told: Vec<_> = told
        .iter()
        .map(|event| (text(event, "type"), text(event, "sourceEvent"), text(event, "providerConferenceId")))
        .collect();
    assert_eq!(told, expected);
}

/// One delivery may tell of several things: each is an event, and a second time it is none.
pub async fn each_deleted_meeting_is_an_event(served: &impl Served, _: &Provider) {
    let before = served.reported_events().await.len();
    let body = json!([{ "id": "98001", "topic": "One" }, { "id": "98002", "topic": "Two" }]).to_string();
    let deleted = || hook("PUT", "onMeetingDeleted", &body);
    taken(served, [deleted(), deleted(), hook("PUT", "onMeetingDeleted", "[]")]).await;
    let events = since(served, before).await;
    let told = |event: &Value| {
        let topic = &event["data"]["meeting"]["snapshot"]["topic"];
        (event["providerConferenceId"].as_str().unwrap().to_owned(), topic.as_str().unwrap().to_owned())
    };
    let mut told: Vec<_> = events.iter().map(told).collect();
    // They came at one time.
    told.sort();
    assert_eq!(told, [("98001".to_owned(), "One".to_owned()), ("98002".to_owned(), "Two".to_owned())]);
}
