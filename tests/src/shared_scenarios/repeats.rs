//! When repeated or equal requests are one meeting, and when they are several.

use serde_json::json;

use super::{CREATE, UPDATE, until_read};
use crate::http::Answer;
use crate::hubspot::{create, created, delete, meeting, request, update, verify, with};
use crate::provider::{Fault, Provider, USER, USER_ID};
use crate::served::Served;

/// The same request, byte for byte, gets the same answer as long as its conference exists.
pub async fn a_repeated_request_gets_the_same_answer(served: &impl Served, provider: &Provider) {
    let before = provider.calls(CREATE);
    let booking = request("create-meeting", &meeting("Again"));
    let first = served.send(&booking).await;
    assert_eq!(first.status, 200, "{first:?}");
    for _ in 0..3 {
        let again = served.send(&booking).await;
        assert_eq!((again.status, again.body), (200, first.body.clone()));
    }
    assert_eq!(provider.calls(CREATE), before + 1);
    // The same body with a new signature is another meeting.
    assert_ne!(created(served, &meeting("Again")).await, first.member("conferenceId"));
    assert_eq!(provider.calls(CREATE), before + 2);
}

/// A request that is repeated after its conference was deleted creates another one.
pub async fn a_repeat_after_a_delete_creates_another_conference(served: &impl Served, provider: &Provider) {
    let booking = request("create-meeting", &meeting("Taken back"));
    let first = served.send(&booking).await;
    assert_eq!(delete(served, &first.member("conferenceId")).await.status, 204);
    let before = provider.conferences();
    let second = served.send(&booking).await;
    assert_eq!((second.status, provider.conferences()), (200, before + 1));
    assert_ne!(second.member("conferenceId"), first.member("conferenceId"));
    assert_ne!(second.member("conferenceUrl"), first.member("conferenceUrl"));
}

/// A failure is not repeated: a repeat of the request is carried out.
pub async fn a_failed_create_is_retried(served: &impl Served, provider: &Provider) {
    let before = provider.conferences();
    let booking = request("create-meeting", &meeting("Tried again"));
    provider.fail(CREATE, Fault::status(500));
    assert_eq!(served.send(&booking).await.status, 503);
    assert_eq!(create(served, &meeting("Tried again")).await.status, 503);
    provider.repair(CREATE);
    assert_eq!(served.send(&booking).await.status, 200);
    assert_eq!(provider.conferences(), before + 1);
}

/// Concurrent equal creates are one conference with one answer, whether or not their signatures are the same. An equal
/// create after their answers is a new meeting.
pub async fn concurrent_equal_creates_are_one(served: &impl Served, provider: &Provider) {
    let (calls, conferences, read) = (provider.calls(CREATE), provider.conferences(), served.decoded());
    provider.hold(CREATE);
    let booking = request("create-meeting", &meeting("At once"));
    let first = booking.clone().spawn(served.address());
    provider.reached(CREATE, calls + 1).await;
    let mut others = vec![booking.spawn(served.address())];
    others.extend((0..4).map(|_| request("create-meeting", &meeting("At once")).spawn(served.address())));
    // Each is read, and then waits for the first one.
    until_read(served, read, 6).await;
    provider.release(CREATE);
    let first = first.await.unwrap();
    assert_eq!(first.status, 200, "{first:?}");
    for other in others {
        assert_eq!(other.await.unwrap().json(), first.json());
    }
    assert_eq!((provider.calls(CREATE), provider.conferences()), (calls + 1, conferences + 1));
    assert_ne!(created(served, &meeting("At once")).await, first.member("conferenceId"));
    assert_eq!(provider.conferences(), conferences + 2);
}

/// Concurrent equal creates that fail get the same answer, and the provider is called once.
pub async fn concurrent_equal_creates_fail_with_the_same_answer(served: &impl Served, provider: &Provider) {
    let (calls, read) = (provider.calls(CREATE), served.decoded());
    provider.hold(CREATE);
    provider.fail(CREATE, Fault::status(422));
    let ask = || request("create-meeting", &meeting("In vain")).spawn(served.address());
    let first = ask();
    provider.reached(CREATE, calls + 1).await;
    let others = [ask(), ask()];
    until_read(served, read, 3).await;
    provider.repair(CREATE);
    provider.release(CREATE);
    let first = first.await.unwrap();
    assert_eq!(first.status, 422, "{first:?}");
    for other in others {
        assert_eq!(other.await.unwrap(), first);
    }
    assert_eq!(provider.calls(CREATE), calls + 1);
    created(served, &meeting("In vain")).await;
}

/// A create that differs in any way is another conference, even while the first is in progress.
pub async fn different_meetings_get_different_conferences(served: &impl Served, provider: &Provider) {
    let (calls, conferences) = (provider.calls(CREATE), provider.conferences());
    // The user of the last one is identified by the id that replaces the address.
    assert_eq!(verify(served, USER).await.status, 200);
    provider.hold(CREATE);
    let others = [
        meeting("Another"),
        meeting("another"),
        with(meeting("Another"), "startTime", 1_760_000_000_001_u64),
        with(meeting("Another"), "endTime", 1_760_001_800_001_u64),
        with(meeting("Another"), "userId", 8),
        with(meeting("Another"), "userEmail", USER_ID),
    ];
    let ask = |meeting| request("create-meeting", meeting).spawn(served.address());
    let answers: Vec<_> = others.iter().map(ask).collect();
    provider.reached(CREATE, calls + others.len()).await;
    provider.release(CREATE);
    let mut made = Vec::new();
    for answer in answers {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        made.push((answer.member("conferenceId"), answer.member("conferenceUrl")));
    }
    made.sort();
    made.dedup();
    assert_eq!((made.len(), provider.conferences() - conferences), (others.len(), others.len()));
}

/// Concurrent deletes all succeed, and a later update does not find the conference.
pub async fn concurrent_deletes_are_one(served: &impl Served, provider: &Provider) {
    let conference = created(served, &meeting("Deleted at once")).await;
    let deletion = || request("delete-meeting", &json!({ "conferenceId": conference }));
    let answers: Vec<_> = (0..5).map(|_| deletion().spawn(served.address())).collect();
    for answer in answers {
        let Answer { status, body, .. } = answer.await.unwrap();
        assert_eq!((status, body), (204, Vec::new()));
    }
    let before = provider.calls(UPDATE);
    assert_eq!(update(served, &conference, meeting("Too late")).await.status, 404);
    assert_eq!(provider.calls(UPDATE), before);
}
