//! What providers tell: once each, and of the conference that we made, where it is one.

use cordboard::flow::{self, Inbound};
use cordboard::store::{Store, StoredEvent, Verdict};
use cordboard_tests::bridge::{Bridge, House, PUBLIC_URL, connection};
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, created, delete, meeting};
use cordboard_tests::iotum::{INGEST_KEY, started, webhook};
use cordboard_tests::provider::Provider;
use serde_json::{Value, json};

const VEETING_KEY: &str = "ingest-key-of-a-veeting-room";

async fn scene() -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    let connections = format!(
        "{}\n[account.{ACCOUNT}.connection.veeting]\nplug = \"veeting\"\ningest-key = \"{VEETING_KEY}\"\n",
        provider.connection()
    );
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &connections)).await;
    (house, provider, bridge)
}

fn told(event: &str, payload: &Value) -> Request {
    webhook(INGEST_KEY, event, "2025-10-09T08:53:20Z", payload)
}

async fn taken(bridge: &Bridge, request: &Request) {
    let answer = bridge.send(request).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Our id of the conference that each event is tied to.
fn conferences(events: &[StoredEvent]) -> Vec<Option<&str>> {
    events.iter().map(|event| event.conference.as_ref().map(|conference| conference.id.as_str())).collect()
}

#[tokio::test]
async fn an_event_tells_whose_meeting_it_is() {
    let (_house, _provider, bridge) = scene().await;
    // Before the conference is known: the provider is quicker than its own answer.
    taken(&bridge, &started(INGEST_KEY, 4001)).await;
    assert_eq!(conferences(&bridge.events().await), [None]);
    let ours = created(&bridge, &meeting("Talk")).await;
    let entered = told("enter_conference", &json!({ "conference_id": "4001", "participant_id": 9 }));
    taken(&bridge, &entered).await;
    // Another's: booked at the provider itself.
    taken(&bridge, &started(INGEST_KEY, 77)).await;
    // Of no conference at all.
    taken(&bridge, &told("profile_picture_upload_success", &json!({ "host_id": 501 }))).await;

    let events = bridge.events().await;
    assert_eq!(conferences(&events), [Some(ours.as_str()), Some(&ours), None, None]);
    let conference = events[0].conference.as_ref().unwrap();
    assert_eq!((conference.app, conference.user_id), (hubspot::APP, 7));
    assert_eq!((conference.user.as_str(), conference.topic.as_str()), ("ada@example.com", "Talk"));
    for event in &events {
        assert_eq!(event.event.connection, connection(ACCOUNT, "rooms"), "whose it is, is known anyway");
    }
    // Deleted, it is still the one that was meant.
    assert_eq!(delete(&bridge, &ours).await.status, 204);
    taken(&bridge, &told("conference_end", &json!({ "conference_id": 4001 }))).await;
    assert_eq!(conferences(&bridge.events().await).last(), Some(&Some(ours.as_str())));
}

#[tokio::test]
async fn an_alias_leads_to_the_same_conference() {
    let (_house, _provider, bridge) = scene().await;
    let alias = |id: u64, original: u64| {
        told("one_time_access_code_reused", &json!({ "conference_id": id, "original_conference_id": original }))
    };
    // Told before the alias, and of an alias of an alias.
    taken(&bridge, &started(INGEST_KEY, 5002)).await;
    let ours = created(&bridge, &meeting("Talk")).await;
    taken(&bridge, &alias(5001, 4001)).await;
    taken(&bridge, &alias(5002, 5001)).await;
    taken(&bridge, &started(INGEST_KEY, 5001)).await;
    taken(&bridge, &started(INGEST_KEY, 5003)).await;
    let events = bridge.events().await;
    let ours = Some(ours.as_str());
    assert_eq!(conferences(&events), [ours, ours, ours, ours, None]);
    // A circle leads nowhere and stops nobody.
    taken(&bridge, &alias(6001, 6002)).await;
    taken(&bridge, &alias(6002, 6001)).await;
    taken(&bridge, &started(INGEST_KEY, 6001)).await;
    assert_eq!(conferences(&bridge.events().await)[5..], [None, None, None]);
}

/// A provider's id counts within its connection only.
#[tokio::test]
async fn another_connection_cannot_speak_of_our_conferences() {
    let (_house, _provider, bridge) = scene().await;
    created(&bridge, &meeting("Talk")).await;
    let body = json!({ "id": "4001", "topic": "Mine" });
    let request = Request::post(&format!("/in/{VEETING_KEY}/onMeetingScheduled"), body.to_string());
    taken(&bridge, &request).await;
    assert_eq!(conferences(&bridge.events().await), [None]);
}

#[tokio::test]
async fn what_is_told_twice_is_kept_once() {
    let (_house, _provider, bridge) = scene().await;
    let request = started(INGEST_KEY, 1);
    let all = (0..8).map(|_| bridge.send(&request));
    for answer in join_all(all).await {
        assert_eq!(answer.status, 204, "every sender is told that all is well");
    }
    assert_eq!(bridge.events().await.len(), 1);
    assert_eq!((bridge.count("provider", "new"), bridge.count("provider", "duplicate")), (1, 7));
    assert_eq!(bridge.count("provider", "answered"), 8);
    // iotum may write the same fact with its members in another order.
    let body = r#"{"timestamp":"2025-10-09T08:53:20Z","payload":"{\"conference_id\":1}","event":"conference_start"}"#;
    taken(&bridge, &Request { body: body.into(), ..request.clone() }).await;
    assert_eq!(bridge.events().await.len(), 1);
    // Another time is another fact.
    taken(&bridge, &webhook(INGEST_KEY, "conference_start", "2025-10-09T08:53:21Z", &json!({ "conference_id": 1 })))
        .await;
    assert_eq!(bridge.events().await.len(), 2);
}

async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        if outputs.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

/// Where a body holds nothing to tell two facts apart, its bytes do, for ten minutes.
#[tokio::test]
async fn without_a_key_the_bytes_tell_for_ten_minutes() {
    let (_house, _provider, bridge) = scene().await;
    let target = format!("/in/{VEETING_KEY}/onMeetingUpdated");
    let at = 1_760_000_000_000;
    let tell = async |body: &str, received_at: u64| {
        let request = Inbound {
            method: "POST".to_owned(),
            route: "onMeetingUpdated".to_owned(),
            url: format!("{PUBLIC_URL}{target}"),
            query: String::new(),
            headers: Vec::new(),
            body: body.to_owned().into(),
            received_at,
        };
        let reply = flow::receive(bridge.board(), VEETING_KEY, request).await;
        assert_eq!(reply.status, 204);
        bridge.events().await.len()
    };
    let body = r#"{"id":"m1","topic":"Talk"}"#;
    assert_eq!(tell(body, at).await, 1);
    assert_eq!(tell(body, at + 600_000).await, 1, "ten minutes later");
    assert_eq!(tell(body, at - 600_000).await, 1, "delivered late");
    assert_eq!(tell(r#"{"id":"m1","topic":"Talk" }"#, at).await, 2, "other bytes");
    assert_eq!(tell(body, at + 600_001).await, 3, "changed, and changed back");
    // Over the socket as well.
    let post = |body: &str| Request::post(&target, body);
    taken(&bridge, &post(r#"{"id":"m2"}"#)).await;
    taken(&bridge, &post(r#"{"id":"m2"}"#)).await;
    assert_eq!(bridge.events().await.len(), 4);
}

/// What the plug does not know is kept and acknowledged.
#[tokio::test]
async fn an_unknown_kind_of_event_is_kept_for_a_plug_that_knows_it() {
    let (_house, _provider, bridge) = scene().await;
    let request = told("hand_raised", &json!({ "conference_id": 1 }));
    let answer = bridge.send(&request).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0));
    let kept = bridge.store.deliveries().await;
    assert_eq!((kept.len(), kept[0].verdict), (1, Verdict::Unsupported));
    assert_eq!((kept[0].body.as_slice(), kept[0].detail.as_str()), (request.body.as_slice(), "hand_raised"));
    assert_eq!((bridge.count("provider", "unsupported"), bridge.count("provider", "answered")), (1, 0));
    let waiting = bridge.store.undigested(&connection(ACCOUNT, "rooms"), "sha256:another", 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(bridge.events().await.is_empty());
}
