//! Repeats and equal meetings by signature version. v1 and v2 do not cover the time, so the requests for two equal
//! meetings have the same bytes; v3 does.

use std::time::Duration;

use super::{CREATE, until_read};
use crate::http::{Answer, Request, Wire};
use crate::hubspot::{SCHEMES, Scheme, delete, meeting, sign_v3_at, target, update};
use crate::provider::Provider;
use crate::served::Served;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer than the deadline of any host.
const TOO_LATE: Duration = Duration::from_secs(5);
/// Longer than the time in which Spin returns a late conference to several repeats.
const REPEAT_WINDOW: Duration = Duration::from_millis(1_200);

fn topic(scheme: Scheme, what: &str) -> String {
    format!("{scheme:?} {what}")
}

fn booking(scheme: Scheme, what: &str) -> Request {
    scheme.request("create-meeting", &meeting(&topic(scheme, what)))
}

/// Returns the id of the conference in an answer.
fn conference(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceId")
}

/// Asserts that there are two conferences: deleting the first does not affect the second.
async fn assert_distinct(served: &impl Served, first: &str, second: &str, case: &str) {
    assert_ne!(first, second, "{case}");
    assert_eq!(delete(served, first).await.status, 204, "{case}");
    assert_eq!(update(served, second, meeting("Still there")).await.status, 204, "{case}");
}

/// Concurrent equal creates are one conference.
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

/// After an answer, the same bytes with the same signature are the same request: with v3 always, with v1 and v2 for
/// five minutes. With a new v3 signature, they are another meeting at once.
pub async fn the_same_bytes_after_an_answer_are_a_repeat(served: &impl Served, provider: &Provider) {
    for scheme in SCHEMES {
        let asking = booking(scheme, "answered");
        let first = served.send(&asking).await;
        let calls = provider.calls(CREATE);
        assert_eq!(served.send(&asking).await, first, "{scheme:?}");
        assert_eq!(provider.calls(CREATE), calls, "{scheme:?}");
        let again = conference(&served.send(&booking(scheme, "answered")).await);
        if scheme.covers_time() {
            assert_distinct(served, &conference(&first), &again, "v3, signed again").await;
        } else {
            assert_eq!(again, conference(&first), "{scheme:?}");
        }
    }
}

/// A conference whose answer came too late is returned to the next equal create, even a day later. Then it is
/// acknowledged, and the next equal create is another meeting.
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
    tokio::time::sleep(REPEAT_WINDOW).await;
    for (scheme, first) in SCHEMES.into_iter().zip(found) {
        let second = conference(&served.send(&booking(scheme, "lost")).await);
        assert_distinct(served, &first, &second, &format!("{scheme:?}")).await;
    }
}

/// After a move, an equal create is another meeting. Only v3 distinguishes it from a repeat.
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
            // From now on, repeats get this one.
            assert_eq!(conference(&served.send(&asking).await), again, "{scheme:?}");
        }
        if scheme.covers_time() {
            let second = conference(&served.send(&booking(scheme, "moved")).await);
            assert_distinct(served, &first, &second, "v3, signed again").await;
        } else {
            assert_distinct(served, &first, &again, &format!("{scheme:?}")).await;
        }
    }
}

/// A deleted conference is not returned, with any signature version.
pub async fn an_equal_create_after_a_delete_is_another_meeting(served: &impl Served, _provider: &Provider) {
    for scheme in SCHEMES {
        let asking = booking(scheme, "deleted");
        let first = conference(&served.send(&asking).await);
        assert_eq!(delete(served, &first).await.status, 204);
        let second = conference(&served.send(&asking).await);
        assert_distinct(served, &first, &second, &format!("{scheme:?}")).await;
    }
}

/// After more than five minutes, or a day, equal bytes are another meeting if the signature does not cover the time. A
/// v3 signature has expired by then.
pub async fn an_equal_create_on_the_next_day_is_another_meeting(served: &impl Served, provider: &Provider) {
    for (scheme, later) in SCHEMES.into_iter().flat_map(|scheme| [(scheme, DAY), (scheme, Duration::from_secs(360))]) {
        let what = format!("after {later:?}");
        let first = conference(&served.send(&booking(scheme, &what)).await);
        served.backdate(later).await;
        let second = conference(&served.send(&booking(scheme, &what)).await);
        assert_distinct(served, &first, &second, &format!("{scheme:?} {what}")).await;
    }
    // After less than five minutes it is still a repeat.
    let asking = booking(Scheme::V1, "after four minutes");
    let first = conference(&served.send(&asking).await);
    served.backdate(Duration::from_secs(240)).await;
    assert_eq!(conference(&served.send(&asking).await), first);

    let calls = provider.calls(CREATE);
    let body = meeting(&topic(Scheme::V3, "yesterday")).to_string();
    let yesterday = cordboard::clock::now() - u64::try_from(DAY.as_millis()).unwrap();
    let stale = sign_v3_at(Request::post(&target("create-meeting"), body), yesterday);
    assert_eq!((served.send(&stale).await.status, provider.calls(CREATE)), (401, calls));
}
