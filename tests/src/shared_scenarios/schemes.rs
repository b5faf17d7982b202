//! What is a repeat and what is another meeting, by the signature that a request bears. v1 and v2 cover no time, so two
//! meetings that look alike come with the same bytes; v3 does.

use std::time::Duration;

use super::{CREATE, until_read};
use crate::http::{Answer, Request, Wire};
use crate::hubspot::{SCHEMES, Scheme, delete, meeting, sign_v3_at, target, update};
use crate::provider::Provider;
use crate::served::Served;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer than any host lets HubSpot wait.
const TOO_LATE: Duration = Duration::from_secs(5);
/// As long as Spin takes those who ask for a late conference to ask at once.
const AT_ONCE: Duration = Duration::from_millis(1_200);

fn topic(scheme: Scheme, what: &str) -> String {
    format!("{scheme:?} {what}")
}

fn booking(scheme: Scheme, what: &str) -> Request {
    scheme.request("create-meeting", &meeting(&topic(scheme, what)))
}

/// The id of the conference that this answer tells of.
fn conference(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceId")
}

/// The second meeting's conference is there and can be changed when the first one's is deleted.
async fn are_two(served: &impl Served, first: &str, second: &str, case: &str) {
    assert_ne!(first, second, "{case}");
    assert_eq!(delete(served, first).await.status, 204, "{case}");
    assert_eq!(update(served, second, meeting("Still there")).await.status, 204, "{case}");
}

/// Equal creates at one time are one conference.
pub async fn concurrent_equal_creates_are_one_with_every_signature(served: &impl Served, provider: &Provider) {
    for scheme in SCHEMES {
        let (calls, read) = (provider.calls(CREATE), served.decoded());
        provider.hold(CREATE);
        let first = booking(scheme, "at once").spawn(served.address());
        provider.reached(CREATE, calls + 1).await;
        let others = [(); 3].map(|()| booking(scheme, "at once").spawn(served.address()));
        until_read(served, read, 4).await;
        provider.release(CREATE);
        let first = conference(&first.await.unwrap());
        for other in others {
            assert_eq!(conference(&other.await.unwrap()), first, "{scheme:?}");
        }
        assert_eq!(provider.calls(CREATE), calls + 1, "{scheme:?}");
    }
}

/// After an answer, the same bytes with the same signature are the same request: for v3 always, for v1 and v2 for five
/// minutes. What v3 signs anew is another meeting at once.
pub async fn the_same_bytes_after_an_answer_are_a_repeat(served: &impl Served, provider: &Provider) {
    for scheme in SCHEMES {
        let asking = booking(scheme, "answered");
        let first = served.send(&asking).await;
        let calls = provider.calls(CREATE);
        assert_eq!(served.send(&asking).await, first, "{scheme:?}");
        assert_eq!(provider.calls(CREATE), calls, "{scheme:?}");
        let again = conference(&served.send(&booking(scheme, "answered")).await);
        if scheme.covers_time() {
            are_two(served, &conference(&first), &again, "v3 anew").await;
        } else {
            assert_eq!(again, conference(&first), "{scheme:?}");
        }
    }
}

/// An answer that came too late is for whoever asks for the same next, a day later too. Then it has arrived.
pub async fn an_equal_create_after_a_lost_answer_gets_the_same_conference(served: &impl Served, provider: &Provider) {
    let (calls, conferences) = (provider.calls(CREATE), provider.conferences());
    provider.hold(CREATE);
    let mut waiting = Vec::new();
    for scheme in SCHEMES {
        let mut wire = Wire::connect(served.address()).await;
        wire.write(&booking(scheme, "lost").bytes()).await;
        waiting.push(wire);
    }
    provider.reached(CREATE, calls + 3).await;
    tokio::time::sleep(TOO_LATE).await;
    provider.release(CREATE);
    served.settled().await;
    drop(waiting);
    served.backdate(DAY).await;
    let mut found = Vec::new();
    for scheme in SCHEMES {
        found.push(conference(&served.send(&booking(scheme, "lost")).await));
    }
    assert_eq!((provider.calls(CREATE), provider.conferences()), (calls + 3, conferences + 3));
    tokio::time::sleep(AT_ONCE).await;
    for (scheme, first) in SCHEMES.into_iter().zip(found) {
        let second = conference(&served.send(&booking(scheme, "lost")).await);
        are_two(served, &first, &second, &format!("{scheme:?}")).await;
    }
}

/// After a move the time is free: an equal create is another meeting. Only v3 can tell a repeat from it.
pub async fn an_equal_create_after_a_move_is_another_meeting(served: &impl Served, _provider: &Provider) {
    for scheme in SCHEMES {
        let asking = booking(scheme, "moved");
        let first = conference(&served.send(&asking).await);
        let moved = crate::hubspot::with(meeting(&topic(scheme, "moved")), "startTime", 1_760_003_600_000_u64);
        let moved = crate::hubspot::with(moved, "endTime", 1_760_005_400_000_u64);
        assert_eq!(update(served, &first, moved).await.status, 204);
        let again = conference(&served.send(&asking).await);
        if scheme.covers_time() {
            assert_eq!(again, first, "the same request");
        } else {
            assert_ne!(again, first, "{scheme:?}");
            // From now on it is what a repeat repeats.
            assert_eq!(conference(&served.send(&asking).await), again, "{scheme:?}");
        }
        if scheme.covers_time() {
            let anew = conference(&served.send(&booking(scheme, "moved")).await);
            are_two(served, &first, &anew, "v3 anew").await;
        } else {
            are_two(served, &first, &again, &format!("{scheme:?}")).await;
        }
    }
}

/// What was deleted is given to nobody, whatever the request bears.
pub async fn an_equal_create_after_a_delete_is_another_meeting(served: &impl Served, _provider: &Provider) {
    for scheme in SCHEMES {
        let asking = booking(scheme, "deleted");
        let first = conference(&served.send(&asking).await);
        assert_eq!(delete(served, &first).await.status, 204);
        let second = conference(&served.send(&asking).await);
        are_two(served, &first, &second, &format!("{scheme:?}")).await;
    }
}

/// Five minutes later, or a day, equal bytes are another meeting where the signature covers no time. A v3 signature counts
/// no more by then.
pub async fn an_equal_create_on_the_next_day_is_another_meeting(served: &impl Served, provider: &Provider) {
    for (scheme, later) in SCHEMES.into_iter().flat_map(|scheme| [(scheme, DAY), (scheme, Duration::from_secs(360))]) {
        let what = format!("after {later:?}");
        let first = conference(&served.send(&booking(scheme, &what)).await);
        served.backdate(later).await;
        let second = conference(&served.send(&booking(scheme, &what)).await);
        are_two(served, &first, &second, &format!("{scheme:?} {what}")).await;
    }
    // A little less is a repeat still.
    let asking = booking(Scheme::V1, "after four minutes");
    let first = conference(&served.send(&asking).await);
    served.backdate(Duration::from_secs(240)).await;
    assert_eq!(conference(&served.send(&asking).await), first);

    let calls = provider.calls(CREATE);
    let body = meeting(&topic(Scheme::V3, "yesterday")).to_string();
    let yesterday = cordboard::flow::now() - u64::try_from(DAY.as_millis()).unwrap();
    let stale = sign_v3_at(Request::post(&target("create-meeting"), body), yesterday);
    assert_eq!((served.send(&stale).await.status, provider.calls(CREATE)), (401, calls));
}
