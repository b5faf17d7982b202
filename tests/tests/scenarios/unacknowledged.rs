//! What is taken back unasked where the operator wants that (`delete-unacknowledged`), and what never is.

use std::sync::Arc;
use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::ingress::ServeLimits;
use cordboard::store::{Change, Store};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{ACCOUNT, create, created, meeting, request, update};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios;

const CREATE: &str = "conference/create";
/// So long that nothing is taken back before a test lets that time pass.
const GRACE: Duration = Duration::from_secs(3600);

async fn open(installation: &Installation, provider: &Provider) -> Bridge {
    let account = format!("[account.{ACCOUNT}]\n");
    let config =
        shared_scenarios::config(provider).replace(&account, &format!("{account}delete-unacknowledged = true\n"));
    let limits = Limits { unacknowledged_grace: GRACE, ..Limits::default() };
    installation.open_with(&config, limits, ServeLimits::default()).await
}

fn is_acknowledgement(changes: &[Change]) -> bool {
    changes.iter().any(|change| matches!(change, Change::AnswerAcknowledged { .. }))
}

/// Takes back what there is once the grace is over. How many.
async fn undo(bridge: &Bridge) -> usize {
    bridge.backdate(GRACE * 2).await;
    bridge.running().commands().delete_unacknowledged().await.unwrap()
}

async fn is_there(bridge: &Bridge, id: &str) -> bool {
    bridge.store.conference(id).await.unwrap().unwrap().deleted_at.is_none()
}

/// A create whose caller hangs up. The conference.
async fn missed(bridge: &Bridge, provider: &Provider, topic: &str) -> String {
    let calls = provider.calls(CREATE);
    provider.hold(CREATE);
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(&request("create-meeting", &meeting(topic)).bytes()).await;
    provider.reached(CREATE, calls + 1).await;
    let topology = bridge.running().topology();
    let held = Arc::strong_count(&topology);
    drop(wire);
    until("the bridge has noticed", || Arc::strong_count(&topology) < held).await;
    provider.release(CREATE);
    bridge.settled().await;
    let left = bridge.leftovers().await;
    let unacknowledged_create =
        left.iter().find(|left| left.unacknowledged_create).expect("a conference that nobody was answered with");
    unacknowledged_create.conference.as_ref().unwrap().id.clone()
}

/// The store failed for longer than the mark was tried again, or the process was killed before: the answer arrived.
#[tokio::test]
async fn what_was_acknowledged_and_is_not_marked_so_stays() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    bridge.store.fail_commits(is_acknowledgement);
    let first = created(&bridge, &meeting("Talk")).await;
    until("the store refused", || bridge.store.refused() > 0).await;
    assert_eq!(undo(&bridge).await, 0);
    assert!(is_there(&bridge, &first).await);
    // This process knows it, whatever the store does.
    let second = created(&bridge, &meeting("Talk")).await;
    assert_ne!(second, first);
    bridge.crash().await;

    let bridge = open(&installation, &provider).await;
    assert_eq!(undo(&bridge).await, 0);
    let shown = bridge.leftovers().await;
    for id in [&first, &second] {
        assert!(is_there(&bridge, id).await);
        let shown = shown.iter().find(|left| left.conference.as_ref().is_some_and(|conference| conference.id == *id));
        let shown = shown.expect("it is shown");
        assert!(
            shown.unacknowledged_create && shown.why.contains("not recorded whether the CRM received the answer"),
            "{shown:?}"
        );
        assert_eq!(update(&bridge, id, meeting("Moved")).await.status, 204);
    }
}

/// What nobody was answered with is taken back, by this process or the next one.
#[tokio::test]
async fn what_nobody_was_answered_with_is_taken_back() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let first = missed(&bridge, &provider, "First").await;
    assert_eq!(undo(&bridge).await, 1);
    assert!(!is_there(&bridge, &first).await);
    let second = missed(&bridge, &provider, "Second").await;
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(undo(&bridge).await, 1);
    assert!(!is_there(&bridge, &second).await);
}

/// Lost, and then given to the repeat: from before that answer leaves it is in doubt, however late the repeat came.
#[tokio::test]
async fn what_a_late_repeat_was_answered_with_stays() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = missed(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(is_acknowledgement);
    assert_eq!(created(&bridge, &meeting("Talk")).await, conference);
    until("the store refused", || bridge.store.refused() > 0).await;
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(undo(&bridge).await, 0);
    assert!(is_there(&bridge, &conference).await);
}

/// Where the store cannot record that it is given again, it is not given.
#[tokio::test]
async fn a_repeat_is_answered_only_once_that_is_recorded() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = missed(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::AnswerReopened { .. })));
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    bridge.store.repair();
    assert_eq!(created(&bridge, &meeting("Talk")).await, conference);
    assert_eq!(provider.conferences(), 1);
}

/// One that cannot be deleted waits for another grace period, so that it holds up no other.
#[tokio::test]
async fn what_cannot_be_taken_back_is_postponed() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = missed(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::DeleteConference { .. })));
    assert_eq!(undo(&bridge).await, 0);
    assert!(is_there(&bridge, &conference).await);
    bridge.store.repair();
    assert_eq!(bridge.running().commands().delete_unacknowledged().await.unwrap(), 0);
    assert!(is_there(&bridge, &conference).await);
    // The next attempt comes after the age of the conference.
    bridge.backdate(GRACE * 2).await;
    assert_eq!(undo(&bridge).await, 1);
    assert!(!is_there(&bridge, &conference).await);
}

/// A repeat is answered while an attempt to take the conference back fails: nothing may say afterwards that its answer
/// was lost, or the next attempt would delete a conference that the CRM knows.
#[tokio::test]
async fn a_repeat_during_a_failed_attempt_is_not_recorded_as_lost() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = missed(&bridge, &provider, "Talk").await;
    // The attempt fails before it reaches the provider, and its outcome is known.
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Begin(_))));
    bridge.backdate(GRACE * 2).await;
    let attempt = bridge.running().commands().delete_unacknowledged();
    let meeting = meeting("Talk");
    let repeat = created(&bridge, &meeting);
    let (deleted, repeated) = tokio::join!(attempt, repeat);
    assert_eq!((deleted.unwrap(), repeated), (0, conference.clone()));
    bridge.store.repair();
    bridge.settled().await;
    for _ in 0..3 {
        bridge.backdate(GRACE * 2).await;
        assert_eq!(undo(&bridge).await, 0);
    }
    assert!(is_there(&bridge, &conference).await);
}
