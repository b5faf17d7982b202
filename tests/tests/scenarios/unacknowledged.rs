//! Which unacknowledged conferences are deleted if the operator wants that (`delete-unacknowledged`), and which never
//! are.

use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::server::ServeLimits;
use cordboard::store::{Change, Store};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::hubspot::{ACCOUNT, create, created, meeting, request, update};
use cordboard_tests::provider::{CREATE, Provider};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios;

use crate::hang_up;

/// So long that nothing is deleted unless a test backdates it.
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

/// Deletes unacknowledged conferences as if the grace period had passed. Returns their number.
async fn delete_after_grace(bridge: &Bridge) -> usize {
    bridge.backdate(GRACE * 2).await;
    bridge.running().commands().delete_unacknowledged().await.unwrap()
}

async fn exists(bridge: &Bridge, id: &str) -> bool {
    bridge.store.conference(id).await.unwrap().unwrap().deleted_at.is_none()
}

/// Creates a conference whose caller hangs up, and returns its id.
async fn create_unacknowledged(bridge: &Bridge, provider: &Provider, topic: &str) -> String {
    provider.hold(CREATE);
    hang_up(bridge, provider, &request("create-meeting", &meeting(topic))).await;
    provider.release(CREATE);
    bridge.settled().await;
    let left = bridge.leftovers().await;
    let unacknowledged_create =
        left.iter().find(|left| left.unacknowledged_create).expect("an unacknowledged conference");
    unacknowledged_create.conference.as_ref().unwrap().id.clone()
}

/// The answer arrived, but the store failed for longer than the retries, or the process was killed before.
#[tokio::test]
async fn acknowledged_answers_that_are_not_recorded_keep_their_conference() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    bridge.store.fail_commits(is_acknowledgement);
    let first = created(&bridge, &meeting("Talk")).await;
    until("the store refused", || bridge.store.refused() > 0).await;
    assert_eq!(delete_after_grace(&bridge).await, 0);
    assert!(exists(&bridge, &first).await);
    // The running process knows it anyway.
    let second = created(&bridge, &meeting("Talk")).await;
    assert_ne!(second, first);
    bridge.crash().await;

    let bridge = open(&installation, &provider).await;
    assert_eq!(delete_after_grace(&bridge).await, 0);
    let shown = bridge.leftovers().await;
    for id in [&first, &second] {
        assert!(exists(&bridge, id).await);
        let shown = shown.iter().find(|left| left.conference.as_ref().is_some_and(|conference| conference.id == *id));
        let shown = shown.expect("it is shown");
        assert!(
            shown.unacknowledged_create && shown.why.contains("not recorded whether the CRM received the answer"),
            "{shown:?}"
        );
        assert_eq!(update(&bridge, id, meeting("Moved")).await.status, 204);
    }
}

/// Unacknowledged conferences are deleted, by this process or the next one.
#[tokio::test]
async fn unacknowledged_conferences_are_deleted() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let first = create_unacknowledged(&bridge, &provider, "First").await;
    assert_eq!(delete_after_grace(&bridge).await, 1);
    assert!(!exists(&bridge, &first).await);
    let second = create_unacknowledged(&bridge, &provider, "Second").await;
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(delete_after_grace(&bridge).await, 1);
    assert!(!exists(&bridge, &second).await);
}

/// A conference whose answer was lost, and which is returned to a repeat, is in doubt from before that answer is sent.
#[tokio::test]
async fn a_conference_returned_to_a_late_repeat_is_not_deleted() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = create_unacknowledged(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(is_acknowledgement);
    assert_eq!(created(&bridge, &meeting("Talk")).await, conference);
    until("the store refused", || bridge.store.refused() > 0).await;
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(delete_after_grace(&bridge).await, 0);
    assert!(exists(&bridge, &conference).await);
}

/// A conference is not returned to a repeat if the store cannot record that.
#[tokio::test]
async fn a_repeat_is_answered_only_after_that_is_recorded() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = create_unacknowledged(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::AnswerReopened { .. })));
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    bridge.store.repair();
    assert_eq!(created(&bridge, &meeting("Talk")).await, conference);
    assert_eq!(provider.conferences(), 1);
}

/// A conference that cannot be deleted waits for another grace period, so that it does not delay others.
#[tokio::test]
async fn a_failed_deletion_is_postponed() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = create_unacknowledged(&bridge, &provider, "Talk").await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::DeleteConference { .. })));
    assert_eq!(delete_after_grace(&bridge).await, 0);
    assert!(exists(&bridge, &conference).await);
    bridge.store.repair();
    assert_eq!(bridge.running().commands().delete_unacknowledged().await.unwrap(), 0);
    assert!(exists(&bridge, &conference).await);
    // The next attempt waits for the same time again.
    bridge.backdate(GRACE * 2).await;
    assert_eq!(delete_after_grace(&bridge).await, 1);
    assert!(!exists(&bridge, &conference).await);
}

/// A repeat is answered while a deletion of the conference fails. Its answer must not be recorded as lost afterwards,
/// or the next attempt would delete a conference that the CRM knows.
#[tokio::test]
async fn a_repeat_during_a_failed_attempt_is_not_recorded_as_lost() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    let conference = create_unacknowledged(&bridge, &provider, "Talk").await;
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
        assert_eq!(delete_after_grace(&bridge).await, 0);
    }
    assert!(exists(&bridge, &conference).await);
}
