//! Repeats, callers that hang up or miss the deadline, and the order of updates.

use std::time::Duration;

use cordboard::store::{Change, Store};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::hubspot::{self, create, created, meeting, request, update, with};
use cordboard_tests::provider::{CREATE, Provider, UPDATE};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::{self, repeats};

use crate::hang_up;

async fn setup(keys: &str) -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&format!("{keys}\n{}", shared_scenarios::config(&provider))).await;
    (installation, provider, bridge)
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::a_repeated_request_gets_the_same_answer(&bridge, &provider).await;
}

#[tokio::test]
async fn a_repeat_after_a_delete_creates_another_conference() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::a_repeat_after_a_delete_creates_another_conference(&bridge, &provider).await;
}

#[tokio::test]
async fn a_failed_create_is_retried() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::a_failed_create_is_retried(&bridge, &provider).await;
}

/// Takes the committed changes, and returns the number of operations that began.
fn begun(bridge: &Bridge) -> usize {
    bridge.store.committed().iter().filter(|change| matches!(change, Change::Begin(_))).count()
}

/// The others join the first execution.
#[tokio::test]
async fn concurrent_equal_creates_are_one() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::concurrent_equal_creates_are_one(&bridge, &provider).await;
    assert_eq!(begun(&bridge), 2, "the shared execution, and the new meeting after it");
}

#[tokio::test]
async fn concurrent_equal_creates_fail_with_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::concurrent_equal_creates_fail_with_the_same_answer(&bridge, &provider).await;
    assert_eq!(begun(&bridge), 2, "the shared execution, and the one after it");
}

#[tokio::test]
async fn a_create_whose_caller_hung_up_is_returned_to_the_repeat() {
    let (_installation, provider, bridge) = setup("").await;
    provider.hold(CREATE);
    hang_up(&bridge, &provider, &request("create-meeting", &meeting("Talk"))).await;
    provider.release(CREATE);
    bridge.idle().await;
    let unacknowledged_create = bridge.leftovers().await;
    assert!(
        unacknowledged_create.len() == 1 && unacknowledged_create[0].unacknowledged_create,
        "{unacknowledged_create:?}"
    );
    let waiting = unacknowledged_create[0].conference.as_ref().map(|conference| conference.id.clone());
    // The meeting of another user at the same time is a different one.
    let other = created(&bridge, &with(meeting("Talk"), "userId", 8)).await;
    let again = created(&bridge, &meeting("Talk")).await;
    assert_eq!(Some(&again), waiting.as_ref());
    assert_ne!(again, other);
    assert_eq!(provider.conferences(), 2);
    // It is acknowledged: an equal create is a new meeting now.
    until_acknowledged(&bridge).await;
    assert_ne!(created(&bridge, &meeting("Talk")).await, again);
}

/// A request that was matched by its data is found by its bytes once its answer is acknowledged.
#[tokio::test]
async fn a_repeat_of_a_repeat_gets_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    provider.hold(CREATE);
    hang_up(&bridge, &provider, &request("create-meeting", &meeting("Talk"))).await;
    provider.release(CREATE);
    bridge.idle().await;
    let repeat = request("create-meeting", &meeting("Talk"));
    let answer = bridge.send(&repeat).await;
    until_acknowledged(&bridge).await;
    let again = bridge.send(&repeat).await;
    assert_eq!((again.status, again.json()), (200, answer.json()));
    assert_eq!(provider.conferences(), 1);
}

/// So is a request that joined another one.
#[tokio::test]
async fn a_repeat_of_a_request_that_joined_gets_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    provider.hold(CREATE);
    let first = request("create-meeting", &meeting("Talk")).spawn(bridge.address);
    provider.reached(CREATE, 1).await;
    // Signed at another time.
    tokio::time::sleep(Duration::from_millis(5)).await;
    let joining = request("create-meeting", &meeting("Talk"));
    let second = joining.clone().spawn(bridge.address);
    let account = bridge.running().topology().limiter(&hubspot::ACCOUNT.into());
    until("it has joined the first", || account.in_flight() == 2).await;
    provider.release(CREATE);
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!((second.status, second.json()), (200, first.json()));
    until_acknowledged(&bridge).await;
    assert_eq!(bridge.send(&joining).await.json(), first.json());
    assert_eq!(provider.conferences(), 1);
}

async fn until_acknowledged(bridge: &Bridge) {
    let began = std::time::Instant::now();
    while bridge.leftovers().await.iter().any(|left| left.unacknowledged_create) {
        assert!(began.elapsed() < Duration::from_secs(10), "still unacknowledged");
        tokio::task::yield_now().await;
    }
}

/// The repeat may arrive while the provider is still busy.
#[tokio::test]
async fn a_repeat_joins_the_create_of_a_caller_who_hung_up() {
    let (_installation, provider, bridge) = setup("").await;
    provider.hold(CREATE);
    hang_up(&bridge, &provider, &request("create-meeting", &meeting("Talk"))).await;
    let again = request("create-meeting", &meeting("Talk")).spawn(bridge.address);
    let topology = bridge.running().topology();
    let crm = &topology.app("hubspot", &hubspot::APP.to_string()).unwrap().generation.plug;
    until("the repeat is read", || crm.calls() >= 2).await;
    provider.release(CREATE);
    assert_eq!(again.await.unwrap().status, 200);
    assert_eq!(provider.conferences(), 1);
}

#[tokio::test]
async fn a_create_that_misses_the_deadline_is_returned_to_the_repeat() {
    let (_installation, provider, bridge) = setup("deadline-ms = 300").await;
    provider.hold(CREATE);
    let late = create(&bridge, &meeting("Talk")).await;
    assert_eq!((late.status, late.header("retry-after")), (503, Some("1")), "{}", late.text());
    assert!(late.problem().contains("send the request again"));
    provider.reached(CREATE, 1).await;
    // The provider has not answered yet, and is not called again.
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    assert_eq!(provider.calls(CREATE), 1);
    provider.release(CREATE);
    bridge.idle().await;
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.member("conferenceUrl").ends_with("/4001"));
    assert_eq!(provider.conferences(), 1);
}

#[tokio::test]
async fn different_meetings_get_different_conferences() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::different_meetings_get_different_conferences(&bridge, &provider).await;
}

/// Updates of one conference run one after another, and concurrent equal updates run once.
#[tokio::test]
async fn updates_of_one_conference_run_one_at_a_time() {
    let (_installation, provider, bridge) = setup("").await;
    let conference = created(&bridge, &meeting("Talk")).await;
    let change = |topic: &str| request("update-meeting", &with(meeting(topic), "conferenceId", conference.as_str()));
    provider.hold(UPDATE);
    let first = change("First").spawn(bridge.address);
    provider.reached(UPDATE, 1).await;
    let same = change("First").spawn(bridge.address);
    let account = bridge.running().topology().limiter(&hubspot::ACCOUNT.into());
    until("it has joined the first", || account.in_flight() == 2).await;
    let others: Vec<_> = ["Second", "Third"].map(|topic| change(topic).spawn(bridge.address)).into();
    until("all are in progress", || bridge.running().commands().in_flight() == 3).await;
    provider.release(UPDATE);
    for answer in [first, same].into_iter().chain(others) {
        assert_eq!(answer.await.unwrap().status, 204);
    }
    assert_eq!(provider.max_at_once(UPDATE), 1);
    let subjects: Vec<_> = provider.bodies(UPDATE).iter().map(|body| body["subject"].clone()).collect();
    assert!(subjects.len() == 3 || subjects.len() == 4, "{subjects:?}");
    assert_eq!(subjects[0], "First");
    // The record has the last update that the provider received.
    let stored = bridge.store.conference(&conference).await.unwrap().unwrap();
    assert_eq!(subjects.last().unwrap(), &stored.topic);
}

#[tokio::test]
async fn concurrent_deletes_are_one() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::concurrent_deletes_are_one(&bridge, &provider).await;
    // iotum cannot delete, so each executed delete would leave a leftover.
    assert_eq!(bridge.leftovers().await.iter().filter(|left| !left.unacknowledged_create).count(), 1);
}

/// An update that waited for a delete has no effect.
#[tokio::test]
async fn an_update_after_a_queued_delete_is_not_found() {
    let (_installation, provider, bridge) = setup("").await;
    let conference = created(&bridge, &meeting("Talk")).await;
    provider.hold(UPDATE);
    let first =
        request("update-meeting", &with(meeting("First"), "conferenceId", conference.as_str())).spawn(bridge.address);
    provider.reached(UPDATE, 1).await;
    // Both wait, the delete before the update.
    let deletion = request("delete-meeting", &serde_json::json!({ "conferenceId": conference })).spawn(bridge.address);
    until("the delete is in progress", || bridge.running().commands().in_flight() == 2).await;
    let late =
        request("update-meeting", &with(meeting("Late"), "conferenceId", conference.as_str())).spawn(bridge.address);
    until("the update is in progress", || bridge.running().commands().in_flight() == 3).await;
    provider.release(UPDATE);
    assert_eq!(first.await.unwrap().status, 204);
    assert_eq!(deletion.await.unwrap().status, 204);
    assert_eq!(late.await.unwrap().status, 404);
    assert_eq!(provider.calls(UPDATE), 1, "the provider does not receive the late update");
    assert_eq!(update(&bridge, &conference, meeting("Later")).await.status, 404);
}

/// An update that equals one still in progress is carried out again if another one came between them.
#[tokio::test]
async fn a_meeting_moved_away_and_back_ends_at_its_first_time() {
    let (_installation, provider, bridge) = setup("").await;
    let conference = created(&bridge, &meeting("First")).await;
    provider.hold(UPDATE);
    let mut updates = Vec::new();
    let account = bridge.running().topology().limiter(&hubspot::ACCOUNT.into());
    for (number, topic) in ["Moved", "Moved away", "Moved"].into_iter().enumerate() {
        let change = with(meeting(topic), "conferenceId", conference.as_str());
        updates.push(request("update-meeting", &change).spawn(bridge.address));
        until("it is in progress", || account.in_flight() > u32::try_from(number).unwrap()).await;
    }
    provider.reached(UPDATE, 1).await;
    provider.release(UPDATE);
    for update in updates {
        assert_eq!(update.await.unwrap().status, 204);
    }
    let topics: Vec<_> = provider.bodies(UPDATE).iter().map(|body| body["subject"].to_string()).collect();
    assert_eq!(topics, ["\"Moved\"", "\"Moved away\"", "\"Moved\""]);
}
