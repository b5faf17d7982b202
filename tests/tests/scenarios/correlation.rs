//! Webhooks of providers, and what the bridge stores and counts.

use cordboard::flow::{Head, RawRequest};
use cordboard::store::{Store, Verdict};
use cordboard_tests::bridge::{PUBLIC_URL, connection};
use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::shared_scenarios::{PORTAL_API_KEY, PORTAL_KEY, webhooks};

use crate::setup;

/// The event has the record of its conference.
#[tokio::test]
async fn an_event_names_its_conference_and_user() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::an_event_names_its_conference_and_user(&bridge, &provider).await;
    let events = bridge.events().await;
    let conference = events[0].conference.as_ref().unwrap();
    assert_eq!((conference.app.clone(), conference.user_id.clone()), (hubspot::APP.into(), 7.into()));
    assert_eq!((conference.user.as_str(), conference.topic.as_str()), ("ada@example.com", "Told of"));
    for event in &events {
        assert_eq!(event.event.connection, connection(ACCOUNT, "rooms"), "the account is always known");
    }
}

#[tokio::test]
async fn events_before_their_conference_are_linked_to_it() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::events_before_their_conference_are_linked_to_it(&bridge, &provider).await;
}

#[tokio::test]
async fn an_alias_resolves_to_its_conference() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::an_alias_resolves_to_its_conference(&bridge, &provider).await;
    webhooks::a_chain_of_aliases_resolves_in_any_order(&bridge, &provider).await;
}

#[tokio::test]
async fn a_connection_cannot_report_on_conferences_of_another() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::a_connection_cannot_report_on_conferences_of_another(&bridge, &provider).await;
}

/// Ten requests with two events are counted as new or duplicate.
#[tokio::test]
async fn duplicate_webhooks_are_stored_once() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::duplicate_webhooks_are_stored_once(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "new"), bridge.count("provider", "duplicate")), (2, 8));
    assert_eq!(bridge.count("provider", "answered"), 10);
}

/// If a body has no dedupe key, its bytes distinguish it for ten minutes.
#[tokio::test]
async fn bodies_without_a_key_are_compared_for_ten_minutes() {
    let (_installation, provider, bridge) = setup().await;
    let at = 1_760_000_000_000;
    let post = async |body: &str, received_at: u64| {
        let head = Head {
            method: "POST".to_owned(),
            route: "onMeetingUpdated".to_owned(),
            url: format!("{PUBLIC_URL}/in/{PORTAL_KEY}/onMeetingUpdated"),
            query: String::new(),
            headers: vec![("x-api-key".to_owned(), PORTAL_API_KEY.into())],
            body_length: Some(body.len()),
            received_at,
        };
        let to = bridge.running().provider().for_connection(PORTAL_KEY, &head, body.len()).unwrap();
        let request = RawRequest { head, body: body.to_owned().into() };
        let reply = bridge.running().provider().answer(&to, request).await;
        assert_eq!(reply.status, 204);
        bridge.events().await.len()
    };
    let body = r#"{"id":"m1","topic":"Talk"}"#;
    assert_eq!(post(body, at).await, 1);
    assert_eq!(post(body, at + 600_000).await, 1, "ten minutes later");
    assert_eq!(post(body, at - 600_000).await, 1, "delivered late");
    assert_eq!(post(r#"{"id":"m1","topic":"Talk" }"#, at).await, 2, "other bytes");
    assert_eq!(post(body, at + 600_001).await, 3, "changed, and changed back");
    // The same over HTTP.
    webhooks::bodies_without_a_key_are_compared_by_their_bytes(&bridge, &provider).await;
}

/// Requests that the plug does not know are stored and acknowledged.
#[tokio::test]
async fn unknown_kinds_of_events_are_acknowledged() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::unknown_kinds_of_events_are_acknowledged(&bridge, &provider).await;
    let stored = bridge.store.inbound_requests().await;
    assert_eq!((stored.len(), stored[0].verdict), (1, Verdict::Unsupported));
    let sent = webhooks::of_unknown_kind().body;
    assert_eq!((stored[0].body.as_slice(), stored[0].detail.as_str()), (sent.as_slice(), "hand_raised"));
    assert_eq!((bridge.count("provider", "unsupported"), bridge.count("provider", "answered")), (1, 0));
    let waiting = bridge.store.unprocessed(&connection(ACCOUNT, "rooms"), "sha256:another", 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(bridge.events().await.is_empty());
}

#[tokio::test]
async fn accepts_each_hook_of_a_portal_with_its_key_only() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::accepts_each_hook_of_a_portal_with_its_key_only(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "secret-mismatch"), bridge.count("provider", "header-missing")), (12, 12));
}

#[tokio::test]
async fn each_deleted_meeting_is_an_event() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::each_deleted_meeting_is_an_event(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "new"), bridge.count("provider", "duplicate")), (2, 2));
}
