//! Meetings that people book at HubSpot, from its settings to the provider and back.

use cordboard::store::Store;
use cordboard_emulator::hubspot::{Booking, Change, Fault, FaultKind, NewMeeting, Signatures, Source, Status};
use cordboard_tests::bridge::{Bridge, House};
use cordboard_tests::emulator::{Emulator, USER_ID};
use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::provider::{Fault as ProviderFault, Provider, USER_ID as HOST_ID};
use serde_json::Value;

const START: u64 = 1_899_471_600_000;
const HOUR: u64 = 60 * 60_000;

async fn scene() -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    let numbers = format!(
        "[account.{ACCOUNT}.connection.numbers]\nplug = \"phonebook\"\n\
         settings = {{ {USER_ID} = \"+18001231234 ext 1 Front desk\" }}\n"
    );
    let connections = provider.connection() + &numbers;
    let account = "conferencing = \"rooms\"\ntelephony = \"numbers\"";
    let bridge = house.open(&hubspot::config(account, &connections)).await;
    (house, provider, bridge)
}

fn meeting(topic: &str) -> NewMeeting {
    NewMeeting {
        account_id: ACCOUNT,
        user_id: None,
        topic: topic.to_owned(),
        start_time: START,
        end_time: START + HOUR,
        source: Source::Meetings,
    }
}

fn called(booking: &Booking) -> Vec<(&str, u16)> {
    booking.calls.iter().map(|call| (call.name.as_str(), call.status.unwrap())).collect()
}

/// Whatever HubSpot signs with.
#[tokio::test]
async fn a_meeting_is_booked_moved_and_cancelled() {
    let (_house, provider, bridge) = scene().await;
    for signatures in [Signatures::V1, Signatures::V2, Signatures::V3, Signatures::V1V3, Signatures::V2V3] {
        let emulator = Emulator::calling(&bridge, |options| options.signatures = signatures).await;
        let before = provider.conferences();
        let booking = emulator.hubspot.book(&meeting(&format!("{signatures}"))).await.unwrap();
        assert_eq!(called(&booking), [("verify-user", 200), ("create-meeting", 200)], "{signatures}");
        assert_eq!((booking.meeting.status, provider.conferences()), (Status::Booked, before + 1));
        let sent: Value = serde_json::from_str(&booking.calls[1].request_body).unwrap();
        assert_eq!(sent["userEmail"], HOST_ID, "the provider's id of the user stands for the address");
        let conference = booking.meeting.conference_id.unwrap();
        let kept = bridge.store.conference(&conference).await.unwrap().unwrap();
        assert_eq!(booking.meeting.conference_url.as_deref(), Some(kept.join_url.as_str()));

        let change = Change { start_time: Some(START + HOUR), end_time: Some(START + 2 * HOUR), ..Change::default() };
        let changed = emulator.hubspot.change(&booking.meeting.id, &change).await.unwrap();
        assert_eq!(called(&changed), [("verify-user", 200), ("update-meeting", 204)], "{signatures}");
        let kept = bridge.store.conference(&conference).await.unwrap().unwrap();
        assert_eq!((kept.start, kept.end), (START + HOUR, START + 2 * HOUR));

        let cancelled = emulator.hubspot.cancel(&booking.meeting.id).await.unwrap();
        assert_eq!(called(&cancelled), [("verify-user", 200), ("delete-meeting", 204)], "{signatures}");
        assert!(bridge.store.conference(&conference).await.unwrap().unwrap().deleted_at.is_some());
    }
}

#[tokio::test]
async fn the_help_desk_is_told_a_users_numbers() {
    let (_house, _provider, bridge) = scene().await;
    let emulator = Emulator::calling(&bridge, |_| ()).await;
    let numbers = emulator.hubspot.phone_numbers(ACCOUNT, USER_ID).await.unwrap();
    assert_eq!((numbers.calls[0].name.as_str(), numbers.calls[0].status), ("phone-numbers", Some(200)));
    let [number] = numbers.phone_numbers.as_slice() else { panic!("{numbers:?}") };
    assert_eq!((number.e164_phone_number.as_str(), number.extension.as_deref()), ("+18001231234", Some("1")));
    assert_eq!(number.friendly_name.as_deref(), Some("Front desk"));
}

#[tokio::test]
async fn what_is_sent_twice_is_made_once_and_answered_alike() {
    let (_house, provider, bridge) = scene().await;
    let emulator = Emulator::calling(&bridge, |_| ()).await;
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::Replay, times: None }]).unwrap();
    let booking = emulator.hubspot.book(&meeting("Twice")).await.unwrap();
    let [verified, again, created, repeated] = booking.calls.as_slice() else { panic!("{booking:?}") };
    assert_eq!(verified.response_body, again.response_body);
    assert_eq!((created.status, &created.response_body), (Some(200), &repeated.response_body));
    assert_eq!(created.request_headers, repeated.request_headers, "byte for byte");
    assert_eq!(provider.conferences(), 1);

    let cancelled = emulator.hubspot.cancel(&booking.meeting.id).await.unwrap();
    assert!(cancelled.calls.iter().skip(2).all(|call| call.status == Some(204)), "{cancelled:?}");
}

#[tokio::test]
async fn what_is_signed_with_another_secret_reaches_nobody() {
    let (_house, provider, bridge) = scene().await;
    let emulator = Emulator::calling(&bridge, |_| ()).await;
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }]).unwrap();
    let booking = emulator.hubspot.book(&meeting("Forged")).await.unwrap();
    assert_eq!((called(&booking), booking.meeting.status), (vec![("verify-user", 401)], Status::Failed));
    assert_eq!((provider.connections(), bridge.count("crm", "signature-mismatch")), (0, 1));

    let booking = emulator.hubspot.book(&meeting("Genuine")).await.unwrap();
    assert_eq!(booking.meeting.status, Status::Booked, "{booking:?}");
}

/// An owner who wants v3 alone is not answered a HubSpot that signs with v1.
#[tokio::test]
async fn a_signature_that_the_owner_does_not_take_is_refused() {
    let (house, provider) = (House::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let config = config.replacen("plug = \"hubspot\"", "plug = \"hubspot\"\naccept-signatures = [\"v3\"]", 1);
    let bridge = house.open(&config).await;
    for (signatures, status) in [(Signatures::V1, Status::Failed), (Signatures::V1V3, Status::Booked)] {
        let emulator = Emulator::calling(&bridge, |options| options.signatures = signatures).await;
        let booking = emulator.hubspot.book(&meeting(&signatures.to_string())).await.unwrap();
        assert_eq!(booking.meeting.status, status, "{signatures}: {booking:?}");
    }
}

#[tokio::test]
async fn what_the_provider_refuses_is_told_to_the_person_who_books() {
    let (_house, provider, bridge) = scene().await;
    let emulator = Emulator::calling(&bridge, |_| ()).await;
    provider.fail("conference/create", ProviderFault::status(503));
    let booking = emulator.hubspot.book(&meeting("Down")).await.unwrap();
    assert_eq!(called(&booking), [("verify-user", 200), ("create-meeting", 503)]);
    assert!(booking.meeting.problem.as_deref().is_some_and(|problem| problem.contains("503")), "{booking:?}");
}
