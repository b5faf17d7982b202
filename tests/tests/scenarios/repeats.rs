//! What a host makes of repeats, whoever hung up or came too late, and what it carries out in turns.

use std::sync::Arc;
use std::time::Duration;

use cordboard::store::{Change, Store};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::hubspot::{self, create, created, meeting, request, update, with};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::{self, repeats};

const CREATE: &str = "conference/create";
const UPDATE: &str = "conference/update";

async fn setup(keys: &str) -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&format!("{keys}\n{}", shared_scenarios::config(&provider))).await;
    (installation, provider, bridge)
}

/// Sends a request and hangs up once the provider is at work; comes back when the bridge has noticed.
async fn hang_up(bridge: &Bridge, provider: &Provider, request: &Request) {
    let mut wire = Wire::connect(bridge.address).await;
    let before = provider.calls(CREATE);
    wire.write(&request.bytes()).await;
    provider.reached(CREATE, before + 1).await;
    // The request holds on to the topology for as long as somebody may be answered.
    let topology = bridge.running().topology();
    let held = Arc::strong_count(&topology);
    drop(wire);
    until("the bridge has noticed", || Arc::strong_count(&topology) < held).await;
}

#[tokio::test]
async fn the_same_request_has_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::the_same_request_has_the_same_answer(&bridge, &provider).await;
}

#[tokio::test]
async fn what_was_deleted_is_not_given_again() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::what_was_deleted_is_not_given_again(&bridge, &provider).await;
}

#[tokio::test]
async fn a_failure_is_tried_again() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::a_failure_is_tried_again(&bridge, &provider).await;
}

/// How many operations were begun since commits were last taken out.
fn begun(bridge: &Bridge) -> usize {
    bridge.store.committed().iter().filter(|change| matches!(change, Change::Begin(_))).count()
}

/// One execution: the others joined the first one's.
#[tokio::test]
async fn equal_creates_at_one_time_are_one() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::equal_creates_at_one_time_are_one(&bridge, &provider).await;
    assert_eq!(begun(&bridge), 2, "the flight, and the new meeting that came after it");
}

#[tokio::test]
async fn equal_creates_at_one_time_fail_alike() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::equal_creates_at_one_time_fail_alike(&bridge, &provider).await;
    assert_eq!(begun(&bridge), 2, "the flight, and the one that came after it");
}

#[tokio::test]
async fn a_create_whose_caller_hung_up_is_for_the_repeat() {
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
    // Somebody else's meeting at that time is another.
    let other = created(&bridge, &with(meeting("Talk"), "userId", 8)).await;
    let again = created(&bridge, &meeting("Talk")).await;
    assert_eq!(Some(&again), waiting.as_ref());
    assert_ne!(again, other);
    assert_eq!(provider.conferences(), 2);
    // It has been claimed: an equal one is a new meeting now.
    until_claimed(&bridge).await;
    assert_ne!(created(&bridge, &meeting("Talk")).await, again);
}

/// A request that was matched by its data is found by its bytes once the answer was taken.
#[tokio::test]
async fn a_repeat_of_a_repeat_has_the_same_answer() {
    let (_installation, provider, bridge) = setup("").await;
    provider.hold(CREATE);
    hang_up(&bridge, &provider, &request("create-meeting", &meeting("Talk"))).await;
    provider.release(CREATE);
    bridge.idle().await;
    let repeat = request("create-meeting", &meeting("Talk"));
    let answer = bridge.send(&repeat).await;
    until_claimed(&bridge).await;
    let again = bridge.send(&repeat).await;
    assert_eq!((again.status, again.json()), (200, answer.json()));
    assert_eq!(provider.conferences(), 1);
}

/// So is a request that joined another one.
#[tokio::test]
async fn a_repeat_of_a_request_that_joined_has_the_same_answer() {
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
    until_claimed(&bridge).await;
    assert_eq!(bridge.send(&joining).await.json(), first.json());
    assert_eq!(provider.conferences(), 1);
}

async fn until_claimed(bridge: &Bridge) {
    let began = std::time::Instant::now();
    while bridge.leftovers().await.iter().any(|left| left.unacknowledged_create) {
        assert!(began.elapsed() < Duration::from_secs(10), "still unclaimed");
        tokio::task::yield_now().await;
    }
}

/// The repeat may come while the provider is still at work.
#[tokio::test]
async fn a_repeat_joins_what_is_under_way_for_one_who_hung_up() {
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
async fn a_create_that_came_too_late_is_for_the_repeat() {
    let (_installation, provider, bridge) = setup("deadline-ms = 300").await;
    provider.hold(CREATE);
    let late = create(&bridge, &meeting("Talk")).await;
    assert_eq!((late.status, late.header("retry-after")), (503, Some("1")), "{}", late.text());
    assert!(late.problem().contains("send the request again"));
    provider.reached(CREATE, 1).await;
    // Still not there, and nobody asks the provider twice.
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
async fn another_meeting_is_another_conference() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::another_meeting_is_another_conference(&bridge, &provider).await;
}

/// Changes of one conference come one after another; what is the same at one time is done once.
#[tokio::test]
async fn changes_take_turns() {
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
    until("all are under way", || bridge.running().commands().in_flight() == 3).await;
    provider.release(UPDATE);
    for answer in [first, same].into_iter().chain(others) {
        assert_eq!(answer.await.unwrap().status, 204);
    }
    assert_eq!(provider.max_at_once(UPDATE), 1);
    let subjects: Vec<_> = provider.bodies(UPDATE).iter().map(|body| body["subject"].clone()).collect();
    assert!(subjects.len() == 3 || subjects.len() == 4, "{subjects:?}");
    assert_eq!(subjects[0], "First");
    // What is kept is what the provider was told last.
    let stored = bridge.store.conference(&conference).await.unwrap().unwrap();
    assert_eq!(subjects.last().unwrap(), &stored.topic);
}

#[tokio::test]
async fn deletes_at_one_time_are_one() {
    let (_installation, provider, bridge) = setup("").await;
    repeats::deletes_at_one_time_are_one(&bridge, &provider).await;
    // iotum deletes nothing, so each delete that was carried out would have left a note.
    assert_eq!(bridge.leftovers().await.iter().filter(|left| !left.unacknowledged_create).count(), 1);
}

/// A delete that came first has the last word: the change that waited for it does nothing.
#[tokio::test]
async fn nothing_is_changed_that_was_deleted_meanwhile() {
    let (_installation, provider, bridge) = setup("").await;
    let conference = created(&bridge, &meeting("Talk")).await;
    provider.hold(UPDATE);
    let first =
        request("update-meeting", &with(meeting("First"), "conferenceId", conference.as_str())).spawn(bridge.address);
    provider.reached(UPDATE, 1).await;
    // Both wait for their turn, the delete before the change.
    let deletion = request("delete-meeting", &serde_json::json!({ "conferenceId": conference })).spawn(bridge.address);
    until("the delete is under way", || bridge.running().commands().in_flight() == 2).await;
    let late =
        request("update-meeting", &with(meeting("Late"), "conferenceId", conference.as_str())).spawn(bridge.address);
    until("the change is under way", || bridge.running().commands().in_flight() == 3).await;
    provider.release(UPDATE);
    assert_eq!(first.await.unwrap().status, 204);
    assert_eq!(deletion.await.unwrap().status, 204);
    assert_eq!(late.await.unwrap().status, 404);
    assert_eq!(provider.calls(UPDATE), 1, "the provider hears nothing of the late change");
    assert_eq!(update(&bridge, &conference, meeting("Later")).await.status, 404);
}

/// An update that equals one still in progress is carried out again if another one came between them.
#[tokio::test]
async fn a_meeting_that_moves_away_and_back_ends_where_it_was() {
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
