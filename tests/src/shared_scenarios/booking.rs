//! Meetings that people book in HubSpot, from its settings to the provider and back.

use cordboard_emulator::hubspot::{Booking, Change, Fault, FaultKind, NewMeeting, Signatures, Source, Status};
use serde_json::Value;

use super::{CREATE, UPDATE};
use crate::emulator::Emulator;
use crate::hubspot::{self, ACCOUNT, delete, update};
use crate::provider::{Fault as ProviderFault, Provider, USER_ID as HOST_ID};
use crate::served::Served;

/// The start of the meetings of [`meeting`].
pub const START: u64 = 1_899_471_600_000;
/// The duration, and the time by which meetings are moved.
pub const HOUR: u64 = 60 * 60_000;

/// A booked meeting.
pub struct Booked {
    /// The conference's id in HubSpot.
    pub conference: String,
    /// The link in HubSpot.
    pub link: String,
}

/// Returns a meeting of the account's user.
pub fn meeting(topic: &str) -> NewMeeting {
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

/// A meeting is booked, moved by an hour and canceled, with every combination of signatures. Returns the meetings.
pub async fn a_meeting_is_booked_moved_and_canceled(served: &impl Served, provider: &Provider) -> Vec<Booked> {
    let mut all = Vec::new();
    for signatures in [Signatures::V1, Signatures::V2, Signatures::V3, Signatures::V1V3, Signatures::V2V3] {
        let emulator = Emulator::calling(served, |options| options.signatures = signatures).await;
        let before = provider.conferences();
        let booking = emulator.hubspot.book(&meeting(&format!("{signatures}"))).await.unwrap();
        assert_eq!(called(&booking), [("verify-user", 200), ("create-meeting", 200)], "{signatures}");
        assert_eq!((booking.meeting.status, provider.conferences()), (Status::Booked, before + 1));
        let sent: Value = serde_json::from_str(&booking.calls[1].request_body).unwrap();
        assert_eq!(sent["userEmail"], HOST_ID, "the provider's user id replaces the address");
        let (conference, link) = (booking.meeting.conference_id.unwrap(), booking.meeting.conference_url.unwrap());
        assert_eq!(link, provider.link(provider.newest()));
        let made = provider.bodies(CREATE).pop().unwrap();
        assert_eq!((&made["subject"], &made["start"]), (&signatures.to_string().into(), &"2030-03-11 15:00:00".into()));

        let change = Change { start_time: Some(START + HOUR), end_time: Some(START + 2 * HOUR), ..Change::default() };
        let changed = emulator.hubspot.change(&booking.meeting.id, &change).await.unwrap();
        assert_eq!(called(&changed), [("verify-user", 200), ("update-meeting", 204)], "{signatures}");
        let moved = provider.bodies(UPDATE).pop().unwrap();
        assert_eq!(moved["conference_id"], provider.newest());
        assert_eq!((&moved["start"], &moved["duration"]), (&"2030-03-11 16:00:00".into(), &60.into()));

        let canceled = emulator.hubspot.cancel(&booking.meeting.id).await.unwrap();
        assert_eq!(called(&canceled), [("verify-user", 200), ("delete-meeting", 204)], "{signatures}");
        assert_eq!(update(served, &conference, hubspot::meeting("Too late")).await.status, 404);
        assert_eq!(delete(served, &conference).await.status, 204, "it is deleted already");
        all.push(Booked { conference, link });
    }
    all
}

/// A request that HubSpot sends twice is carried out once, and both get the same answer.
pub async fn a_replayed_request_is_carried_out_once_and_answered_alike(served: &impl Served, provider: &Provider) {
    let emulator = Emulator::calling(served, |_| ()).await;
    let before = provider.conferences();
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::Replay, times: None }]).unwrap();
    let booking = emulator.hubspot.book(&meeting("Twice")).await.unwrap();
    let [verified, again, created, repeated] = booking.calls.as_slice() else { panic!("{booking:?}") };
    assert_eq!(verified.response_body, again.response_body);
    assert_eq!((created.status, &created.response_body), (Some(200), &repeated.response_body));
    assert_eq!(created.request_headers, repeated.request_headers, "byte for byte");
    assert_eq!(provider.conferences(), before + 1);

    let canceled = emulator.hubspot.cancel(&booking.meeting.id).await.unwrap();
    assert!(canceled.calls.iter().skip(2).all(|call| call.status == Some(204)), "{canceled:?}");
}

/// A request signed with another secret has no effect, and later requests succeed.
pub async fn requests_signed_with_another_secret_have_no_effect(served: &impl Served, provider: &Provider) {
    let emulator = Emulator::calling(served, |_| ()).await;
    let before = (provider.connections(), provider.requests());
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }]).unwrap();
    let booking = emulator.hubspot.book(&meeting("Forged")).await.unwrap();
    assert_eq!((called(&booking), booking.meeting.status), (vec![("verify-user", 401)], Status::Failed));
    assert_eq!((provider.connections(), provider.requests()), before);

    let booking = emulator.hubspot.book(&meeting("Genuine")).await.unwrap();
    assert_eq!(booking.meeting.status, Status::Booked, "{booking:?}");
}

/// HubSpot shows a rejection by the provider to the person who books.
pub async fn rejections_by_the_provider_reach_the_person_who_books(served: &impl Served, provider: &Provider) {
    let emulator = Emulator::calling(served, |_| ()).await;
    for (status, expected, word) in [(503, 503, "503"), (401, 502, "credentials"), (422, 422, "rejected")] {
        provider.fail(CREATE, ProviderFault::status(status));
        let booking = emulator.hubspot.book(&meeting("Down")).await.unwrap();
        provider.repair(CREATE);
        assert_eq!(called(&booking), [("verify-user", 200), ("create-meeting", expected)]);
        assert_eq!(booking.meeting.status, Status::Failed, "{booking:?}");
        assert!(booking.meeting.problem.as_deref().is_some_and(|problem| problem.contains(word)), "{booking:?}");
    }
    let booking = emulator.hubspot.book(&meeting("Up again")).await.unwrap();
    assert_eq!(booking.meeting.status, Status::Booked, "{booking:?}");
}
