//! Meetings that people book in HubSpot, and what the bridge stores of them.

use cordboard::store::Store;
use cordboard_emulator::hubspot::{Signatures, Status};
use cordboard_tests::bridge::Installation;
use cordboard_tests::emulator::Emulator;
use cordboard_tests::hubspot;
use cordboard_tests::provider::Provider;
use cordboard_tests::shared_scenarios::booking::{self, HOUR, START, meeting};
use cordboard_tests::shared_scenarios::numbers;

use crate::setup;

#[tokio::test]
async fn a_meeting_is_booked_moved_and_canceled() {
    let (_installation, provider, bridge) = setup().await;
    let booked = booking::a_meeting_is_booked_moved_and_canceled(&bridge, &provider).await;
    assert_eq!(booked.len(), 5);
    for booked in booked {
        let stored = bridge.store.conference(&booked.conference).await.unwrap().unwrap();
        assert_eq!(booked.link, stored.join_url);
        assert_eq!((stored.start, stored.end), (START + HOUR, START + 2 * HOUR));
        assert!(stored.deleted_at.is_some());
    }
}

#[tokio::test]
async fn the_help_desk_gets_the_numbers_of_a_user() {
    let (_installation, provider, bridge) = setup().await;
    numbers::the_help_desk_gets_the_numbers_of_a_user(&bridge, &provider).await;
}

#[tokio::test]
async fn a_replayed_request_is_carried_out_once_and_answered_alike() {
    let (_installation, provider, bridge) = setup().await;
    booking::a_replayed_request_is_carried_out_once_and_answered_alike(&bridge, &provider).await;
    assert_eq!(provider.conferences(), 1);
}

#[tokio::test]
async fn requests_signed_with_another_secret_have_no_effect() {
    let (_installation, provider, bridge) = setup().await;
    booking::requests_signed_with_another_secret_have_no_effect(&bridge, &provider).await;
    assert_eq!(bridge.count("crm", "signature-mismatch"), 1);
}

/// Only v3 is accepted if the operator configures that.
#[tokio::test]
async fn rejects_signature_versions_that_the_operator_does_not_accept() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let config = config.replacen("plug = \"hubspot\"", "plug = \"hubspot\"\naccept-signatures = [\"v3\"]", 1);
    let bridge = installation.open(&config).await;
    for (signatures, status) in [(Signatures::V1, Status::Failed), (Signatures::V1V3, Status::Booked)] {
        let emulator = Emulator::calling(&bridge, |options| options.signatures = signatures).await;
        let booking = emulator.hubspot.book(&meeting(&signatures.to_string())).await.unwrap();
        assert_eq!(booking.meeting.status, status, "{signatures}: {booking:?}");
    }
}

#[tokio::test]
async fn rejections_by_the_provider_reach_the_person_who_books() {
    let (_installation, provider, bridge) = setup().await;
    booking::rejections_by_the_provider_reach_the_person_who_books(&bridge, &provider).await;
}
