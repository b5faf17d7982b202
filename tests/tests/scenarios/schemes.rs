//! What is a repeat, by the signature that a request bears: the shared scenarios, and what only a host that journals can do.

use std::time::Duration;

use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{self, SCHEMES, Scheme, meeting, request, update, with};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::{self, schemes};

const CREATE: &str = "conference/create";
const UPDATE: &str = "conference/update";

async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&shared_scenarios::config(&provider)).await;
    (installation, provider, bridge)
}

#[tokio::test]
async fn at_once_equal_creates_are_one() {
    let (_installation, provider, bridge) = setup().await;
    schemes::at_once_equal_creates_are_one(&bridge, &provider).await;
}

#[tokio::test]
async fn after_an_answer_the_same_bytes_are_a_repeat() {
    let (_installation, provider, bridge) = setup().await;
    schemes::after_an_answer_the_same_bytes_are_a_repeat(&bridge, &provider).await;
}

#[tokio::test]
async fn after_a_lost_answer_an_equal_create_has_the_same_conference() {
    let (_installation, provider, bridge) = setup().await;
    schemes::after_a_lost_answer_an_equal_create_has_the_same_conference(&bridge, &provider).await;
}

#[tokio::test]
async fn after_a_move_an_equal_create_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::after_a_move_an_equal_create_is_another_meeting(&bridge, &provider).await;
}

#[tokio::test]
async fn after_a_delete_an_equal_create_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::after_a_delete_an_equal_create_is_another_meeting(&bridge, &provider).await;
}

#[tokio::test]
async fn on_the_next_day_an_equal_create_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::on_the_next_day_an_equal_create_is_another_meeting(&bridge, &provider).await;
}

/// Whoever hangs up has no answer, however soon the conference is there.
#[tokio::test]
async fn what_nobody_was_answered_with_is_for_the_repeat_a_day_later() {
    let (_installation, provider, bridge) = setup().await;
    let booking = |scheme: Scheme| scheme.request("create-meeting", &meeting(&format!("{scheme:?}")));
    for scheme in SCHEMES {
        let calls = provider.calls(CREATE);
        provider.hold(CREATE);
        let mut wire = Wire::connect(bridge.address).await;
        wire.write(&booking(scheme).bytes()).await;
        provider.reached(CREATE, calls + 1).await;
        let topology = bridge.running().topology();
        let held = std::sync::Arc::strong_count(&topology);
        drop(wire);
        until("the bridge has noticed", || std::sync::Arc::strong_count(&topology) < held).await;
        provider.release(CREATE);
        bridge.settled().await;
        let unacknowledged_create = bridge.leftovers().await;
        assert!(
            unacknowledged_create.len() == 1 && unacknowledged_create[0].why.contains("nobody received the answer"),
            "{unacknowledged_create:?}"
        );
        let conference = unacknowledged_create[0].conference.as_ref().unwrap().id.clone();
        bridge.backdate(Duration::from_secs(24 * 60 * 60)).await;
        let answer = bridge.send(&booking(scheme)).await;
        assert_eq!((answer.status, answer.member("conferenceId")), (200, conference), "{scheme:?}");
        bridge.marked().await;
        assert!(bridge.leftovers().await.is_empty(), "{scheme:?}");
    }
}

/// A repeat that comes while the conference is being changed waits for what comes of that, and is another meeting then.
#[tokio::test]
async fn a_repeat_waits_for_a_change_under_way() {
    let (_installation, provider, bridge) = setup().await;
    let booking = Scheme::V1.request("create-meeting", &meeting("Talk"));
    let first = bridge.send(&booking).await.member("conferenceId");
    provider.hold(UPDATE);
    let change = with(with(meeting("Talk"), "conferenceId", first.as_str()), "startTime", 1_u64);
    let change = request("update-meeting", &change).spawn(bridge.address);
    provider.reached(UPDATE, 1).await;
    let repeat = booking.clone().spawn(bridge.address);
    until("both are under way", || bridge.running().commands().in_flight() == 2).await;
    provider.release(UPDATE);
    assert_eq!(change.await.unwrap().status, 204);
    let second = repeat.await.unwrap();
    assert_eq!(second.status, 200, "{second:?}");
    assert_ne!(second.member("conferenceId"), first);
}

/// A change that the provider refused says as much as one that it made: the CRM has the id, and wants another time.
#[tokio::test]
async fn a_change_that_failed_ends_the_repeats_too() {
    let (_installation, provider, bridge) = setup().await;
    let booking = Scheme::V2.request("create-meeting", &meeting("Talk"));
    let first = bridge.send(&booking).await.member("conferenceId");
    provider.fail(UPDATE, cordboard_tests::provider::Fault::status(500));
    assert_eq!(update(&bridge, &first, meeting("Moved")).await.status, 503);
    provider.repair(UPDATE);
    let second = bridge.send(&booking).await.member("conferenceId");
    assert_ne!(second, first);
    assert_eq!(hubspot::delete(&bridge, &first).await.status, 204);
    assert_eq!(update(&bridge, &second, meeting("Still there")).await.status, 204);
}
