//! What a host keeps of what providers tell.

use cordboard::flow::{Head, RawRequest};
use cordboard::store::{Store, Verdict};
use cordboard_tests::bridge::{Bridge, Installation, PUBLIC_URL, connection};
use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::provider::Provider;
use cordboard_tests::shared_scenarios::{PORTAL_API_KEY, PORTAL_KEY, config, webhooks};

async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    (installation, provider, bridge)
}

/// The record of the conference goes with the event.
#[tokio::test]
async fn an_event_tells_whose_meeting_it_is() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::an_event_tells_whose_meeting_it_is(&bridge, &provider).await;
    let events = bridge.events().await;
    let conference = events[0].conference.as_ref().unwrap();
    assert_eq!((conference.app.clone(), conference.user_id.clone()), (hubspot::APP.into(), 7.into()));
    assert_eq!((conference.user.as_str(), conference.topic.as_str()), ("ada@example.com", "Told of"));
    for event in &events {
        assert_eq!(event.event.connection, connection(ACCOUNT, "rooms"), "whose it is, is known anyway");
    }
}

#[tokio::test]
async fn what_came_before_its_conference_is_tied_to_it() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::what_came_before_its_conference_is_tied_to_it(&bridge, &provider).await;
}

#[tokio::test]
async fn an_alias_leads_to_the_same_conference() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::an_alias_leads_to_the_same_conference(&bridge, &provider).await;
    webhooks::an_alias_of_an_alias_leads_there_whenever_it_comes(&bridge, &provider).await;
}

#[tokio::test]
async fn another_connection_cannot_speak_of_our_conferences() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::another_connection_cannot_speak_of_our_conferences(&bridge, &provider).await;
}

/// Of ten deliveries that tell of two facts each is counted for what it was.
#[tokio::test]
async fn what_is_told_twice_is_kept_once() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::what_is_told_twice_is_kept_once(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "new"), bridge.count("provider", "duplicate")), (2, 8));
    assert_eq!(bridge.count("provider", "answered"), 10);
}

/// Where a body holds nothing to tell two facts apart, its bytes do, for ten minutes.
#[tokio::test]
async fn without_a_key_the_bytes_tell_for_ten_minutes() {
    let (_installation, provider, bridge) = setup().await;
    let at = 1_760_000_000_000;
    let tell = async |body: &str, received_at: u64| {
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
    assert_eq!(tell(body, at).await, 1);
    assert_eq!(tell(body, at + 600_000).await, 1, "ten minutes later");
    assert_eq!(tell(body, at - 600_000).await, 1, "delivered late");
    assert_eq!(tell(r#"{"id":"m1","topic":"Talk" }"#, at).await, 2, "other bytes");
    assert_eq!(tell(body, at + 600_001).await, 3, "changed, and changed back");
    // Over the socket as well.
    webhooks::where_nothing_else_tells_bytes_do(&bridge, &provider).await;
}

/// What the plug does not know is kept and acknowledged.
#[tokio::test]
async fn an_unknown_kind_of_event_is_kept_for_a_plug_that_knows_it() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::an_unknown_kind_of_event_is_kept_for_a_plug_that_knows_it(&bridge, &provider).await;
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
async fn a_portals_hooks_are_taken_with_its_key() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::a_portals_hooks_are_taken_with_its_key(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "secret-mismatch"), bridge.count("provider", "header-missing")), (12, 12));
}

#[tokio::test]
async fn each_deleted_meeting_is_an_event() {
    let (_installation, provider, bridge) = setup().await;
    webhooks::each_deleted_meeting_is_an_event(&bridge, &provider).await;
    assert_eq!((bridge.count("provider", "new"), bridge.count("provider", "duplicate")), (2, 2));
}
