//! Repeats by signature version: the shared scenarios, and those that require a journal.

use std::time::Duration;

use cordboard_tests::bridge::until;
use cordboard_tests::hubspot::{self, SCHEMES, Scheme, meeting, request, update, with};
use cordboard_tests::provider::{CREATE, UPDATE};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::schemes;

use crate::{hang_up, setup};

#[tokio::test]
async fn concurrent_equal_creates_are_one_with_every_signature() {
    let (_installation, provider, bridge) = setup().await;
    schemes::concurrent_equal_creates_are_one_with_every_signature(&bridge, &provider).await;
}

#[tokio::test]
async fn the_same_bytes_after_an_answer_are_a_repeat() {
    let (_installation, provider, bridge) = setup().await;
    schemes::the_same_bytes_after_an_answer_are_a_repeat(&bridge, &provider).await;
}

#[tokio::test]
async fn an_equal_create_after_a_lost_answer_gets_the_same_conference() {
    let (_installation, provider, bridge) = setup().await;
    schemes::an_equal_create_after_a_lost_answer_gets_the_same_conference(&bridge, &provider).await;
}

#[tokio::test]
async fn an_equal_create_after_a_move_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::an_equal_create_after_a_move_is_another_meeting(&bridge, &provider).await;
}

#[tokio::test]
async fn an_equal_create_after_a_delete_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::an_equal_create_after_a_delete_is_another_meeting(&bridge, &provider).await;
}

#[tokio::test]
async fn an_equal_create_on_the_next_day_is_another_meeting() {
    let (_installation, provider, bridge) = setup().await;
    schemes::an_equal_create_on_the_next_day_is_another_meeting(&bridge, &provider).await;
}

/// A caller that hangs up has no answer, however soon the conference exists. After the repeat that gets it, the same
/// bytes are a repeat under v3, and another meeting under v1 and v2, since the first request is a day old.
#[tokio::test]
async fn an_unacknowledged_conference_is_returned_to_a_repeat_a_day_later() {
    let (_installation, provider, bridge) = setup().await;
    let booking = |scheme: Scheme| scheme.request("create-meeting", &meeting(&format!("{scheme:?}")));
    for scheme in SCHEMES {
        provider.hold(CREATE);
        hang_up(&bridge, &provider, &booking(scheme)).await;
        provider.release(CREATE);
        bridge.settled().await;
        let unacknowledged_create = bridge.leftovers().await;
        assert!(
            unacknowledged_create.len() == 1 && unacknowledged_create[0].why.contains("nobody received the answer"),
            "{unacknowledged_create:?}"
        );
        let conference = unacknowledged_create[0].conference.as_ref().unwrap().id.clone();
        bridge.backdate(Duration::from_secs(24 * 60 * 60)).await;
        let repeat = booking(scheme);
        let answer = bridge.send(&repeat).await;
        assert_eq!((answer.status, answer.member("conferenceId")), (200, conference), "{scheme:?}");
        bridge.marked().await;
        assert!(bridge.leftovers().await.is_empty(), "{scheme:?}");
        let calls = provider.calls(CREATE);
        let again = bridge.send(&repeat).await;
        assert_eq!(again.status, 200, "{scheme:?}: {again:?}");
        assert_eq!(again.json() == answer.json(), scheme.covers_time(), "{scheme:?}");
        assert_eq!(provider.calls(CREATE) == calls, scheme.covers_time(), "{scheme:?}");
    }
}

/// A repeat during an update waits for it, and is another meeting then.
#[tokio::test]
async fn a_repeat_waits_for_an_update_in_progress() {
    let (_installation, provider, bridge) = setup().await;
    let booking = Scheme::V1.request("create-meeting", &meeting("Talk"));
    let first = bridge.send(&booking).await.member("conferenceId");
    provider.hold(UPDATE);
    let change = with(with(meeting("Talk"), "conferenceId", first.as_str()), "startTime", 1_u64);
    let change = request("update-meeting", &change).spawn(bridge.address);
    provider.reached(UPDATE, 1).await;
    let repeat = booking.clone().spawn(bridge.address);
    until("both are in progress", || bridge.running().commands().in_flight() == 2).await;
    provider.release(UPDATE);
    assert_eq!(change.await.unwrap().status, 204);
    let second = repeat.await.unwrap();
    assert_eq!(second.status, 200, "{second:?}");
    assert_ne!(second.member("conferenceId"), first);
}

/// Even an update that failed shows that the CRM has the id and wants another time.
#[tokio::test]
async fn a_failed_update_also_ends_the_repeats() {
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
